import CostModel
import LaunchPlan
import ParallelismVocabulary
import Quantities

extension PlanCheck {
  /// Whether the certificate's numbers follow from the space that it declares.
  ///
  /// - Parameter priced: `nil` where the plan itself cannot be priced; then its stated step stands.
  static func checkCertificate(
    of plan: LaunchPlan, _ priced: PricedPlan?, _ space: DeclaredSpace, _ pricer: FramePricer,
    _ report: inout CheckReport
  ) {
    let certificate = plan.certificate
    let step = priced?.prediction.step ?? plan.prediction.step
    report.violations += summaryViolations(certificate, step: step, space.model)
    var frame = Frame(plan.parallelism)
    frame.groupOrder = priced?.frame.groupOrder ?? 0
    report.violations += goalViolations(plan, space)
    let goal = CountedSteps(space.goal, space.model, plan: frame)
    var audit = SpaceAudit(
      certificate, space: space, pricer: pricer, step: step, goal: goal, plan: FrameFamily(frame))
    audit.run()
    report.frames = audit.axes.frames
    report.bound = min(step, audit.least)
    report.violations += audit.axes.violations(certificate.scope, space.model)
    report.violations += audit.violations
    report.violations += hostOrderViolations(certificate, step: step, space, pricer.pipelines)
    report.violations += alternativeViolations(plan, step: step, space, pricer, goal)
    report.examined.append("\(counted(audit.axes.frames, "frame")) counted and bounded")
    let listed = certificate.evidence.frames.count
    if listed > 0 {
      report.examined.append("evidence of \(counted(listed, "frame")) computed again")
    }
  }

  /// `1 frame`, `9,870 frames`.
  static func counted(_ count: Int, _ noun: String) -> String {
    "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func summaryViolations(
    _ certificate: Certificate, step: Seconds, _ model: CostModel
  ) -> [Violation] {
    var violations: [Violation] = []
    if !certificate.objective.value.agrees(with: step.value) {
      violations.append(
        Violation(
          .objective,
          "certificate.objectiveSeconds is \(certificate.objective.value) s, but the plan's step "
            + "takes \(step.value) s"))
    }
    let gap = Certificate.gap(objective: certificate.objective, bound: certificate.bound)
    if !certificate.gap.agrees(with: gap, scale: 1) {
      violations.append(
        Violation(
          .gap,
          "certificate.gap is \(certificate.gap), but (objective − bound) / objective is \(gap)"))
    }
    if certificate.scope.pins.recompute != nil, model.pinnedPolicy == nil {
      violations.append(
        Violation(
          .pins,
          "certificate.scope.pins.recompute is '\(certificate.scope.pins.recompute ?? "")', which "
            + "names no recomputation"))
    }
    return violations + partViolations(certificate)
  }

  /// The schedule's part holds all choices but the order of hosts, on which there may be a part:
  /// experts and sequences are priced inside it.
  private static func partViolations(_ certificate: Certificate) -> [Violation] {
    var violations: [Violation] = []
    if ![[.schedule], [.schedule, .mapping]].contains(certificate.parts.map(\.name)) {
      violations.append(
        Violation(
          .parts,
          "certificate.parts are \(certificate.parts.map(\.name.rawValue).joined(separator: ", ")), "
            + "but must be schedule, and mapping where the order of hosts is open, the ones whose bounds "
            + "can be computed again"))
    }
    for (index, part) in certificate.parts.enumerated() where part.name == .schedule {
      let pairs = [
        ("objectiveSeconds", part.objective, certificate.objective),
        ("boundSeconds", part.bound, certificate.bound),
      ]
      for (key, stated, whole) in pairs where !stated.value.agrees(with: whole.value) {
        violations.append(
          Violation(
            .parts,
            "certificate.parts[\(index)].\(key) is \(stated.value) s, but the certificate's is "
              + "\(whole.value) s"))
      }
    }
    return violations
  }

  /// Where steps may only be so long, the plan's is no longer.
  private static func goalViolations(_ plan: LaunchPlan, _ space: DeclaredSpace) -> [Violation] {
    guard let longest = space.goal.longestStep, longest < plan.prediction.step else { return [] }
    return [
      Violation(
        .objective,
        "certificate.scope.goal asks for steps of at most \(longest.value) s, but the plan's takes "
          + "\(plan.prediction.step.value) s")
    ]
  }

  /// Runners-up lie in the space, fit, take what their stages take when simulated again, are no better than
  /// the plan by more than its ties, and near ties just where its error reaches them.
  private static func alternativeViolations(
    _ plan: LaunchPlan, step: Seconds, _ space: DeclaredSpace, _ pricer: FramePricer,
    _ goal: CountedSteps
  ) -> [Violation] {
    plan.alternatives.enumerated().compactMap { index, alternative in
      let place = "alternatives[\(index)]"
      var frame = Frame(alternative.parallelism)
      guard let order = space.groupOrder(alternative.nodeGroups) else {
        return Violation(
          .alternative,
          "\(place).nodeGroups are \((alternative.nodeGroups ?? []).joined(separator: ", ")), an "
            + "order that the space does not have")
      }
      frame.groupOrder = order
      guard frame.runs(on: space.model.cluster.deviceCount), space.contains(frame),
        alternative.parallelism.virtualStages == frame.schedule.virtualStages
      else {
        return Violation(.alternative, "\(place) is \(frame.phrase), which the space does not have")
      }
      let ties = plan.certificate.ties ?? 0
      if ((1 + ties) * goal.counted(alternative.step, frame).value).isBelow(step.value) {
        let within = ties > 0 ? " within \(ties.percent)" : ""
        return Violation(
          .alternative,
          "\(place).stepSeconds is \(alternative.step.value) s, but the plan, which is the best"
            + "\(within), takes \(step.value) s"
            + (space.goal.measure == .cost ? " and does not cost more" : ""))
      }
      guard
        let (_, split) = PricedPlan.layout(
          alternative.parallelism, alternative.stages, space.model),
        let shape = PipelineCache.shape(of: frame)
      else {
        return Violation(
          .alternative,
          "\(place).stages do not hold the model's layers, or recompute what they cannot")
      }
      let prices = pricer.prices(of: frame)
      guard prices.fits(split) else {
        return Violation(.alternative, "\(place) is \(frame.phrase), which exceeds the memory")
      }
      let derived = prices.predict(split, with: pricer.pipelines.simulator(shape)).step
      guard alternative.step.value.agrees(with: derived.value) else {
        return Violation(
          .alternative,
          "\(place).stepSeconds is \(alternative.step.value) s, but simulating it gives "
            + "\(derived.value) s")
      }
      let range = space.model.interval(
        devices: frame.degrees.devices, groupOrder: frame.groupOrder
      ).range(around: plan.prediction.step)
      let counted = goal.counted(derived, frame)
      let (low, high) = (range.lowerBound.value, range.upperBound.value)
      let isAtEnd = counted.value.agrees(with: low) || counted.value.agrees(with: high)
      guard isAtEnd || alternative.isNearTie == range.contains(counted) else {
        return Violation(
          .alternative,
          "\(place).isNearTie is \(alternative.isNearTie), but what it counts for is \(counted.value) s, "
            + "and measured runs of the plan lie within \(low) s to \(high) s")
      }
      return nil
    }
  }
}
