import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import PlanChecks
import Testing

@testable import Planner

@Suite("Ranks fill a node's devices in the order in which joined ones are neighbours")
struct DeviceOrderTests {
  /// Nodes of four cards, which bridges join in pairs and PCIe besides.
  private func group(_ name: String, order: String) -> String {
    """
    { "name": "\(name)", "nodes": 1, "acceleratorsPerNode": 4, \(order)
      "accelerator": { "name": "card", "visibleMemoryGiB": 40,
        "peakTeraFLOPS": { "bf16": 300 }, "memoryGigabytesPerSecond": 1500 },
      "scaleUp": { "kind": "nvlinkPairs", "accelerators": 4, "gigabytesPerSecond": 12,
        "levels": [ { "accelerators": 2, "gigabytesPerSecond": 300 } ] },
      "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 200 } }
    """
  }

  private func request(_ orders: [String]) throws -> PlanRequest {
    let groups = orders.enumerated().map { group("n\($0)", order: $1) }.joined(separator: ", ")
    let cluster = try ClusterFile.parse(
      """
      { "name": "pairs", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ \(groups) ] }
      """
    ).topology
    let model = try ModelDescription.described(
      """
      { "architecture": { "hiddenSize": 4096, "vocabularySize": 32000, "layers": 8,
        "attention": { "heads": 32, "keyValueHeads": 8 },
        "feedForward": { "intermediateSize": 14336 } } }
      """)
    return PlanRequest(
      cluster: cluster, model: model,
      workload: Workload(globalBatch: 32, sequenceLength: 4_096), pins: Pins(tensor: 2))
  }

  private func violations(_ plan: LaunchPlan, _ request: PlanRequest) -> [Violation] {
    PlanCheck.run(
      plan: plan, cluster: request.cluster, model: request.model, workload: request.workload
    ).violations.filter { $0.kind != .inputs }
  }

  /// The hosts and devices of the two ranks of each tensor group, which follow each other.
  private func tensorGroups(_ plan: LaunchPlan) -> [Set<[Int]>] {
    let order = plan.mapping.deviceOrder ?? Array(0..<4)
    var places = (0..<plan.devices).map { [$0 / 4, order[$0 % 4]] }
    for moved in plan.mapping.exceptions { places[moved.rank] = [moved.host, moved.device] }
    return stride(from: 0, to: places.count, by: 2).map { [places[$0], places[$0 + 1]] }
  }

  @Test("Bridges over cards 0 and 2, 1 and 3: tensor groups lie on them, and the check holds")
  func pairs() throws {
    let request = try request([#""deviceOrder": [0, 2, 1, 3],"#])
    let plan = try request.plan()
    #expect(plan.mapping.deviceOrder == [0, 2, 1, 3])
    #expect(violations(plan, request) == [])
    #expect(tensorGroups(plan) == [[[0, 0], [0, 2]], [[0, 1], [0, 3]]])
    let listed = try self.request([""])
    #expect(try listed.plan().mapping.deviceOrder == nil)
    #expect(
      try violations(listed.plan(), request).map(\.message) == [
        "mapping puts rank 1 on device 1, but the plan is priced with rank 1 on device 2"
      ])
  }

  @Test("Where nodes differ in it, single ranks are moved")
  func unlike() throws {
    let request = try request(["", #""deviceOrder": [0, 2, 1, 3],"#])
    let plan = try request.plan()
    #expect(plan.mapping.deviceOrder == nil)
    #expect(plan.mapping.exceptions.count == 2)
    #expect(violations(plan, request) == [])
    #expect(
      tensorGroups(plan) == [
        [[0, 0], [0, 1]], [[0, 2], [0, 3]], [[1, 0], [1, 2]], [[1, 1], [1, 3]],
      ])
  }

  @Test("An order that does not name each device once is refused with its place")
  func refused() {
    #expect {
      try request([#""deviceOrder": [0, 2, 1],"#])
    } throws: { error in
      "\(error)".contains(
        "nodeGroups[0].deviceOrder is [0, 2, 1], but must name each device of a node, 0 to 3, once")
    }
  }
}
