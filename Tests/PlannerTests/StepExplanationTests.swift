import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import Testing

@testable import Planner

@Suite("A plan's step is explained by the cost model that made it")
struct StepExplanationTests {
  /// A plan of a request, and its explanation.
  private func explained(
    _ request: PlanRequest, effort: Effort = .explanation
  ) throws -> (plan: LaunchPlan, explanation: PlanExplanation) {
    let plan = try request.plan()
    var again = request
    again.effort = effort
    return (plan, try explainStep(of: plan, again))
  }

  private func llama8B(nodes: Int = 2) throws -> PlanRequest {
    try PlanRequest(
      cluster: .h100Nodes(nodes), model: .llama8B(),
      workload: Workload(globalBatch: 128, sequenceLength: 8192))
  }

  @Test("The step, its parts and the fullest stage are those that the plan states")
  func agreement() throws {
    let (plan, explanation) = try explained(llama8B())
    #expect(explanation.step == plan.prediction.step)
    #expect(explanation.breakdown == plan.prediction.breakdown)
    #expect(
      explanation.tokensPerSecondPerDevice == plan.prediction.tokensPerSecondPerDevice)
    let fullest = try #require(plan.prediction.memory.map(\.peak).max())
    #expect(explanation.fullestStage.peak == fullest)
    // The kinds of work are the passes: all but what happens once a step or between stages.
    let outside: [LaunchPlan.StepPart] = [
      .pipelineBubble, .stageHops, .gradientReduction, .optimizer, .stragglers, .perStep,
    ]
    let rest = outside.reduce(Seconds.zero) { $0 + explanation.breakdown[$1] }
    let work = explanation.busiestStage.consumers.reduce(Seconds.zero) { $0 + $1.time }
    #expect(abs((work + rest) / explanation.step - 1) < 1e-9)
    let times = explanation.busiestStage.consumers.map(\.time)
    #expect(times == times.sorted(by: >))
  }

  @Test("Seven faster parts are priced, none slows the step, and gains fall from first to last")
  func fasterParts() throws {
    let (_, explanation) = try explained(llama8B())
    let repriced = explanation.sensitivities.filter { !$0.isReplanned }
    #expect(repriced.count == 7)
    for sensitivity in repriced {
      let after = try #require(sensitivity.after)
      #expect(after.step <= explanation.step)
      #expect(abs(after.gain - (1 - after.step / explanation.step)) < 1e-12)
    }
    let gains = explanation.sensitivities.map { $0.after?.gain ?? -.infinity }
    #expect(gains == gains.sorted(by: >))
  }

  @Test("A faster part gains what a plan pinned to the same layout gains on such machines")
  func repricing() throws {
    var request = try llama8B()
    request.pins = Pins(
      tensor: 4, data: 2, pipeline: 2, virtualStages: 1, schedule: "1f1b", microBatchSize: 1,
      sharding: .optimizer, recompute: .full)
    let (_, explanation) = try explained(request)
    let found = explanation.sensitivities.first { $0.change == "matrix units 20 % faster" }
    let after = try #require(found?.after)
    var groups = request.cluster.nodeGroups
    groups[0].accelerator.peaks.bf16 = groups[0].accelerator.peaks.bf16.map { 1.2 * $0 }
    request.cluster = try ClusterTopology(
      name: "faster", nodeGroups: groups, fabrics: request.cluster.fabrics)
    // The split is open, and may be a better one there.
    let step = try request.plan().prediction.step
    #expect(step <= after.step && step > 0.98 * after.step)
  }

  @Test("More memory never harms, a node more may stay idle, and fewer devices take longer")
  func replanning() throws {
    let (plan, explanation) = try explained(llama8B())
    func after(_ change: String) throws -> Sensitivity.After {
      try #require(explanation.sensitivities.first { $0.change == change }?.after, "\(change)")
    }
    #expect(try after("20 % more memory").gain >= 0)
    #expect(try after("one more node (3)").gain >= 0)
    #expect(try after("one node fewer (1)").gain < 0)
    let batch = try after("twice the global batch")
    #expect(batch.step > explanation.step)
    // Twice the tokens in less than twice the time.
    #expect(batch.gain > 0)
    #expect(
      abs(batch.tokensPerSecondPerDevice * batch.step.value * 16 - 2 * 128 * 8192) < 1)
    for sensitivity in explanation.sensitivities {
      guard let after = sensitivity.after else { continue }
      #expect(after.peak <= after.capacity)
    }
    #expect(plan.certificate.gap <= 0.02)
    #expect(!explanation.sensitivities.contains { $0.change == "planned again as it is" })
  }

  @Test("A plan that is far from its bound is planned again as it is, and gets no worse")
  func poorPlan() throws {
    var request = try llama8B()
    let free = try request.plan()
    request.pins.tensor = 8
    let pinned = try request.plan()
    // The same layout as the best of a free space, whose bound is lower.
    let poor = try LaunchPlan(
      stack: pinned.stack, inputs: pinned.inputs, parallelism: pinned.parallelism,
      stageGroups: pinned.stageGroups, stages: pinned.stages, mapping: pinned.mapping,
      prediction: pinned.prediction,
      certificate: Certificate(
        objective: pinned.prediction.step, bound: free.certificate.bound,
        scope: free.certificate.scope, parts: [], evidence: free.certificate.evidence))
    request.pins = .none
    request.effort = .explanation
    let explanation = try explainStep(of: poor, request)
    let again = explanation.sensitivities.first { $0.change == "planned again as it is" }
    let after = try #require(again?.after)
    #expect(after.step < 0.98 * pinned.prediction.step)
    #expect(after.step <= 1.02 * free.prediction.step)
  }

  @Test("Pins are obeyed after a change, but for the replicas where nodes come or go")
  func pins() throws {
    var request = try llama8B()
    request.pins = Pins(tensor: 2, data: 8)
    let (_, explanation) = try explained(request)
    for sensitivity in explanation.sensitivities {
      guard case .replanned(_, let replan) = sensitivity.outcome else { continue }
      #expect(replan.parallelism.tensor == 2)
      if replan.parallelism.degrees.devices == 16 { #expect(replan.parallelism.data == 8) }
    }
    let fewer = explanation.sensitivities.first { $0.change == "one node fewer (1)" }
    #expect(fewer?.after != nil)
  }

  @Test("Where no plan is left, the reason is given: devices that suit nothing, or memory")
  func nothingLeft() throws {
    var request = try llama8B(nodes: 4)
    request.workload.globalBatch = 64
    request.pins = Pins(context: 1, data: 4, pipeline: 1)
    let (_, explanation) = try explained(request)
    let fewer = explanation.sensitivities.first { $0.change == "one node fewer (3)" }
    #expect(fewer?.after != nil, "two nodes run what three have no divisor for")

    let large = try PlanRequest(
      cluster: .h100Nodes(3), model: .llama70B(),
      workload: Workload(globalBatch: 64, sequenceLength: 8192))
    let single = try explained(large).explanation.sensitivities.last
    #expect(single?.outcome == .none(reason: "none fits in memory"))
  }

  @Test("A layout that is not the model's cannot be priced, and the message says what can be done")
  func unpriceable() throws {
    let request = try llama8B()
    let plan = try request.plan()
    var other = request
    other.model = try .llama70B()
    #expect(throws: ExplanationFault.unpriceable) { try explainStep(of: plan, other) }
    #expect(
      ExplanationFault.unpriceable.description
        == "the plan's layout cannot be priced; 'plan check' says what is wrong with it")
  }
}

