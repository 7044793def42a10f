import LaunchPlan
import Quantities

extension PlanSummary {
  /// How unequal sequences are scattered, and what that is worth.
  var scatteringSection: [String] {
    guard let policy = plan.sequenceScattering, let lengths = plan.inputs.workload.lengths else {
      return []
    }
    let longest = lengths.histogram.last?.tokens ?? 0
    let degrees = policy.degrees.map(String.init).joined(separator: ", ")
    var sentences = [
      "\(lengths.sequences.grouped) sequences a step, up to \(longest.grouped) tokens, in groups of "
        + "\(degrees) of \(policy.ranks.grouped) ranks; a rank holds "
        + "\(policy.tokensPerRank.grouped) tokens",
      "a step takes \(policy.stepSeconds) on average of \(policy.sample.batches) drawn batches, and "
        + "no scattering of them less than \(policy.boundSeconds)",
    ]
    let uniform = policy.layouts
      .compactMap { layout in layout.uniformStepSeconds.map { (layout, $0) } }
      .min { $0.1 < $1.1 }
    if let (layout, step) = uniform, let degree = layout.uniformDegree, let gain = policy.gain,
      let low = policy.gainLow, let high = policy.gainHigh
    {
      sentences.append(
        "\(gain.percent) less than the best uniform choice, degree \(degree) under tensor "
          + "\(layout.parallelism.tensor) and pipeline \(layout.parallelism.pipeline), \(step); with "
          + "95 % confidence \(low.percent) to \(high.percent)")
    }
    switch policy.grouping {
    case .dynamicContextParallel:
      sentences.append("the trainer can form such groups itself: dynamic context parallelism")
    case .explicitGroups:
      sentences.append("'plan scatter' gives the groups of every batch")
    }
    let others = policy.layouts.dropFirst()
    if !others.isEmpty {
      let steps = others.map {
        "tensor \($0.parallelism.tensor) and pipeline \($0.parallelism.pipeline) \($0.stepSeconds)"
      }
      sentences.append("other layouts take longer: " + steps.joined(separator: "; "))
    }
    return [style.strong("sequences")] + bullets(sentences)
  }
}
