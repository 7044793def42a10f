import CostModel
import LaunchPlan
import ParallelismVocabulary
import Quantities

extension PlanCheck {
  /// The stages whose devices lack the memory, with what takes it and what would fit.
  static func memoryViolations(_ plan: PricedPlan, _ pricer: FramePricer) -> [Violation] {
    plan.prediction.memory.enumerated().flatMap { stage, need in
      let device = plan.prices.device(ofStage: stage)
      let capacity = device.memory
      let host = plan.prices.hostCapacity(rank: stage)
      var violations: [Violation] = []
      if need.host.value > host * (1 + Tolerance.relative) {
        violations.append(
          Violation(
            .memory,
            "stage \(stage) keeps \(need.host) of \(pricer.model.workload.hostContents) a device in its "
              + "host's memory, of which each has \(Bytes(host)): shard state over more replicas, use more "
              + "pipeline stages, or keep it on the device"))
      }
      guard need.peak.value > capacity.value * (1 + Tolerance.relative) else { return violations }
      let parts = [
        ("weights", need.weights), ("gradients", need.gradients),
        ("optimiser state", need.optimizer), ("activations", need.activations),
        ("transient", need.transient), ("reserve", need.reserve),
      ].filter { $0.1 > .zero }.map { "\($0.0) \($0.1)" }
      violations.append(
        Violation(
          .memory,
          "stage \(stage) needs \(need.peak) of \(capacity) on each \(device.name): "
            + parts.joined(separator: ", ") + "; " + remedy(plan, stage: stage, pricer)))
      return violations
    }
  }

  /// The nearest changes after which a stage fits, or how far even the roomiest comes.
  private static func remedy(_ plan: PricedPlan, stage: Int, _ pricer: FramePricer) -> String {
    let changes = recomputations(plan, stage: stage, pricer) + shardings(plan, stage: stage, pricer)
    let capacity = plan.prices.device(ofStage: stage).memory
    let fitting = changes.filter { $0.need <= capacity }
    guard fitting.isEmpty else {
      return "nearest that fit: "
        + fitting.map { "\($0.change) (\($0.need))" }.joined(separator: "; ")
    }
    guard let least = changes.min(by: { $0.need < $1.need }) else { return "nothing fits here" }
    return "even \(least.change) needs \(least.need); use more pipeline stages or tensor ranks"
  }

  /// The quickest recomputation of the stage that fits, or the one that needs least.
  private static func recomputations(
    _ plan: PricedPlan, stage: Int, _ pricer: FramePricer
  ) -> [(change: String, need: Bytes)] {
    let prices = plan.prices
    let chunks = stride(from: stage, to: plan.frame.chunks, by: plan.frame.degrees.pipeline)
    let runs = chunks.map { (chunk: $0, layers: plan.split.layers(ofChunk: $0)) }
    let longest = runs.map(\.layers.count).max() ?? 0
    guard longest > 0 else { return [] }
    let choices = prices.recomputeChoices(largestChunk: longest).map { choice in
      var split = plan.split
      split.recompute[stage] = choice
      let time = runs.reduce(0.0) { sum, run in
        sum
          + prices.backward(
            chunk: run.chunk, first: run.layers.lowerBound, end: run.layers.upperBound,
            policy: choice.policy, full: min(choice.fullLayers, run.layers.count))
      }
      return (choice: choice, time: time, need: prices.memory(rank: stage, split: split))
    }.filter { $0.need.host.value <= prices.hostCapacity(rank: stage) }
    let capacity = prices.device(ofStage: stage).memory
    let best =
      choices.filter { $0.need.peak <= capacity }.min { $0.time < $1.time }
      ?? choices.min { $0.need.peak < $1.need.peak }
    return best.map { best in
      let policy = pricer.model.policies[best.choice.policy]
      let change =
        best.choice.fullLayers > 0
        ? "recomputing \(best.choice.fullLayers) of \(longest) layers whole"
        : policy.offloaded.isEmpty
          ? "recomputing \(policy.name)" : "recomputing or offloading \(policy.name)"
      return [(change, best.need.peak)]
    } ?? []
  }

  /// The first further sharding that fits, or the furthest.
  private static func shardings(
    _ plan: PricedPlan, stage: Int, _ pricer: FramePricer
  ) -> [(change: String, need: Bytes)] {
    let degrees = plan.frame.degrees
    let abilities = pricer.model.stack.capabilities
    let possible = degrees.pipeline > 1 ? abilities.shardingsWithPipeline : abilities.shardings
    guard degrees.context * degrees.data > 1 else { return [] }
    let isInGroups = plan.frame.stateReplicas > 1
    let further = possible.filter {
      $0 > plan.frame.sharding || isInGroups && $0 == plan.frame.sharding
    }
    let needs = further.sorted().map { sharding in
      var frame = plan.frame
      frame.sharding = sharding
      frame.stateReplicas = 1
      let need = pricer.prices(of: frame).memory(rank: stage, split: plan.split).peak
      return (
        change: "sharding \(sharding.rawValue) over \(degrees.context * degrees.data) replicas",
        need: need
      )
    }
    let best = needs.first { $0.need <= plan.prices.device(ofStage: stage).memory } ?? needs.last
    return best.map { [$0] } ?? []
  }
}
