import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Planner
import Testing

@Suite("What others found to be best comes out where the space is theirs")
struct PublishedChoicesTests {
  /// GPT as Megatron-LM trains it.
  private func gpt(hidden: Int, layers: Int, heads: Int) throws -> ModelDescription {
    try ModelFile.parse(
      Array(
        """
        { "architecture": { "hiddenSize": \(hidden), "vocabularySize": 51200,
          "maximumSequenceLength": 2048, "learnedPositions": 2048, "tiedHead": true,
          "normalisation": "layer", "layers": \(layers),
          "attention": { "kind": "softmax", "heads": \(heads), "bias": true, "fused": false },
          "feedForward": { "kind": "plain", "intermediateSize": \(4 * hidden), "bias": true } } }
        """.utf8), file: "gpt.json"
    ).model
  }

  private func nodes(_ preset: String, _ count: Int) throws -> ClusterTopology {
    try ClusterFile.parse(
      #"{ "name": "nodes", "nodeGroups": [ { "name": "n", "nodes": \#(count), "node": "\#(preset)" } ] }"#
    ).topology
  }

  @Test(
    "161 billion parameters on 64 A100: tensor 8 inside the node, pipeline 8 across",
    arguments: [32, 128])
  func megatron(batch: Int) throws {
    let plan = try PlanRequest(
      cluster: nodes("DGX-A100-80GB", 8), model: gpt(hidden: 20_480, layers: 32, heads: 128),
      workload: Workload(globalBatch: batch, sequenceLength: 2_048, precision: .fp16),
      stack: try #require(Stack.named("megatron-lm")),
      pins: Pins(
        context: 1, data: 1, schedule: "1f1b", microBatchSize: 1, sharding: Sharding.none,
        recompute: .full)
    ).plan()
    #expect(plan.parallelism.tensor == 8)
    #expect(plan.parallelism.pipeline == 8)
  }

  @Test("22 billion parameters on Frontier: tensor 2 inside a pair of dies")
  func frontier() throws {
    let plan = try PlanRequest(
      cluster: nodes("Frontier", 16), model: gpt(hidden: 6_144, layers: 48, heads: 48),
      workload: Workload(globalBatch: 512, sequenceLength: 2_048, precision: .fp16)
    ).plan()
    #expect(plan.parallelism.tensor == 2)
  }

  @Test("Two pods joined by Ethernet: stages part them, replicas stay inside each")
  func pods() throws {
    let cluster = try ClusterFile.parse(
      """
      { "name": "pods", "nodeGroups": [
          { "name": "a", "nodes": 8, "node": "DGX-H100",
            "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } },
          { "name": "b", "nodes": 8, "node": "DGX-H100",
            "nics": { "fabric": "roce", "perNode": 8, "gigabitsPerSecond": 200 } } ],
        "fabrics": [ { "name": "ib", "kind": "infiniband" }, { "name": "roce", "kind": "roce" },
          { "name": "lan", "kind": "ethernet", "gigabitsPerSecond": 25, "connects": ["a", "b"] } ] }
      """
    ).topology
    let plan = try PlanRequest(
      cluster: cluster, model: .llama70B(),
      workload: Workload(globalBatch: 1_024, sequenceLength: 8_192)
    ).plan()
    let stage = plan.parallelism.degrees.devicesPerStage
    #expect(plan.parallelism.data > 1)
    #expect(64.isMultiple(of: stage), "no stage of \(stage) devices lies in both pods")
  }
}
