import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import Testing

@testable import Planner

@Suite("When nothing fits, the reason and the nearest changes are given")
struct ExplanationTests {
  let workload = Workload(globalBatch: 64, sequenceLength: 8192)

  @Test("70B on one node names the fullest stage, its parts, and remedies that fit")
  func tooLarge() throws {
    let request = try PlanRequest(cluster: .h100Nodes(1), model: .llama70B(), workload: workload)
    let explanation = try request.explanation()
    #expect(
      explanation.summary.hasPrefix("stage ")
        && explanation.summary.hasSuffix("of 79.6 GiB on each H100-SXM-80GB"))
    #expect(explanation.parts.map(\.name) == ["state", "activations", "transient", "reserve"])
    let need = try #require(explanation.need)
    let parts = explanation.parts.reduce(Bytes.zero) { $0 + $1.bytes }
    #expect(abs(parts / need - 1) < 1e-9)
    #expect(need > (explanation.capacity ?? .infinity))
  }

  @Test(
    "Accelerators that the framework alone overfills are told what they would need",
    arguments: [0.5, 1, 2, 4])
  func overfilled(gibibytes: Double) throws {
    let cluster = try ClusterTopology.h100Nodes(1).with(memory: .gibibytes(gibibytes))
    let request = try PlanRequest(cluster: cluster, model: .llama8B(), workload: workload)
    let explanation = try request.explanation()
    #expect(explanation.summary.hasSuffix("on each H100-SXM-80GB"))
    let need = try #require(explanation.need)
    #expect(need.value.isFinite && need > 2 * .gibibytes(gibibytes))
    var roomier = request
    roomier.cluster = try cluster.with(
      memory: 1.000001 * #require(explanation.remedies.last?.need))
    _ = try roomier.plan()
  }

  @Test("The nodes that an explanation asks for are enough, and the accelerators too")
  func remediesHold() throws {
    let request = try PlanRequest(cluster: .h100Nodes(1), model: .llama70B(), workload: workload)
    let explanation = try request.explanation()
    let nodes = try #require(explanation.remedies.first { $0.change?.hasPrefix("nodes ") == true })
    var larger = request
    let count = try #require(nodes.change.flatMap { Int($0.dropFirst(6)) })
    larger.cluster = try .h100Nodes(count)
    _ = try larger.plan()
    var roomier = request
    let need = try #require(explanation.remedies.last?.need)
    roomier.cluster = try request.cluster.with(memory: 1.000001 * need)
    _ = try roomier.plan()
  }

  @Test("What is pinned to be recomputed or offloaded is what an explanation counts with")
  func pinnedRecompute() throws {
    var long = workload
    (long.globalBatch, long.sequenceLength) = (1, 524_288)
    for (policy, words) in [
      (RecomputePolicy.modules([]), "(nothing recomputed)"),
      (.modules([.normalisation]), "(normalisation recomputed)"),
      (.offload([.attention], recomputing: []), "(beside what the hosts keep)"),
    ] {
      let request = PlanRequest(
        cluster: try .h100Nodes(1), model: try .llama8B(), workload: long,
        pins: Pins(tensor: 8, recompute: policy))
      let explanation = try request.explanation()
      let (need, capacity) = (
        try #require(explanation.need), try #require(explanation.capacity)
      )
      #expect(need > capacity)
      #expect(explanation.parts[1].reason.hasSuffix(words), "\(explanation.parts[1].reason)")
      #expect(explanation.bindingLimits.contains("--recompute \(policy.name)"))
    }
  }

  @Test("What is pinned to be offloaded must be a module of the model")
  func absentOffload() throws {
    let request = PlanRequest(
      cluster: try .h100Nodes(1), model: try .llama8B(), workload: workload,
      pins: Pins(recompute: .offload([.experts], recomputing: [])))
    #expect(
      try request.explanation().summary
        == "--recompute host:experts offloads nothing: no layer of model has a block of such a module alone"
    )
  }

  @Test("A pin that makes the space empty is named, with what helps")
  func emptySpace() throws {
    var request = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: workload)
    request.pins.tensor = 3
    let explanation = try request.explanation()
    #expect(
      explanation.summary
        == "no layout obeys what was pinned (--tensor 3) on 8 devices with a global batch of 64 "
        + "sequences")
    #expect(explanation.remedies.map(\.change).contains("remove --tensor"))
  }

  @Test("Of pins and memory, those are named that nothing fits with, and each of them can give way")
  func clash() throws {
    var request = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: workload)
    // Replicas that hold everything do not fit, whatever the size of a micro-batch and the order of ranks.
    request.pins = Pins(
      tensor: 1, pipeline: 1, microBatchSize: 1, sharding: Sharding.none,
      rankOrder: .pipelineOutermost)
    let limits = try request.explanation().bindingLimits
    #expect(limits.last == "memory of H100-SXM-80GB: 79.6 GiB")
    #expect(limits.contains("--sharding none"))
    #expect(!limits.contains { $0.contains("micro-batch-size") || $0.contains("rank-order") })
    for pin in request.pins.given where limits.contains(pin.sentence) {
      var without = request
      for other in without.pins.given where !limits.contains(other.sentence) {
        without.pins = other.removed(without.pins)
      }
      without.pins = pin.removed(without.pins)
      _ = try without.plan()
    }
    // Memory is no part of it where nothing would fit into any.
    request.pins = Pins(tensor: 3, pipeline: 1)
    #expect(try request.explanation().bindingLimits == ["--tensor 3"])
    // Nor are pins where nothing fits without them either.
    var large = try PlanRequest(cluster: .h100Nodes(1), model: .llama70B(), workload: workload)
    large.pins = Pins(microBatchSize: 1, sharding: .optimizer)
    #expect(try large.explanation().bindingLimits == ["memory of H100-SXM-80GB: 79.6 GiB"])
  }

  @Test(
    "A schedule that the stack cannot run is named with those it runs",
    arguments: ["zb-h1", "zb-h2", "zb-v", "dualpipe", "dualpipe-v"])
  func unknownToStack(schedule: String) throws {
    var request = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: workload)
    request.pins.schedule = schedule
    let explanation = try request.explanation()
    #expect(
      explanation.summary
        == "\(request.stack.identity) cannot run --schedule \(schedule), but runs 1f1b, "
        + "interleaved")
    #expect(explanation.remedies.map(\.change).contains("remove --schedule"))
  }

  @Test("A pin that costs too much memory is named as a remedy")
  func pinnedMemory() throws {
    var request = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: workload)
    request.pins = Pins(tensor: 1, pipeline: 1, sharding: Sharding.none)
    let explanation = try request.explanation()
    #expect(explanation.summary.hasPrefix("stage 0 needs "))
    #expect(explanation.remedies.map(\.change).contains("remove --sharding"))
  }
}
