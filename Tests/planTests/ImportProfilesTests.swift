import Foundation
import Testing

@Suite("plan import profiles")
struct ImportProfilesTests {
  /// A model of two layers whose widths AMP's costs are taken to be of.
  private static let model = """
    {"name": "gpt2", "architecture": {"hiddenSize": 1024, "vocabularySize": 51200, "layers": 2,
      "tiedHead": true, "attention": {"heads": 16}, "feedForward": {"intermediateSize": 4096}},
     "workload": {"globalBatch": 32, "sequenceLength": 1024, "precision": "fp16"}}
    """
  private static let costs = """
    {"gpt2_G4_1": [0.001, 0, 0.005, 0.006, 0, 0, 0.003, 0.001],
     "gpt2_G4_2": [0.001, 0, 0.004, 0.004, 0, 0, 0.002, 0.001]}
    """
  private static let cluster = """
    {"nodeGroups": [{"name": "g4", "nodes": 2, "acceleratorsPerNode": 4, "accelerator": "T4",
      "scaleUp": {"kind": "pcie", "gigabytesPerSecond": 6.25},
      "nics": {"fabric": "vpc", "perNode": 1, "gigabitsPerSecond": 50}}],
     "fabrics": [{"name": "vpc", "kind": "ethernet"}]}
    """
  private static let files = [
    "gpt2.json": model, "known_layer_costs.json": costs, "cluster.json": cluster,
  ]

  @Test("the layers of a folder are what the plan is priced by, and checked by")
  func whole() throws {
    let program = try Program(files: Self.files)
    let imported = try program.run([
      "import", "profiles", ".", "--model", "gpt2.json", "-o", "profiled",
    ])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output == "")
    #expect(imported.errors.hasSuffix("wrote profiled/model.json\n"))
    let plan = try program.run(["cluster.json", "profiled/model.json", "-o", "plan.json"])
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(
      plan.output.contains(
        "the space holds what the profiles tell of: tensor 1, tensor 2"))
    let check = try program.run(["check", "plan.json"])
    #expect(check.status == 0, "\(check.output)")
    // The pass of a replica's sequences through both layers and the ends, three times the forward
    // one, is the least that any plan of tensor 1 takes.
    let pinned = try program.run([
      "cluster.json", "profiled/model.json", "--tensor", "1", "--pipeline", "1", "--recompute",
      "none", "--micro-batch-size", "2",
    ])
    #expect(pinned.output.contains("\"compute\":0.19"))
  }

  @Test("a folder that lacks something is bad input; what the options lack is bad usage")
  func faults() throws {
    let program = try Program(files: Self.files)
    let unknown = try program.run(["import", "profiles", "profiled", "-o", "out"])
    #expect(unknown.status == 66)
    let modelless = try program.run(["import", "profiles", ".", "-o", "out"])
    #expect(modelless.status == 65)
    #expect(
      modelless.errors
        == "profiles of AMP: error: tell nothing of the model's sizes; name its file: --model "
        + "model.json\n")
    let accelerator = try program.run([
      "import", "profiles", ".", "--accelerator", "T5", "-o", "out",
    ])
    #expect(accelerator.status == 64)
    #expect(accelerator.errors.contains("\"T5\" names no accelerator of the catalogue"))
    let nodes = try program.run(["import", "profiles", ".", "--nodes", "T4", "-o", "out"])
    #expect(nodes.status == 64)
    #expect(nodes.errors.contains("--nodes takes a name and a number, as in A100-40=8."))
    #expect(try !program.files().contains("out"))
  }
}
