import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import PlanChecks
import Quantities
import SeededRandom
import Testing

@testable import Planner

@Suite("The certificate bounds the step over every order of hosts")
struct AnyHostOrderTests {
  /// Nodes of two devices whose links were measured, from 1 to 20 GB/s.
  private func measured(_ nodes: Int, using random: inout SplitMix) throws -> ClusterTopology {
    let toys = try ClusterFile.parse(
      """
      { "name": "measured", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ { "name": "n", "nodes": \(nodes), "acceleratorsPerNode": 2,
          "accelerator": { "name": "toy", "visibleMemoryGiB": 24,
            "peakTeraFLOPS": { "bf16": 60 }, "memoryGigabytesPerSecond": 800 },
          "scaleUp": { "kind": "nvswitch", "accelerators": 2, "gigabytesPerSecond": 100 },
          "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 400 } } ] }
      """
    ).topology
    let rates = (0..<nodes * nodes).map { _ in Float(Int.random(in: 1...20, using: &random)) }
    return try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: nodes, gigabytesPerSecond: rates))
  }

  private func request(_ cluster: ClusterTopology, experts: Bool) throws -> PlanRequest {
    let network =
      experts
      ? #"{ "count": 8, "perToken": 2, "intermediateSize": 1024 }"#
      : #"{ "intermediateSize": 4096 }"#
    let model = try ModelDescription.described(
      """
      { "architecture": { "hiddenSize": 1024, "vocabularySize": 16384, "layers": 6,
        "attention": { "heads": 16, "keyValueHeads": 8 }, "feedForward": \(network) } }
      """)
    return PlanRequest(
      cluster: cluster, model: model,
      workload: Workload(globalBatch: 24, sequenceLength: 1_024), effort: Effort(gap: 0))
  }

  private func violations(_ plan: LaunchPlan, _ request: PlanRequest) -> [Violation] {
    PlanCheck.run(
      plan: plan, cluster: request.cluster, model: request.model, workload: request.workload
    ).violations.filter { $0.kind != .inputs }
  }

  private func mappingPart(_ plan: LaunchPlan) -> Certificate.Part? {
    plan.certificate.parts.first { $0.name == .mapping }
  }

  @Test("No order of four hosts beats the bound, and the check holds", arguments: 0..<12)
  func everyOrder(seed: Int) throws {
    var random = SplitMix(seed: UInt64(900 + seed))
    let cluster = try measured(4, using: &random)
    let request = try request(cluster, experts: seed.isMultiple(of: 3))
    let plan = try request.plan()
    let part = try #require(mappingPart(plan))
    #expect(part.objective == plan.prediction.step)
    #expect(violations(plan, request) == [])
    var best = Seconds.infinity
    for order in permutations(4) {
      var listed = request
      listed.cluster = try #require(cluster.reordered(order))
      listed.keepsHostOrder = true
      let other = try listed.plan()
      #expect(mappingPart(other) == nil)
      best = min(best, other.prediction.step)
    }
    #expect(part.bound <= (1 + 1e-9) * best, "\(part.bound) of \(best)")
    #expect(part.bound > 0.7 * best)
  }

  @Test("On several kinds of accelerator, the check proves it from splits that are faster alone")
  func mixed() throws {
    let groups = try ClusterFile.parse(
      """
      { "name": "kinds", "fabrics": [ { "name": "ib", "kind": "infiniband" } ], "nodeGroups": [
        { "name": "b", "nodes": 3, "node": "DGX-B300",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } },
        { "name": "c", "nodes": 1, "node": "DGX-B200",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 100 } } ] }
      """
    ).topology
    let rates: [Float] = [
      0, 10.54, 20.79, 27.32, 20.18, 0, 13.68, 41.62, 50.24, 11.17, 0, 10.85, 23.41, 19.51, 39.9, 0,
    ]
    let cluster = try ClusterTopology(
      name: groups.name, nodeGroups: groups.nodeGroups, fabrics: groups.fabrics,
      measured: MeasuredBandwidth(nodes: 4, gigabytesPerSecond: rates))
    let model = try ModelDescription.described(
      """
      { "architecture": { "hiddenSize": 6144, "vocabularySize": 32000, "layers": 31,
        "attention": { "heads": 48, "keyValueHeads": 1 },
        "feedForward": { "count": 16, "perToken": 2, "intermediateSize": 6144 } } }
      """)
    let request = PlanRequest(
      cluster: cluster, model: model,
      workload: Workload(globalBatch: 64, sequenceLength: 4_096, precision: .mxfp8),
      stack: .torchtitan, effort: Effort(gap: 0))
    let plan = try request.plan()
    let part = try #require(mappingPart(plan))
    // A split that beats the plan's step, but not the bound, refutes nothing.
    #expect(part.bound < 0.9 * plan.prediction.step)
    #expect(violations(plan, request) == [])
  }

  @Test("A bound over every order that is raised above what can be proven is refused")
  func raised() throws {
    var random = SplitMix(seed: 912)
    let request = try request(try measured(4, using: &random), experts: false)
    let plan = try request.plan()
    var certificate = plan.certificate
    let index = try #require(certificate.parts.firstIndex { $0.name == .mapping })
    let step = certificate.objective
    #expect(certificate.parts[index].bound < 0.999 * step)
    certificate.parts[index].bound = step
    let refused = violations(try plan.with(certificate), request)
    #expect(refused.map(\.kind) == [.hostOrders])
    #expect(
      refused.first?.message.hasPrefix(
        "certificate.parts[1].boundSeconds is \(step.value) s, but in some order of hosts ") == true
    )
  }

  @Test("Where all links are alike, or hosts must stay, nothing is said of other orders")
  func alike() throws {
    let request = try PlanRequest(
      cluster: .h100Nodes(2), model: .llama8B(),
      workload: Workload(globalBatch: 64, sequenceLength: 4_096))
    #expect(try mappingPart(request.plan()) == nil)
  }

  private func permutations(_ count: Int) -> [[Int]] {
    count == 0
      ? [[]]
      : permutations(count - 1).flatMap { order in
        (0..<count).map { place in
          var order = order
          order.insert(count - 1, at: place)
          return order
        }
      }
  }
}

extension LaunchPlan {
  fileprivate func with(_ certificate: Certificate) throws -> LaunchPlan {
    try LaunchPlan(
      name: name, stack: stack, inputs: inputs, parallelism: parallelism, stageGroups: stageGroups,
      stages: stages, mapping: mapping, expertPlacement: expertPlacement, prediction: prediction,
      certificate: certificate, alternatives: alternatives, assumptions: assumptions)
  }
}
