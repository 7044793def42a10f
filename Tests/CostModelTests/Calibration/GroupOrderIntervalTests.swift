import ClusterTopology
import ModelDescription
import Testing

@testable import CostModel

@Suite("A plan's interval is that of the accelerators that it lies on")
struct GroupOrderIntervalTests {
  /// One node of each preset, in this order.
  private func costs(_ presets: String...) throws -> CostModel {
    let cluster = try ClusterTopology(
      name: "mixed", nodeGroups: presets.map { try .of($0, name: $0, nodes: 1) },
      fabrics: [Fabric(name: "network", kind: .infiniband)])
    return try CostModel(
      model: #require(ModelDescription.llama8B), cluster: cluster,
      workload: Workload(globalBatch: 32, sequenceLength: 8192),
      stack: #require(Stack.named("llm-foundry@0.3-amp")))
  }

  @Test("in another order of groups, it is the interval of a cluster that lists them so")
  func order() throws {
    let costs = try costs("DGX-A100-80GB", "DGX-H100")
    let listed = try self.costs("DGX-H100", "DGX-A100-80GB")
    #expect(costs.groupOrders == [[0, 1], [1, 0]])
    let interval = costs.interval(devices: 8, groupOrder: 1)
    #expect(interval == listed.interval(devices: 8))
    #expect(interval != costs.interval(devices: 8))
  }
}
