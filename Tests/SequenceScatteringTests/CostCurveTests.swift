import ClusterTopology
import CostModel
import ModelDescription
import Testing

@testable import SequenceScattering

@Suite("Costs of scattering follow the cost model")
struct CostCurveTests {
  private func inputs() throws -> (ModelDescription, ClusterTopology) {
    let cluster = """
      {"nodeGroups": [{"name": "h100", "nodes": 8, "node": "DGX-H100",
        "nics": {"fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400}}],
       "fabrics": [{"name": "ib", "kind": "infiniband"}]}
      """
    let model = """
      {"architecture": {"hiddenSize": 4096, "vocabularySize": 32000, "layers": 32,
        "maximumSequenceLength": 131072,
        "attention": {"kind": "softmax", "heads": 32, "keyValueHeads": 8},
        "feedForward": {"kind": "gated", "intermediateSize": 14336}}}
      """
    return (
      try ModelFile.parse(Array(model.utf8), file: "model.json").model,
      try ClusterFile.parse(cluster).topology
    )
  }

  /// Behind short micro-batches gathering is what takes the time: a curve through their times would say
  /// that tokens cost nothing.
  @Test("gathering weights adds to a micro-batch and not to its tokens")
  func gathering() throws {
    let (model, cluster) = try inputs()
    let workload = Workload(globalBatch: 64, sequenceLength: 8192)
    var costs = ScatteringCosts()
    let whole = try costs.setting(model, on: cluster, workload, stack: .megatronCore)
    costs.sharding = .parameters
    let sharded = try costs.setting(model, on: cluster, workload, stack: .megatronCore)
    #expect(sharded.microBatchTime > whole.microBatchTime)
    #expect(sharded.tokensPerGPU > whole.tokensPerGPU)
    for (one, other) in zip(whole.degrees, sharded.degrees) {
      #expect(one.exposed == other.exposed, "degree \(one.degree)")
      #expect(one.exposed.linear > 0)
    }
  }
}
