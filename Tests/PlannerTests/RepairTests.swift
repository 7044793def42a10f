import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities
import Testing

@testable import Planner

@Suite("A repaired plan moves little, and says how much")
struct RepairTests {
  /// Ten named nodes in two groups of five, and a plan on them.
  private func planned(
    _ pins: Pins, nodes: Int = 5
  ) throws -> (request: PlanRequest, plan: LaunchPlan) {
    let cluster = try ClusterFile.parse(
      """
      { "name": "two", "fabrics": [ { "name": "ib", "kind": "infiniband" } ], "nodeGroups": [
        { "name": "a", "nodes": \(nodes), "names": "a[1-\(nodes)]", "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } },
        { "name": "b", "nodes": \(nodes), "names": "b[1-\(nodes)]", "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 200 } } ] }
      """
    ).topology
    let request = PlanRequest(
      cluster: cluster, model: try .llama8B(),
      workload: Workload(globalBatch: 64, sequenceLength: 4_096), pins: pins)
    var inputs = PlanInputs.unread(request.workload)
    inputs.cluster.content = cluster.normalised
    guard case .planned(let plan) = try makePlan(request, inputs: inputs) else {
      throw MissingPlan()
    }
    return (request, plan)
  }

  private func repaired(
    _ planned: (request: PlanRequest, plan: LaunchPlan), lost: [String], spares: [String] = []
  ) throws -> LaunchPlan {
    guard
      case .planned(let plan) = try repairPlan(
        planned.plan, planned.request, lost: lost, spares: spares)
    else { throw MissingPlan() }
    let cluster = try ClusterFile.parse(JSONText.compact(plan.inputs.cluster.content)).topology
    let report = PlanCheck.run(
      plan: plan, cluster: cluster, model: planned.request.model,
      workload: planned.request.workload)
    #expect(report.violations.filter { $0.kind != .inputs }.map(\.message) == [])
    return plan
  }

  private func names(_ plan: LaunchPlan) throws -> [String] {
    let cluster = try ClusterFile.parse(JSONText.compact(plan.inputs.cluster.content)).topology
    return try #require(plan.mapping.nodes(in: cluster)).map(cluster.name(ofNode:))
  }

  @Test("An idle node stands in: its ranks alone need state, in whole weights of their stage")
  func idle() throws {
    let planned = try planned(Pins(tensor: 8, data: 4, pipeline: 2))
    #expect(try names(planned.plan) == ["a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3"])
    let plan = try repaired(planned, lost: ["b2"])
    #expect(try names(plan) == ["a1", "a2", "a3", "a4", "a5", "b1", "b4", "b3"])
    #expect(plan.parallelism == planned.plan.parallelism)
    let repair = try #require(plan.repair)
    #expect(repair.joined == ["b4"])
    #expect(repair.moved.ranks == 8)
    #expect(repair.moved.stages == [1])
    let stage = planned.plan.prediction.memory[1]
    #expect(repair.moved.weights == 8 * stage.parts[.weights])
  }

  @Test(
    "Where a replica's stages stand side by side, a node holds another stage than the one before")
  func renumbered() throws {
    let planned = try planned(
      Pins(tensor: 8, data: 4, pipeline: 2, rankOrder: .dataOutermost))
    #expect(planned.plan.parallelism.rankOrder == .dataOutermost)
    let plan = try repaired(planned, lost: ["b2"])
    #expect(plan.parallelism == planned.plan.parallelism)
    let place = try #require(try names(planned.plan).firstIndex(of: "b2"))
    let moved = try #require(plan.repair).moved
    #expect(moved.ranks == 8)
    #expect(moved.stages == [place % 2])
  }

  @Test("A spare that would slow all by a quarter does not stand in")
  func slowSpare() throws {
    for (factor, stands) in [(0.9, true), (0.3, false)] {
      let cluster = try ClusterFile.parse(
        """
        { "name": "slow", "nodeGroups": [
            { "name": "a", "nodes": 3, "names": "a[1-3]", "node": "DGX-H100" } ],
          "health": { "slowNodes": [ { "node": "a3", "factor": \(factor) } ] } }
        """
      ).topology
      let request = PlanRequest(
        cluster: cluster, model: try .llama8B(),
        workload: Workload(globalBatch: 64, sequenceLength: 4_096),
        pins: Pins(tensor: 8, context: 1, pipeline: 1))
      var inputs = PlanInputs.unread(request.workload)
      inputs.cluster.content = cluster.normalised
      guard case .planned(let plan) = try makePlan(request, inputs: inputs) else {
        throw MissingPlan()
      }
      #expect(try names(plan) == ["a1", "a2"])
      let repaired = try repaired((request, plan), lost: ["a2"])
      #expect(try names(repaired) == (stands ? ["a1", "a3"] : ["a1"]))
    }
  }

  @Test("A node that the plan does not use can be lost, and nothing moves")
  func unused() throws {
    let plan = try repaired(try planned(Pins(tensor: 8, data: 4, pipeline: 2)), lost: ["b5"])
    let moved = try #require(plan.repair).moved
    #expect(moved.ranks == 0)
    #expect(moved.weights == .zero && moved.optimizer == .zero && moved.checkpoint == .zero)
  }

  @Test("Unsharded replicas keep everything: fewer of them need nothing, and no checkpoint")
  func replicas() throws {
    let planned = try planned(
      Pins(
        tensor: 8, context: 1, pipeline: 2, virtualStages: 1, schedule: "1f1b",
        microBatchSize: 1, sharding: Sharding.none), nodes: 4)
    #expect(planned.plan.parallelism.data == 4)
    let plan = try repaired(planned, lost: ["a2", "a3", "b1", "b4"])
    #expect(plan.parallelism.data == 2)
    let moved = try #require(plan.repair).moved
    #expect(moved.ranks == 0, "two nodes of each stage are left")
    #expect(moved.checkpoint == .zero)
  }

  @Test("Slices share what they share, and uncovered parts are what no slice has")
  func slices() {
    let one = ShardSlices(
      rank: 5, ParallelismDegrees(tensor: 2, data: 4, pipeline: 1), .optimizer, groups: 1,
      numbered: .pipelineOutermost)
    #expect(one.dense.weight == 0.5..<1)
    #expect(one.dense.optimizer == 0.75..<0.875)
    // Of two groups of replicas 0, 1 and 2, 3, replica 2 is the first of its own.
    let ofGroup = ShardSlices(
      rank: 5, ParallelismDegrees(tensor: 2, data: 4, pipeline: 1), .optimizer, groups: 2,
      numbered: .pipelineOutermost)
    #expect(ofGroup.dense.optimizer == 0.5..<0.75)
    #expect((0.5..<1.0).share(in: 0.25..<0.75) == 0.5)
    #expect((0.5..<1.0).share(in: 0..<0.5) == 0)
    #expect(Range.uncovered(by: [0.5..<0.75, 0..<0.25]) == 0.5)
    #expect(Range.uncovered(by: []) == 1)
  }
}
