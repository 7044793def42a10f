import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities
import Testing

@testable import Planner

@Suite("Ranks are numbered in the order of the axes in which the plan is fastest")
struct AxisOrderTests {
  /// A model of 20 billion weights on four nodes that Ethernet joins.
  private func request(stack: String? = nil, pins: Pins = .none) throws -> PlanRequest {
    let cluster = try ClusterFile.parse(
      """
      { "name": "slow", "nodeGroups": [ { "name": "n", "nodes": 4, "node": "DGX-H100",
          "nics": { "fabric": "lan", "perNode": 1, "gigabitsPerSecond": 16 } } ],
        "fabrics": [ { "name": "lan", "kind": "ethernet" } ] }
      """
    ).topology
    let model = try ModelDescription.described(
      """
      { "architecture": { "hiddenSize": 6144, "vocabularySize": 32000, "layers": 40,
        "attention": { "heads": 48, "keyValueHeads": 8 },
        "feedForward": { "intermediateSize": 16384 } } }
      """)
    return PlanRequest(
      cluster: cluster, model: model,
      workload: Workload(globalBatch: 4_096, sequenceLength: 8_192), pins: pins)
  }

  private func violations(_ plan: LaunchPlan, _ request: PlanRequest) -> [Violation] {
    PlanCheck.run(
      plan: plan, cluster: request.cluster, model: request.model, workload: request.workload
    ).violations.filter { $0.kind != .inputs }
  }

  @Test("Over slow Ethernet a replica's stages share a node, and it pays; the check holds")
  func pays() throws {
    let plan = try request().plan()
    #expect(plan.parallelism.rankOrder == .dataOutermost)
    #expect(plan.mapping.rankOrder == [.tensor, .context, .pipeline, .data])
    #expect(plan.certificate.scope.rankOrders == AxisOrder.allCases)
    #expect(
      plan.certificate.scope.mapping
        == "identity order, data before pipeline or pipeline before data; any number of nodes, the first"
    )
    #expect(try violations(plan, request()) == [])
    let usual = try request(pins: Pins(rankOrder: .pipelineOutermost)).plan()
    #expect(usual.parallelism.rankOrder == nil)
    #expect(usual.certificate.scope.rankOrders == nil)
    #expect(plan.prediction.step < 0.98 * usual.prediction.step)
    #expect(try violations(usual, request()) == [])
  }

  @Test("With the same degrees, two stages in one node take 0.6 of the time of two across nodes")
  func sameDegrees() throws {
    let steps = try AxisOrder.allCases.map { order in
      try request(
        pins: Pins(
          tensor: 4, context: 1, pipeline: 2, microBatchSize: 1, rankOrder: order)
      ).plan().prediction.step
    }
    #expect(steps[1] < 0.61 * steps[0])
  }

  @Test(
    "A plan that says another order than it was priced for, or one of another stack, is refused")
  func refused() throws {
    let request = try request()
    let plan = try request.plan()
    var parallelism = plan.parallelism
    parallelism.rankOrder = nil
    #expect(
      violations(try plan.with(parallelism: parallelism), request).filter {
        $0.kind == .rankOrder
      }.map(\.message) == [
        "mapping.rankOrder is tensor, context, pipeline, data, but the plan is priced for tensor, "
          + "context, data, pipeline"
      ])
    let frame = Frame(plan.parallelism)
    let model = try PlanRequest(
      cluster: request.cluster, model: request.model, workload: request.workload,
      stack: .torchtitan
    ).costModel()
    #expect(
      frameViolations(of: frame, under: model, .init()).contains(
        "parallelism.rankOrder is tp-cp-ep-pp-dp, but torchtitan@0.2 numbers ranks tp-cp-ep-dp-pp"))
  }
}

extension LaunchPlan {
  fileprivate func with(parallelism: Parallelism) throws -> LaunchPlan {
    try LaunchPlan(
      name: name, stack: stack, inputs: inputs, parallelism: parallelism, stageGroups: stageGroups,
      stages: stages, mapping: mapping, prediction: prediction, certificate: certificate,
      alternatives: alternatives, assumptions: assumptions)
  }
}
