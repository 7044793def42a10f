import ClusterTopology
import LaunchPlan
import ModelDescription
import ParallelismSearch
import PlanChecks
import Quantities
import Testing

@testable import Planner

@Suite("Hosts stand in the order in which the plan communicates best, with nothing said")
struct HostOrderTests {
  private func holds(_ plan: LaunchPlan, _ request: PlanRequest) -> [String] {
    PlanCheck.run(
      plan: plan, cluster: request.cluster, model: request.model, workload: request.workload
    ).violations.filter { $0.kind != .inputs }.map(\.message)
  }

  /// Two pods, whose halves a file lists in turn: InfiniBand in one, RoCE in the other, and Ethernet
  /// between them.
  private func interleavedPods() throws -> ClusterTopology {
    func group(_ name: String, _ fabric: String, _ cards: Int, _ rate: Int) -> String {
      """
      { "name": "\(name)", "nodes": 4, "node": "DGX-H100", "nics": { "fabric": "\(fabric)",
        "perNode": \(cards), "gigabitsPerSecond": \(rate) } }
      """
    }
    return try ClusterFile.parse(
      """
      { "name": "pods", "nodeGroups": [ \(group("a1", "ib", 8, 400)), \(group("b1", "roce", 8, 200)),
          \(group("a2", "ib", 8, 400)), \(group("b2", "roce", 8, 200)) ],
        "fabrics": [ { "name": "ib", "kind": "infiniband" }, { "name": "roce", "kind": "roce" },
          { "name": "lan", "kind": "ethernet", "gigabitsPerSecond": 25,
            "connects": ["a1", "a2", "b1", "b2"] } ] }
      """
    ).topology
  }

  @Test("Pods whose halves are listed in turn: each group of replicas lies in one pod, and it pays")
  func pods() throws {
    var request = PlanRequest(
      cluster: try interleavedPods(), model: try .llama70B(),
      workload: Workload(globalBatch: 1_024, sequenceLength: 8_192))
    let plan = try request.plan()
    let groups = plan.mapping.hosts.map { String($0.nodeGroup.prefix(1)) }
    #expect(groups == ["a", "a", "b", "b"] || groups == ["b", "b", "a", "a"])
    #expect(plan.parallelism.data > 1)
    #expect(
      64.isMultiple(of: plan.parallelism.degrees.devicesPerStage), "no stage lies in two pods")
    #expect(holds(plan, request) == [])
    request.keepsHostOrder = true
    let listed = try request.plan()
    #expect(plan.prediction.step < 0.96 * listed.prediction.step)
    request.pins.rankOrder = .pipelineOutermost
    #expect(try plan.prediction.step < 0.9 * request.planStep())
  }

  @Test("Below oversubscribed switches, pipelines lie within them where stages do not fit")
  func switches() throws {
    let cluster = try ClusterFile.parse(
      """
      { "name": "tree", "nodeGroups": [ { "name": "n", "nodes": 16, "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } } ],
        "fabrics": [ { "name": "ib", "kind": "infiniband",
          "levels": [ { "nodesPerSwitch": 4, "oversubscription": 16 } ] } ] }
      """
    ).topology
    var request = PlanRequest(
      cluster: cluster, model: try .llama70B(),
      workload: Workload(globalBatch: 1_024, sequenceLength: 8_192),
      pins: Pins(
        tensor: 8, context: 1, pipeline: 2, virtualStages: 1, schedule: "1f1b", microBatchSize: 1,
        rankOrder: .pipelineOutermost))
    let plan = try request.plan()
    #expect(holds(plan, request) == [])
    let nodes = plan.mapping.hosts.flatMap { $0.firstNode..<$0.firstNode + $0.nodes }
    #expect(nodes.sorted() == Array(0..<16))
    // Replica d of both stages lies below one switch.
    #expect((0..<8).allSatisfy { nodes[$0] / 4 == nodes[$0 + 8] / 4 }, "\(nodes)")
    request.keepsHostOrder = true
    #expect(try plan.prediction.step < request.planStep())
  }

  @Test("Where a node is idle, it is the one with slow links")
  func idle() throws {
    let nodes = 5
    let toys = try ClusterTopology.h100Nodes(nodes)
    var rates = [Float](repeating: 300, count: nodes * nodes)
    for other in 0..<nodes {
      rates[nodes + other] = 30
      rates[other * nodes + 1] = 30
    }
    let cluster = try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: nodes, gigabytesPerSecond: rates))
    let request = PlanRequest(
      cluster: cluster, model: try .llama8B(),
      workload: Workload(globalBatch: 64, sequenceLength: 8_192), pins: Pins(tensor: 8, data: 4))
    let plan = try request.plan()
    #expect(holds(plan, request) == [])
    let used = plan.mapping.hosts.flatMap { $0.firstNode..<$0.firstNode + $0.nodes }
    #expect(used.sorted() == [0, 2, 3, 4])
    #expect(cluster.slowLinksLast == [0, 2, 3, 4, 1])
    #expect(toys.slowLinksLast == nil)
  }

  @Test("A node with slow links stays idle also where another frame is best without it")
  func idleForAnother() throws {
    let nodes = 7
    let toys = try ClusterTopology.h100Nodes(nodes)
    var rates = [Float](repeating: 300, count: nodes * nodes)
    for (one, other) in [(1, 2), (2, 1)] { rates[one * nodes + other] = 10 }
    let cluster = try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: nodes, gigabytesPerSecond: rates))
    let request = PlanRequest(
      cluster: cluster, model: try .llama8B(),
      workload: Workload(globalBatch: 96, sequenceLength: 8_192), stack: .torchtitan)
    let plan = try request.plan()
    #expect(holds(plan, request) == [])
    let used = plan.mapping.hosts.flatMap { $0.firstNode..<$0.firstNode + $0.nodes }
    #expect(used.count == 6 && !(used.contains(1) && used.contains(2)))
  }
}

extension PlanRequest {
  fileprivate func planStep() throws -> Seconds { try plan().prediction.step }
}
