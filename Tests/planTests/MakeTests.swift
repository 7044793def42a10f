import Foundation
import Testing

@Suite("plan CLUSTER MODEL")
struct MakeTests {
  @Test(
    "what closes a frame is told as the check finds it, on two kinds of accelerator to the last digit"
  )
  func closures() throws {
    let program = try Program(files: [
      "cluster.json": """
      { "nodeGroups": [ { "name": "a", "nodes": 3, "node": "DGX-A100-40GB", "hostMemoryGiB": 64 },
        { "name": "b", "nodes": 2, "node": "DGX-A100-80GB" } ] }
      """,
      "model.json": """
      { "architecture": { "hiddenSize": 2048, "vocabularySize": 32000, "layers": 12,
        "attention": { "heads": 16, "keyValueHeads": 16 },
        "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 4096 } } }
      """,
    ])
    for pins in [["--tensor", "1"], ["--tensor", "2"], ["--sharding", "none"]] {
      let made = try program.run(
        [
          "cluster.json", "model.json", "--sequence-length", "8192", "--global-batch", "64",
          "--listed-hosts", "--pipeline", "8", "--gap", "0", "--quiet", "-o", "plan.json",
        ] + pins)
      #expect(made.status == 0, "\(made.errors)")
      let check = try program.run(["check", "plan.json"])
      #expect(check.status == 0, "\(pins): \(check.output)")
    }
  }