@Suite("Changes of a cluster leave the rest of it as it was")
struct ClusterChangesTests {
  /// Three nodes with measured links, of which one is slow and one link bad.
  private func measured() throws -> ClusterTopology {
    let plain = try ClusterTopology.h100Nodes(3)
    return try ClusterTopology(
      name: "measured", nodeGroups: plain.nodeGroups, fabrics: plain.fabrics,
      measured: MeasuredBandwidth(
        nodes: 3, gigabytesPerSecond: [0, 100, 200, 110, 0, 210, 120, 220, 0]),
      health: ClusterHealth(
        slowNodes: [.init(node: 2, factor: 0.5)], badLinks: [.init(from: 0, to: 1, factor: 0.5)]))
  }

  @Test(
    "A node that joins sends and receives what the last one does; one that leaves takes its own")
  func nodes() throws {
    let cluster = try measured()
    let more = try #require(cluster.with(moreNodes: 1))
    #expect(more.nodeCount == 4)
    for other in 0..<2 {
      #expect(more.link(from: 3, to: other).rate == cluster.link(from: 2, to: other).rate)
      #expect(more.link(from: other, to: 3).rate == cluster.link(from: other, to: 2).rate)
    }
    #expect(more.computeFactor(ofNode: 2) == 0.5 && more.computeFactor(ofNode: 3) == 1)
    let fewer = try #require(cluster.with(moreNodes: -1))
    #expect(fewer.nodeCount == 2 && fewer.health.slowNodes.isEmpty)
    #expect(fewer.link(from: 0, to: 1).rate == cluster.link(from: 0, to: 1).rate)
    #expect(cluster.with(moreNodes: -3) == nil)
  }

  @Test("Networks twice as fast double every link, measured, bad or neither, and no scale-up link")
  func network() throws {
    for cluster in [try measured(), try .h100Nodes(3)] {
      let fast = try #require(cluster.with(networkRates: 2))
      for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        let (before, after) = (cluster.link(from: from, to: to), fast.link(from: from, to: to))
        #expect(abs(after.rate / before.rate - 2) < 1e-6)
        #expect(after.latency == before.latency)
      }
      #expect(fast.link(from: 0, to: 0) == cluster.link(from: 0, to: 0))
    }
  }

  @Test("Halved latency leaves rates, and no slow nodes leave bad links")
  func others() throws {
    let cluster = try measured()
    let quick = try #require(cluster.with(networkLatency: 0.5))
    let (before, after) = (cluster.link(from: 0, to: 1), quick.link(from: 0, to: 1))
    #expect(after.rate == before.rate && after.latency == 0.5 * before.latency)
    let healed = try #require(cluster.withoutSlowNodes())
    #expect(healed.health.slowNodes.isEmpty && healed.health.badLinks == cluster.health.badLinks)
    let wide = try #require(cluster.with(scaleUpRates: 2))
    #expect(wide.link(from: 0, to: 0).rate == 2 * cluster.link(from: 0, to: 0).rate)
    #expect(wide.link(from: 0, to: 1) == cluster.link(from: 0, to: 1))
  }
}
