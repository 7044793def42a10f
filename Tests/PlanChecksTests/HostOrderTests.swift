import ClusterTopology
import InputFiles
import LaunchPlan
import ParallelismSearch
import PlanChecks
import Planner
import Quantities
import Testing

@Suite("Where links were measured, hosts stand in the order in which the plan is fastest")
struct HostOrderTests {
  /// Four nodes whose links were measured: slow between the first two and between the last two.
  private func cluster() throws -> ClusterTopology {
    let toys = try ClusterTopology.toys(nodes: 4)
    let rates: [Float] = [25, 1, 25, 25, 1, 25, 25, 25, 25, 25, 25, 1, 25, 25, 1, 25]
    return try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: 4, gigabytesPerSecond: rates))
  }

  private func request(_ cluster: ClusterTopology) throws -> (PlanRequest, PlanInputs) {
    let model = try TinyModel.dense(layers: 12)
    let workload = TrainingWorkload(globalBatch: 16, sequenceLength: 2_048)
    return (
      PlanRequest(
        cluster: cluster, model: model.description, workload: workload,
        pins: Pins(tensor: 4, context: 1, pipeline: 2, rankOrder: .pipelineOutermost)),
      PlanInputs(cluster, model, workload)
    )
  }

  private func plan(_ request: PlanRequest, _ inputs: PlanInputs) throws -> LaunchPlan {
    guard case .planned(let plan) = try makePlan(request, inputs: inputs) else {
      throw Missing()
    }
    return plan
  }

  private struct Missing: Error {}

  @Test("Replicas avoid slow links, the plan is faster for it, and the check holds")
  func faster() throws {
    let cluster = try cluster()
    var (request, inputs) = try request(cluster)
    let best = try plan(request, inputs)
    request.keepsHostOrder = true
    let listed = try plan(request, inputs)
    #expect(listed.mapping.hosts.map(\.nodes) == [4])
    #expect(best.prediction.step < 0.9 * listed.prediction.step)
    let nodes = best.mapping.hosts.flatMap { $0.firstNode..<$0.firstNode + $0.nodes }
    #expect(nodes.sorted() == [0, 1, 2, 3])
    #expect(nodes[0] / 2 != nodes[1] / 2, "no stage has a slow pair: \(nodes)")
    #expect(
      best.certificate.scope.mapping
        == "the order of hosts that the plan states; any number of nodes, the first")
    let report = PlanCheck.run(
      plan: best, cluster: cluster, model: request.model, workload: request.workload)
    #expect(report.violations.isEmpty, "\(report.violations.map(\.message))")
  }

  @Test("So they do within groups of unlike accelerators, whose order stays the frame's")
  func mixed() throws {
    let toys = try ClusterTopology.twoKinds(fast: 4, slow: 4, perNode: 4)
    // Slow between the first two nodes of each group, and between its last two.
    let rates = (0..<64).map { Float($0 / 8 / 2 == $0 % 8 / 2 ? 1 : 25) }
    let cluster = try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: 8, gigabytesPerSecond: rates))
    var (request, inputs) = try request(cluster)
    (request.pins.pipeline, request.pins.data) = (4, 2)
    let best = try plan(request, inputs)
    #expect(best.mapping.hosts.count > 2)
    let nodes = try #require(best.mapping.nodes(in: cluster))
    #expect(nodes.sorted() == Array(0..<8))
    for stage in 0..<4 {
      #expect(nodes[2 * stage] / 2 != nodes[2 * stage + 1] / 2, "\(nodes)")
      #expect(nodes[2 * stage] / 4 == nodes[2 * stage + 1] / 4, "\(nodes)")
    }
    #expect(best.certificate.scope.groupOrders == 2)
    let report = PlanCheck.run(
      plan: best, cluster: cluster, model: request.model, workload: request.workload)
    #expect(report.violations.isEmpty, "\(report.violations.map(\.message))")
    let reread = try LaunchPlan.parse(JSONText.compact(best.json()), file: "plan.json")
    #expect(reread == best)
  }

  @Test("A plan whose hosts were put in another order no longer costs what it says")
  func swapped() throws {
    let cluster = try cluster()
    let (request, inputs) = try request(cluster)
    var document = try plan(request, inputs).json()
    document = try #require(
      document.editing("mapping.hosts") { _ in
        [["nodeGroup": "toy", "firstNode": 0, "nodes": 4]]
      })
    let changed = try LaunchPlan.parse(JSONText.compact(document), file: "plan.json")
    let report = PlanCheck.run(
      plan: changed, cluster: cluster, model: request.model, workload: request.workload)
    #expect(report.violations.contains { $0.kind == .prediction })
  }
}
