import CostModel
import LaunchPlan
import Quantities
import SequenceScattering

extension PlanCheck {
  /// Where the policy of scattering says something else than its layouts come to.
  ///
  /// Settings are derived from the layouts again, the same batches drawn and scattered; every
  /// scattering is held against the rules and timed, and every bound proven by its certificate.
  static func scatteringViolations(
    _ plan: LaunchPlan, _ pricer: FramePricer, _ space: DeclaredSpace
  ) -> [Violation] {
    guard let policy = plan.sequenceScattering else { return [] }
    let model = pricer.model
    guard policy.sample.batches == LayoutEstimate.batches, policy.sample.seed == LayoutEstimate.seed
    else {
      return [
        Violation(
          .sequenceScattering,
          "sequenceScattering.sample must be \(LayoutEstimate.batches) batches from seed "
            + "\(LayoutEstimate.seed)")
      ]
    }
    var estimates: [LayoutEstimate] = []
    for (index, layout) in policy.layouts.enumerated() {
      let path = "sequenceScattering.layouts[\(index)]"
      guard let (own, split) = PricedPlan.layout(layout.parallelism, layout.stages, model),
        let order = space.groupOrder(layout.nodeGroups)
      else {
        return [Violation(.sequenceScattering, "\(path) is no layout of this model and cluster")]
      }
      var frame = own
      frame.groupOrder = order
      guard space.contains(frame),
        layout.parallelism.virtualStages == frame.schedule.virtualStages
      else {
        return [
          Violation(
            .sequenceScattering, "\(path) is \(frame.phrase), which the space does not have")
        ]
      }
      do {
        estimates.append(try LayoutEstimate(model, frame: frame, split: split))
      } catch {
        return [Violation(.sequenceScattering, "\(path) cannot be scattered over: \(error)")]
      }
    }
    return compared(policy, estimates) + frameViolations(plan, policy, estimates, model)
  }

  /// Where the stated times are not those of the estimates.
  private static func compared(
    _ policy: LaunchPlan.SequenceScattering, _ estimates: [LayoutEstimate]
  ) -> [Violation] {
    var violations: [Violation] = []
    func compare(
      _ kind: Violation.Kind, _ key: String, _ stated: Double?, _ derived: Double?,
      scale: Double = 0
    ) {
      let agrees =
        switch (stated, derived) {
        case (nil, nil): true
        case (let stated?, let derived?): stated.agrees(with: derived, scale: scale)
        default: false
        }
      guard !agrees else { return }
      func words(_ number: Double?) -> String { number.map { "\($0)" } ?? "absent" }
      violations.append(
        Violation(
          kind,
          "sequenceScattering.\(key) is \(words(stated)), but comes to \(words(derived))"))
    }
    for (index, (layout, estimate)) in zip(policy.layouts, estimates).enumerated() {
      let path = "layouts[\(index)]."
      compare(
        .sequenceScattering, path + "stepSeconds", layout.stepSeconds.value,
        estimate.meanScattered.value)
      compare(
        .sequenceScattering, path + "uniformDegree", layout.uniformDegree.map(Double.init),
        estimate.uniform.map { Double($0.degree) })
      compare(
        .sequenceScattering, path + "uniformStepSeconds", layout.uniformStepSeconds?.value,
        estimate.meanUniform?.value)
    }
    guard let own = estimates.first else { return violations }
    compare(
      .sequenceScattering, "stepSeconds", policy.stepSeconds.value, own.meanScattered.value)
    compare(.sequenceBound, "boundSeconds", policy.boundSeconds.value, own.meanBound.value)
    let uniform = estimates.compactMap(\.uniform?.steps)
      .min { $0.reduce(0, +) < $1.reduce(0, +) }
    let gain = uniform.map(own.gain(over:))
    compare(.sequenceScattering, "gain", policy.gain, gain?.gain, scale: 1)
    compare(.sequenceScattering, "gainLow", policy.gainLow, gain?.low, scale: 1)
    compare(.sequenceScattering, "gainHigh", policy.gainHigh, gain?.high, scale: 1)
    return violations
  }

  /// Where the groups are not those of the plan's layout, or another layout is faster.
  private static func frameViolations(
    _ plan: LaunchPlan, _ policy: LaunchPlan.SequenceScattering, _ estimates: [LayoutEstimate],
    _ model: CostModel
  ) -> [Violation] {
    guard let own = estimates.first else { return [] }
    var sentences: [String] = []
    let degrees = own.setting.degrees.map(\.degree)
    if policy.degrees != degrees {
      sentences.append("degrees are \(policy.degrees), but the layout has \(degrees)")
    }
    if policy.tokensPerRank != own.setting.tokensPerGPU {
      sentences.append(
        "tokensPerRank is \(policy.tokensPerRank), but memory holds \(own.setting.tokensPerGPU)")
    }
    let isFormed = own.setting.isFormedByTrainer(under: model.stack, Frame(plan.parallelism))
    if isFormed != (policy.grouping == .dynamicContextParallel) {
      sentences.append(
        "grouping is \(policy.grouping.rawValue), but \(model.stack.identity) "
          + (isFormed ? "forms" : "does not form") + " such groups itself")
    }
    if let faster = estimates.firstIndex(where: { $0.meanScattered < own.meanScattered }) {
      sentences.append("layouts[\(faster)] is faster than the plan's own layout")
    }
    return sentences.map { Violation(.sequenceScattering, "sequenceScattering.\($0)") }
  }
}
