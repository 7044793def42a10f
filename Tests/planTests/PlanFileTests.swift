import Foundation
import Testing

@Suite("Commands on plans")
struct PlanFileTests {
  /// A folder with a plan in it.
  private func planned() throws -> Program {
    let program = try Program(files: Samples.files)
    let outcome = try program.run(["cluster.json", "model.json", "-o", "plan.json"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return program
  }

  @Test("a plan that was just made passes its check, without its input files")
  func check() throws {
    let program = try planned()
    try FileManager.default.removeItem(at: program.folder.url.appendingPathComponent("model.json"))
    let outcome = try program.run(["check", "plan.json"])
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix("plan.json: the plan is feasible and its certificate holds\n"))
  }

  @Test("a changed gap fails the certificate (6), a changed layer the plan (5), in every format")
  func tampering() throws {
    let program = try planned()
    let plan = try program.read("plan.json")
    let gap = plan.replacing(/"gap":[0-9.e-]+/, with: #""gap":0.5"#)
    let layer = plan.replacing(#""firstLayer":0"#, with: #""firstLayer":1"#)
    for (text, status, code) in [(gap, Int32(6), "certificate"), (layer, 5, "feasibility")] {
      try program.write(text, to: "changed.json")
      #expect(try program.run(["check", "changed.json"]).status == status)
      let json = try program.run(["check", "changed.json", "--format", "json"])
      #expect(json.status == status)
      _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      let github = try program.run(["check", "changed.json", "--format", "github"])
      #expect(github.output.hasPrefix("::error file=changed.json,title=plan check"))
      let junit = try program.run(["check", "changed.json", "--format", "junit"])
      #expect(junit.output.contains(#"name="\#(code)">"#))
      #expect(junit.output.contains("<failure "))
      #expect(junit.status == status)
    }
  }

  @Test("a plan can be held against another cluster")
  func otherCluster() throws {
    let program = try planned()
    try program.write(
      Samples.cluster.replacing("DGX-H100", with: "DGX-A100-40GB"), to: "other.json")
    let outcome = try program.run(["check", "plan.json", "--cluster", "other.json"])
    #expect([0, 5].contains(outcome.status))
    #expect(outcome.errors == "")
  }

  @Test("show prints the summary for people, and the document as it is")
  func show() throws {
    let program = try planned()
    let summary = try program.run(["show", "plan.json"])
    #expect(summary.status == 0)
    #expect(
      summary.output.hasPrefix("small on 16 devices of two nodes, megatron-core@0.16\n"))
    #expect(summary.output.contains("\nproof\n"))
    #expect(!summary.output.contains("\u{1B}"))
    #expect(summary.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(try program.run(["show", "plan.json", "--json"]).output == program.read("plan.json"))
  }

  @Test("show --ranks has a line for each rank, and JSON where asked")
  func ranks() throws {
    let program = try planned()
    let table = try program.run(["show", "plan.json", "--ranks"])
    #expect(table.output.split(separator: "\n").count == 17)
    let json = try program.run(["show", "plan.json", "--ranks", "--json"])
    let rows = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    #expect(rows?.count == 16)
    #expect(rows?.last?["host"] as? String == "pod-1")
    #expect(rows?.last?["device"] as? Int == 7)
  }

  @Test("show --explain tells where the step goes and what changes would do, from a pipe too")
  func explain() throws {
    let program = try planned()
    let outcome = try program.run(["show", "plan.json", "--explain"])
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.hasPrefix("small on 16 devices of two nodes, megatron-core@0.16\n"))
    for title in ["time of a step", "work of stage ", "memory of stage ", "what a change would do"]
    {
      #expect(outcome.output.contains("\n\(title)"))
    }
    #expect(outcome.output.contains("\n  matrix units 20 % faster"))
    #expect(!outcome.output.contains("the plan states"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let text = try program.read("plan.json")
    #expect(try program.run(["show", "-", "--explain"], input: text).output == outcome.output)
  }

  @Test("show --explain --json has the step, its parts, and the changes sorted by their gain")
  func explainedJSON() throws {
    let program = try planned()
    let outcome = try program.run(["show", "plan.json", "--explain", "--json"])
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let step = try #require((json["step"] as? [String: Any])?["seconds"] as? Double)
    let parts = try #require(json["breakdown"] as? [[String: Any]])
    let sum = parts.reduce(0) { $0 + ($1["seconds"] as? Double ?? .nan) }
    #expect(abs(sum / step - 1) < 1e-9)
    let changes = try #require(json["sensitivities"] as? [[String: Any]])
    #expect(changes.count == 11)
    let gains = changes.compactMap { $0["gain"] as? Double }
    #expect(gains == gains.sorted(by: >))
    #expect(changes.allSatisfy { $0["replanned"] is Bool && $0["change"] is String })
  }

  @Test(
    "show --explain refuses unknown stacks, layouts that are not the model's, and two questions")
  func unexplained() throws {
    let program = try planned()
    let plan = try program.read("plan.json")
    let unknown = plan.replacing("\"version\":\"0.16\"", with: "\"version\":\"0.01\"")
      .replacing("megatron-core@0.16", with: "megatron-core@0.01")
    try program.write(unknown, to: "stack.json")
    let stack = try program.run(["show", "stack.json", "--explain"])
    #expect(stack.status == 65 && stack.output == "")
    #expect(
      stack.errors.contains("stack is megatron-core@0.01, but must be one of megatron-core@0.16,"))
    try program.write(
      plan.replacing("\"layers\":16,", with: "\"layers\":17,"), to: "layers.json")
    let layers = try program.run(["show", "layers.json", "--explain"])
    #expect(layers.status == 65 && layers.output == "")
    #expect(
      layers.errors
        == "error: the plan's layout cannot be priced; 'plan check' says what is wrong with it\n")
    let both = try program.run(["show", "plan.json", "--explain", "--ranks"])
    #expect(both.status == 64)
    #expect(both.errors.contains("Either --ranks or --explain can be shown, not both."))
    #expect(try program.run(["show", "absent.json", "--explain"]).status == 66)
  }

  @Test("help of show tells what --explain does")
  func help() throws {
    let help = try Program().run(["show", "--help"]).output
    #expect(help.contains("  plan show plan.json --explain\n"))
    #expect(help.contains("--explain prices the plan again, tells what takes its time and memory"))
  }

  @Test("diff tells nothing of a plan and itself, and the choices of two plans")
  func diff() throws {
    let program = try planned()
    let same = try program.run(["diff", "plan.json", "plan.json"])
    #expect(same.status == 0)
    #expect(same.output == "the plans are the same\n")
    _ = try program.run([
      "cluster.json", "model.json", "--tensor", "8", "--pipeline", "2", "-o", "other.json",
    ])
    let other = try program.run(["diff", "plan.json", "other.json"])
    #expect(other.status == 0)
    #expect(other.output.contains("\n+ tensor 8 · pipeline 2"))
  }

  @Test("a reader that closes the pipe ends the program without a word")
  func closedPipe() throws {
    let program = try planned()
    let outcome = try program.shell("\"$PLAN\" show plan.json --pretty | head -c 1")
    #expect(outcome.output == "{")
    #expect(outcome.errors == "")
  }

  @Test("a plan from a pipe is a plan too")
  func standardInput() throws {
    let program = try planned()
    let text = try program.read("plan.json")
    let checked = try program.run(["check", "-"], input: text)
    #expect(checked.errors.hasPrefix("<stdin>: the plan is feasible"))
    #expect(checked.output == text)
    let verdict = try program.run(["check", "-", "--format", "text"], input: text)
    #expect(verdict.output == checked.errors)
    #expect(try program.run(["show", "-", "--json"], input: text).output == text)
  }
}

