import Foundation
import Testing

@Suite("plan with routing statistics")
struct PlacedPlanTests {
  /// Two layers of sixteen experts, of which the first half is ten times as busy.
  private static let routing: String = {
    let load = "[" + (0..<16).map { $0 < 8 ? "\(100 + $0)" : "10" }.joined(separator: ", ") + "]"
    return """
      { "kind": "routing", "formatVersion": 1, "layers": [1, 2], "experts": 16, "topK": 2,
        "load": [\(load), \(load)] }
      """
  }()

  private static let model = """
    { "architecture": { "hiddenSize": 1024, "vocabularySize": 32000, "layers": [
      { "attention": { "heads": 16 }, "feedForward": { "intermediateSize": 2048 } },
      { "count": 2, "attention": { "heads": 16 }, "feedForward": { "count": 16, "perToken": 2,
        "intermediateSize": 2048 } } ] },
      "workload": { "globalBatch": 64, "sequenceLength": 2048, "routing": "routing.json" } }
    """

  /// The experts of 64 tokens in two layers, as NumPy writes them: token t goes to experts that are
  /// 8 apart.
  private static let trace: Data = {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (64, 2, 2), }"
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]
    bytes += Array(header.utf8)
    for token in 0..<64 {
      for layer in 0..<2 { bytes += [UInt8((token + layer) % 8), UInt8((token + layer) % 8 + 8)] }
    }
    return Data(bytes)
  }()

  private static let make = [
    "cluster.json", "model.json", "--expert", "8", "--pipeline", "1", "--quiet", "-o", "plan.json",
  ]

  private func program() throws -> Program {
    let program = try Program(files: [
      "cluster.json": Samples.cluster, "model.json": Self.model, "routing.json": Self.routing,
    ])
    try program.write(Self.trace, to: "trace.npy")
    return program
  }

  @Test("experts are placed by the workload's routing, checked, shown and emitted")
  func placed() throws {
    let program = try program()
    let made = try program.run(Self.make)
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains(#""routing":{"files":[{"file":"routing.json","sha256":""#))
    #expect(made.output.contains(#""expertPlacement":{"order":"placed","added":{"imbalance":1."#))
    let check = try program.run(["check", "plan.json"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    #expect(check.output.contains("placement of experts for its routing"))
    let shown = try program.run(["show", "plan.json"])
    let summary = shown.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      summary.contains(
        "16 experts in each of 2 layers placed on 8 expert ranks by their load; no placement is "
          + "better by more than 3.0 %"))
    #expect(summary.contains("1.031 times the mean load, 1.877 with experts in order"))
    for target in [
      "tensorrt-llm-experts", "vllm-experts", "vllm-ascend-experts", "expert-permutation",
    ] {
      let emitted = try program.run(["emit", "plan.json", "--target", target])
      #expect(emitted.status == 0, "\(emitted.errors)")
      #expect(!emitted.output.isEmpty)
    }
    let trainer = try program.run(["emit", "plan.json", "--target", "megatron-lm"])
    #expect(
      trainer.errors.contains(
        "warning: megatron-lm holds experts in their order: the plan's placement takes effect in a "
          + "checkpoint that --target expert-permutation orders"))
  }

  /// Eight layers of 64 experts that 16 devices have to share out.
  private static let large = """
    { "architecture": { "hiddenSize": 4096, "vocabularySize": 32000, "layers": [
      { "attention": { "heads": 32 }, "feedForward": { "intermediateSize": 8192 } },
      { "count": 8, "attention": { "heads": 32 }, "feedForward": { "count": 64, "perToken": 2,
        "intermediateSize": 6144 } } ] },
      "workload": { "globalBatch": 64, "sequenceLength": 2048 } }
    """

  @Test("degrees are chosen by what placed experts cost, and the check counts that again")
  func chosen() throws {
    // One expert has 15 times the load of another: the more ranks, the longer all wait for its own.
    let load = "[" + (0..<64).map { $0 == 5 ? "1500" : "100" }.joined(separator: ", ") + "]"
    let loads = [String](repeating: load, count: 8).joined(separator: ", ")
    let program = try Program(files: [
      "cluster.json": Samples.cluster, "model.json": Self.large,
      "skewed.json": """
      { "kind": "routing", "formatVersion": 1, "layers": [1, 2, 3, 4, 5, 6, 7, 8], "experts": 64,
        "topK": 2, "load": [\(loads)] }
      """,
    ])
    func made(_ routing: String, _ pins: String...) throws -> (expert: Int, step: Double) {
      let arguments = ["--pipeline", "1", "--sharding", "optimizer", "--routing", routing]
      let outcome = try program.run(
        ["cluster.json", "model.json", "--quiet", "-o", "plan.json"] + arguments + pins)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let check = try program.run(["check", "plan.json"])
      #expect(check.status == 0, "\(check.output)\(check.errors)")
      let plan = try #require(
        try JSONSerialization.jsonObject(with: Data(program.read("plan.json").utf8))
          as? [String: Any])
      let degrees = try #require(plan["parallelism"] as? [String: Any])
      let prediction = try #require(plan["prediction"] as? [String: Any])
      return (
        try #require(degrees["expert"] as? Int), try #require(prediction["stepSeconds"] as? Double)
      )
    }
    let even = try made("uniform")
    let own = try made("skewed.json")
    #expect(own.expert < even.expert)
    #expect(own.step > even.step)
    // What is best for equally busy experts takes longer for these.
    #expect(try made("skewed.json", "--expert", "\(even.expert)").step > 1.02 * own.step)
  }

  private static let reference = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared")

  private static var isReferenceHere: Bool {
    FileManager.default.fileExists(atPath: reference.path)
  }

  @Test(
    "DeepSeek-V3 on 2,048 H800 in 16 stages: 16 and 32 expert ranks are alike but for real loads",
    .enabled(if: isReferenceHere, "the reference data in ../shared is not here"))
  func real() throws {
    let loads = Self.reference.appendingPathComponent("instances/experts/load-dev.json")
    let instance = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: loads)) as? [String: Any])
    let load = try #require((instance["scenarios"] as? [String: Any])?["prefill_in4096"])
    let program = try Program(files: [
      "cluster.json": """
      { "name": "h800", "nodeGroups": [ { "name": "hgx", "nodes": 256, "node": "HGX-H800" } ] }
      """
    ])
    try program.write(
      JSONSerialization.data(withJSONObject: [
        "kind": "routing", "formatVersion": 1, "layers": Array(3..<61), "experts": 256, "topK": 8,
        "load": load,
      ]), to: "routing.json")
    let model = Self.reference.appendingPathComponent("hf-configs/deepseek-ai--DeepSeek-V3.json")
    func step(_ routing: String, experts: Int) throws -> Double {
      let made = try program.run([
        "cluster.json", model.path, "--global-batch", "8192", "--sequence-length", "4096",
        "--tensor", "1", "--pipeline", "16", "--routing", routing, "--expert", "\(experts)",
        "--quiet", "-o", "plan.json",
      ])
      #expect(made.status == 0, "\(made.errors)")
      let plan = try #require(
        try JSONSerialization.jsonObject(with: Data(program.read("plan.json").utf8))
          as? [String: Any])
      let prediction = try #require(plan["prediction"] as? [String: Any])
      return try #require(prediction["stepSeconds"] as? Double)
    }
    let even = try step("uniform", experts: 32) / step("uniform", experts: 16)
    let real = try step("routing.json", experts: 32) / step("routing.json", experts: 16)
    #expect(abs(even - 1) < 0.03 && real > even + 0.04, "\(even), \(real)")
  }

  @Test("a trace places them in less time than their order takes, which the check counts again")
  func traced() throws {
    let program = try program()
    let made = try program.run(Self.make + ["--routing", "trace.npy"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains(#""placement":{"objective":"time""#))
    let check = try program.run(["check", "plan.json"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }

  @Test("a power law is an assumption that the plan states, and experts stay in their order")
  func assumed() throws {
    let program = try program()
    let made = try program.run(Self.make + ["--routing", "power-law:0.7"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains(#""routing":{"powerLaw":0.7}"#))
    #expect(
      made.output.contains(#""expertPlacement":{"order":"contiguous","added":{"imbalance":1."#))
    #expect(made.output.contains("experts' loads follow a power law of exponent 0.700"))
    #expect(try program.run(["check", "plan.json"]).status == 0)
    let emitted = try program.run(["emit", "plan.json", "--target", "expert-permutation"])
    #expect(emitted.status == 65)
    #expect(emitted.errors.contains("it places no experts; make it with --routing"))
  }

  @Test("unequal sequences and experts in one plan: the policy stays when experts are placed")
  func scattered() throws {
    let program = try program()
    let lengths = (0..<200).map { "\($0 % 50 == 49 ? 8_000 : 200 + 37 * ($0 % 30))" }
    try program.write(lengths.joined(separator: "\n"), to: "lengths.txt")
    let made = try program.run(
      Self.make + ["--lengths", "lengths.txt", "--routing", "routing.json"])
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains(#""sequenceScattering":{"#))
    #expect(made.output.contains(#""expertPlacement":{"order":"placed""#))
    let check = try program.run(["check", "plan.json"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }

  @Test(
    "a plan that knows no routing is not priced as if it did, nor with what no routing gives",
    arguments: [
      (2.0, "inputs.workload has expertUse, but inputs has no routing"),
      (0.5, "inputs.workload.expertUse[0].imbalance is 0.5, but must be from 1 to 8"),
    ])
  func unknown(imbalance: Double, words: String) throws {
    let program = try program()
    #expect(try program.run(Self.make + ["--routing", "uniform"]).status == 0)
    let use = #","expertUse":[{"experts":16,"ranks":8,"imbalance":\#(imbalance)}]"#
    let plan = try program.read("plan.json")
    let changed = plan.replacing(#""optimizer":"adam""#, with: #""optimizer":"adam"\#(use)"#)
    #expect(changed != plan)
    try program.write(changed, to: "changed.json")
    let check = try program.run(["check", "changed.json"])
    #expect(check.status == 5, "\(check.output)\(check.errors)")
    let told = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.contains(words), "\(check.output)")
  }

  @Test("a sweep prices its points with the model's routing, as a plan does")
  func swept() throws {
    let program = try program()
    #expect(try program.run(Self.make).status == 0)
    let step = try #require(try program.read("plan.json").firstMatch(of: /"stepSeconds":[0-9.e-]+/))
    let sweep = [
      "sweep", "cluster.json", "model.json", "--nodes", "2", "--expert", "8", "--pipeline", "1",
      "--quiet",
    ]
    let points = try program.run(sweep)
    #expect(points.status == 0, "\(points.errors)")
    #expect(points.output.contains(step.output), "\(points.output)")
    try program.write(
      Self.model.replacing(", \"routing\": \"routing.json\"", with: ""), to: "model.json")
    #expect(!(try program.run(sweep).output.contains(step.output)))
  }

  @Test("a repaired plan has its experts placed again, and still says what moves")
  func repaired() throws {
    let program = try program()
    try program.write(
      Samples.cluster.replacing("\"nodes\": 2,", with: "\"nodes\": 2, \"names\": \"n[1-2]\","),
      to: "cluster.json")
    #expect(try program.run(Self.make).status == 0)
    let repaired = try program.run(
      ["repair", "plan.json", "--lost", "n2", "--spare", "n3", "-o", "repaired.json"])
    #expect(repaired.status == 0, "\(repaired.errors)")
    #expect(repaired.output.contains(#""expertPlacement":{"order":"placed""#))
    #expect(repaired.output.contains(#""repair":{"lost":["n2"],"joined":["n3"]"#))
    let check = try program.run(["check", "repaired.json"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }

  @Test("uniform routing gives the plan that no routing gives, byte for byte")
  func uniform() throws {
    let program = try program()
    let uniform = try program.run(Self.make + ["--routing", "uniform"])
    try program.write(
      Self.model.replacing(", \"routing\": \"routing.json\"", with: ""), to: "silent.json")
    let silent = try program.run(
      ["cluster.json", "silent.json", "--expert", "8", "--pipeline", "1", "--quiet"])
    #expect(
      uniform.output.replacing(", \"routing\": \"routing.json\"", with: "")
        .replacing(",\"routing\":\"routing.json\"", with: "").replacing(
          "model.json", with: "m.json"
        )
        .replacing("\"name\":\"model\"", with: "")
        == silent.output.replacing("silent.json", with: "m.json")
        .replacing("\"name\":\"silent\"", with: ""))
  }

  @Test(
    "a plan whose placement was changed fails its check",
    arguments: [
      (
        #""added":{"imbalance":1"#, #""added":{"imbalance":2"#, Int32(5),
        "expertPlacement.added.imbalance is 2"
      ),
      (
        #""ranks":8,"imbalance":1"#, #""ranks":8,"imbalance":3"#, 5,
        "inputs.workload.expertUse has imbalance 3"
      ),
      (#""experts":16,"ranks":4,"#, #""experts":16,"ranks":2,"#, 5, "has nothing for 4 ranks"),
      (
        #""gpusPerNode":8"#, #""gpusPerNode":4"#, 5,
        "gpusPerNode is 4 on 1"
      ),
      (#""bound":1.0,"#, #""bound":1.0001,"#, 6, "bound is 1.0001, but only 1.0 is proven"),
      (#""sha256":""#, #""sha256":"0"#, 5, "inputs.routing.files[0] has another SHA-256"),
      (#""order":"placed""#, #""order":"contiguous""#, 5, "expertPlacement.order is contiguous"),
    ] as [(String, String, Int32, String)])
  func corrupted(from: String, to: String, status: Int32, words: String) throws {
    let program = try program()
    #expect(try program.run(Self.make).status == 0)
    let plan = try program.read("plan.json")
    let place = try #require(plan.range(of: from), "\(from)")
    try program.write(plan.replacingCharacters(in: place, with: to), to: "changed.json")
    let check = try program.run(["check", "changed.json"])
    #expect(check.status == status, "\(check.output)\(check.errors)")
    #expect(check.output.contains(words), "\(check.output)")
  }

  @Test(
    "routing that is not this model's is refused with its place",
    arguments: [
      (#""layers": [1, 2]"#, #""layers": [0, 1]"#, "in which the model has no experts"),
      (#""experts": 16"#, #""experts": 8"#, "routing.json:2:"),
      ("[100, ", "[-100, ", "is -100, but must be at least 0"),
    ])
  func refused(from: String, to: String, words: String) throws {
    let program = try program()
    try program.write(Self.routing.replacing(from, with: to), to: "routing.json")
    let outcome = try program.run(Self.make)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("routing.json"), "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test("a truncated array, and one with experts that the model lacks, are refused")
  func arrays() throws {
    let program = try program()
    for (data, words) in [
      (Self.trace.dropLast(), "should have 256 bytes of numbers"),
      (
        Self.trace.dropLast() + [200],
        "has expert 200 at index 255, but must have experts from 0 to 15"
      ),
      (Self.trace.prefix(30), "is truncated: its header should have"),
    ] {
      try program.write(Data(data), to: "trace.npy")
      for command in [
        Self.make + ["--routing", "trace.npy"],
        ["experts", "trace.npy", "--cluster", "cluster.json", "--model", "model.json"],
      ] {
        let outcome = try program.run(command)
        #expect(outcome.status == 65)
        #expect(outcome.errors.hasPrefix("trace.npy: error: \(words)"), "\(outcome.errors)")
      }
    }
  }
}