  @Test("in a pipe, standard output is the plan as one line of JSON, and standard error is empty")
  func pipe() throws {
    let program = try Program(files: Samples.files)
    let outcome = try program.run(["cluster.json", "model.json"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.count { $0 == "\n" } == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["formatVersion"] as? String == "1.0")
    #expect(json["kind"] as? String == "training")
    let inputs = json["inputs"] as? [String: Any]
    #expect((inputs?["workload"] as? [String: Any])?["globalBatch"] as? Int == 64)
  }

  @Test("two runs, one thread or two, 'make' said or not, give the same bytes")
  func deterministic() throws {
    let program = try Program(files: Samples.files)
    let first = try program.run(["cluster.json", "model.json"]).output
    #expect(try program.run(["make", "cluster.json", "model.json"]).output == first)
    for threads in ["1", "2"] {
      let again = try program.run(["cluster.json", "model.json", "--threads", threads]).output
      #expect(again == first)
    }
  }

  @Test("-o writes what standard output shows, and replaces an older file")
  func output() throws {
    let program = try Program(files: Samples.files)
    try program.write("old", to: "plan.json")
    let outcome = try program.run([
      "cluster.json", "model.json", "-o", "plan.json", "--pretty", "--name", "a \"b\"",
    ])
    #expect(outcome.status == 0)
    #expect(try program.read("plan.json") == outcome.output)
    #expect(outcome.output.contains("\n  \"name\": \"a \\\"b\\\"\",\n"))
    #expect(try program.files() == ["cluster.json", "model.json", "plan.json"])
  }

  @Test("a cluster or a model comes from standard input")
  func standardInput() throws {
    let program = try Program(files: Samples.files)
    for (arguments, text) in [
      (["-", "model.json"], Samples.cluster), (["cluster.json", "-"], Samples.model),
    ] {
      let outcome = try program.run(arguments, input: text)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains(#""file":"<stdin>""#))
    }
  }

  @Test("flags win over the workload file, which wins over the model file")
  func workload() throws {
    let program = try Program(files: Samples.files)
    try program.write(
      #"{ "globalBatch": 32, "sequenceLength": 2048, "precision": "fp8" }"#, to: "workload.json")
    let outcome = try program.run([
      "cluster.json", "model.json", "--workload", "workload.json", "--global-batch", "128",
    ])
    #expect(
      outcome.output.contains(
        #""workload":{"globalBatch":128,"sequenceLength":2048,"precision":"fp8","#
          + #""optimizer":"adam"}"#))
  }

  @Test("pinned choices stand in the plan and in the certificate's scope")
  func pins() throws {
    let program = try Program(files: Samples.files)
    let outcome = try program.run([
      "cluster.json", "model.json", "--tensor", "2", "--pipeline", "2", "--schedule",
      "interleaved:2", "--sharding", "zero-1", "--micro-batch-size", "1", "--recompute", "none",
    ])
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains(
        #""pins":{"tensor":2,"pipeline":2,"virtualStages":2,"schedule":"interleaved","#
          + #""microBatchSize":1,"sharding":"optimizer","recompute":"none"}"#))
    #expect(outcome.output.contains(#""schedule":"interleaved:2""#))
  }

  @Test("when nothing fits, the explanation is the result, with status 3, and no file is touched")
  func infeasible() throws {
    let program = try Program(files: Samples.files)
    try program.write("old", to: "plan.json")
    let outcome = try program.run([
      "cluster.json", "model.json", "--tensor", "3", "-o", "plan.json",
    ])
    #expect(outcome.status == 3)
    #expect(outcome.output.hasPrefix(#"{"formatVersion":"1.0","kind":"infeasible","summary":""#))
    #expect(outcome.errors == "")
    #expect(try program.read("plan.json") == "old")
  }

  @Test("without a plan before the deadline, status 4 and a sentence")
  func deadline() throws {
    let program = try Program(files: Samples.files)
    let outcome = try program.run(["cluster.json", "model.json", "--deadline", "1e-9"])
    #expect(outcome.status == 4)
    #expect(outcome.output == "")
    #expect(
      outcome.errors.hasPrefix("error: no plan was found within the deadline of "))
  }

  @Test("a plan that is not near enough to its bound is shown but not kept, with status 4")
  func requiredGap() throws {
    let program = try Program(files: Samples.files)
    let outcome = try program.run([
      "cluster.json", "model.json", "--require-gap", "0", "-o", "plan.json",
    ])
    let isProven = outcome.output.contains(#""gap":0.0,"#)
    #expect(outcome.output.hasPrefix(#"{"formatVersion":"1.0""#))
    #expect(outcome.status == (isProven ? 0 : 4))
    #expect(try program.files().contains("plan.json") == isProven)
    let complaint = "of the best, but --require-gap asks for 0.0 %\n"
    #expect(isProven ? outcome.errors.isEmpty : outcome.errors.hasSuffix(complaint))
  }

  @Test("control-C ends with the best plan so far, or says that there is none yet")
  func interruption() throws {
    let program = try Program(files: ["model.json": Samples.model])
    let cluster = Samples.cluster.replacing(#""nodes": 2"#, with: #""nodes": 1024"#)
    try program.write(cluster, to: "cluster.json")
    let outcome = try program.run(
      ["cluster.json", "model.json", "--gap", "0", "--global-batch", "65536"],
      interruptedAfter: 0.3)
    #expect(!outcome.wasKilled)
    #expect([0, 3, 4].contains(outcome.status))
  }

  @Test("a full disk is told, and is not status 0")
  func fullDisk() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let program = try Program(files: Samples.files)
    let outcome = try program.run(["cluster.json", "model.json", "-o", "/dev/full"])
    #expect(outcome.status == 66)
    #expect(outcome.errors == "/dev/full: error: cannot be written: No space left on device\n")
  }

  @Test("names with quotes, spaces, newlines and shell characters are only names")
  func names() throws {
    let program = try Program(files: Samples.files)
    let name = #"a \"b\"\n$(rm -rf .) `x`; 'y' ü"#
    try program.write(Samples.cluster.replacing("pod", with: name), to: "cluster.json")
    let outcome = try program.run(["cluster.json", "model.json", "-o", "plan.json"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#""nodeGroup":"\#(name)""#))
    #expect(try program.run(["check", "plan.json"]).status == 0)
    #expect(try program.run(["show", "plan.json", "--ranks"]).status == 0)
  }
}