@Suite("Commands beside plans")
struct OtherCommandTests {
  @Test("init writes a cluster that can be planned for")
  func initialise() throws {
    let program = try Program(files: ["model.json": Samples.model])
    let outcome = try program.run([
      "init", "--node", "DGX-H100", "--nodes", "16", "-o", "cluster.json",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output == "")
    let described = try program.run(["describe", "cluster.json"])
    #expect(described.output.hasPrefix("cluster 16-dgx-h100: 16 nodes, 128 accelerators\n"))
    let list = try program.run(["init", "--list"])
    #expect(list.output.contains("DGX-H100 "))
  }

  @Test("describe counts a model's parameters")
  func describe() throws {
    let program = try Program(files: Samples.files)
    let outcome = try program.run(["describe", "model.json", "--json"])
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    // 2 · 32000 · 2048 for embedding and head, a layer 2048 · (3 · 2048 + 3 · 8192) and norms.
    let layer = 2048 * (2048 + 1024 + 1024 + 2048 + 3 * 8192 + 2)
    let total = 2 * 32000 * 2048 + 16 * layer + 2048
    #expect((json?["parameters"] as? [String: Any])?["total"] as? Int == total)
    let piped = try program.run(["describe", "-"], input: Samples.model)
    #expect(piped.output.hasPrefix("small: hidden size 2,048"))
  }

  @Test("each schema is JSON of the draft 2020-12", arguments: ["cluster", "model", "plan"])
  func schema(document: String) throws {
    let outcome = try Program().run(["schema", document])
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(json?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
  }

  @Test("help has examples, the exit statuses, and where a first argument goes")
  func help() throws {
    let outcome = try Program().run(["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("  plan cluster.json model.json\n"))
    #expect(outcome.output.contains("A first argument that is a subcommand's name goes to that"))
    #expect(outcome.output.contains("\n   3  proven infeasible; "))
    #expect(try Program().run(["--version"]).output == "0.1.0\n")
  }

  @Test("completions are there for the usual shells", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try Program().run(["--generate-completion-script", shell])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("plan"))
  }
}
