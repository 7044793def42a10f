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

@Suite("Nodes stay idle where a plan is faster without them")
struct FewerNodesTests {
  /// A mixture of experts on three nodes and, maybe, two slower ones.
  private func request(
    batch: Int, isMixed: Bool = false, pins: Pins = .none
  ) throws -> PlanRequest {
    let slower = #", { "name": "slow", "nodes": 2, "node": "DGX-A100-80GB" }"#
    let cluster = try ClusterFile.parse(
      """
      { "name": "few", "nodeGroups": [
          { "name": "fast", "nodes": 3, "node": "DGX-H100" }\(isMixed ? slower : "") ] }
      """
    ).topology
    let model = try ModelDescription.described(
      """
      { "architecture": { "hiddenSize": 4096, "vocabularySize": 32000, "layers": 32,
        "attention": { "heads": 32, "keyValueHeads": 8 },
        "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 14336 } } }
      """)
    return PlanRequest(
      cluster: cluster, model: model,
      workload: Workload(globalBatch: batch, sequenceLength: 4_096), pins: pins)
  }

  private func violations(_ plan: LaunchPlan, _ request: PlanRequest) -> [String] {
    PlanCheck.run(
      plan: plan, cluster: request.cluster, model: request.model, workload: request.workload
    ).violations.filter { $0.kind != .inputs }.map(\.message)
  }

  /// The fastest plan on all devices, whatever its degrees.
  private func wholeCluster(batch: Int, isMixed: Bool) throws -> Seconds {
    var least = Seconds.infinity
    let devices = try request(batch: batch, isMixed: isMixed).cluster.deviceCount
    for data in 1...batch where batch.isMultiple(of: data) && devices.isMultiple(of: data) {
      for pipeline in 1...32 where (devices / data).isMultiple(of: pipeline) {
        let pinned = try request(
          batch: batch, isMixed: isMixed, pins: Pins(data: data, pipeline: pipeline))
        guard case .planned(let plan) = try makePlan(pinned, inputs: .unread(pinned.workload)),
          plan.parallelism.degrees.devices == devices
        else { continue }
        least = min(least, plan.prediction.step)
      }
    }
    return least
  }

  @Test(
    "A batch that two nodes divide, and three only in stages, runs on two",
    arguments: [(8, false, 16), (12, true, 24)])
  func fewer(batch: Int, isMixed: Bool, devices: Int) throws {
    let request = try request(batch: batch, isMixed: isMixed)
    let plan = try request.plan()
    #expect(plan.parallelism.degrees.devices == devices)
    #expect(plan.prediction.step < 0.95 * (try wholeCluster(batch: batch, isMixed: isMixed)))
    #expect(violations(plan, request) == [])
  }

  /// A dense model on four nodes, of which the second computes at a share of its rate.
  private func request(health: Double, batch: Int, pins: Pins = .none) throws -> PlanRequest {
    let cluster = try ClusterFile.parse(
      """
      { "name": "slow", "nodeGroups": [
          { "name": "n", "nodes": 4, "names": "n[1-4]", "node": "DGX-H100" } ],
        "health": { "slowNodes": [ { "node": "n2", "factor": \(health) } ] } }
      """
    ).topology
    return PlanRequest(
      cluster: cluster, model: try .llama8B(),
      workload: Workload(globalBatch: batch, sequenceLength: 8_192), pins: pins)
  }

  @Test("A slow node serves fewer layers than others", arguments: [0.5, 0.8])
  func fewerLayers(health: Double) throws {
    let pins = Pins(tensor: 8, data: 1, pipeline: 4)
    let sound = try request(health: 1, batch: 64, pins: pins).plan()
    let request = try request(health: health, batch: 64, pins: pins)
    let plan = try request.plan()
    #expect(violations(plan, request) == [])
    #expect(plan.prediction.step > sound.prediction.step)
    // The rate of four nodes is less by a quarter of what one has lost.
    #expect(plan.prediction.step < 1.15 * (4 / (3 + health)) * sound.prediction.step)
    let layers = plan.stages.map { stage in
      stage.chunks.reduce(0) { if case .layers(let run) = $1 { $0 + run.count } else { $0 } }
    }
    #expect(layers.min() ?? 0 <= Int(health * 9))
  }

  @Test("A very slow node stays idle, and stands last")
  func slowNode() throws {
    let request = try request(health: 0.1, batch: 48)
    let plan = try request.plan()
    #expect(plan.parallelism.degrees.devices == 24)
    #expect(violations(plan, request) == [])
    #expect(
      plan.mapping.hosts.flatMap { $0.firstNode..<$0.firstNode + $0.nodes } == [0, 2, 3])
  }

  @Test(
    "Of groups that are listed in any order, the one runs that is fastest alone", arguments: 0..<3)
  func oneGroup(first: Int) throws {
    func group(_ name: String, nodes: Int, width: Int, domain: Int, rate: Int) -> String {
      """
      { "name": "\(name)", "nodes": \(nodes), "acceleratorsPerNode": \(width),
        "accelerator": "H100-SXM-80GB",
        "scaleUp": { "kind": "nvswitch", "accelerators": \(domain), "gigabytesPerSecond": \(rate) },
        "nics": { "fabric": "ib", "perNode": \(width), "gigabitsPerSecond": 25 } }
      """
    }
    var groups = [
      group("a", nodes: 1, width: 4, domain: 4, rate: 300),
      group("b", nodes: 3, width: 2, domain: 2, rate: 50),
      group("c", nodes: 4, width: 4, domain: 8, rate: 50),
    ]
    groups.insert(groups.remove(at: first), at: 0)
    let cluster = try ClusterFile.parse(
      """
      { "name": "unlike", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ \(groups.joined(separator: ", ")) ] }
      """
    ).topology
    var request = try request(batch: 8)
    request.cluster = cluster
    request.workload.sequenceLength = 2_048
    let plan = try request.plan()
    #expect(plan.mapping.hosts.map(\.nodeGroup) == ["c"])
    #expect(violations(plan, request) == [])
  }

  @Test("Where that is no faster, all nodes run")
  func all() throws {
    let plan = try request(batch: 24).plan()
    #expect(plan.parallelism.degrees.devices == 24)
  }
}
