import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Quantities

extension PlanSummary {
  /// The bound, the gap, the space that they cover, and by what the rest of it is closed.
  var proofSection: [String] {
    let certificate = plan.certificate
    return [style.strong("proof")]
      + bullets(
        [verdict, ties, hostOrders].compactMap(\.self)
          + [space(certificate), closures(certificate.evidence)])
  }

  private var verdict: String {
    let certificate = plan.certificate
    let isOptimal = certificate.gap <= 1e-9
    guard let goal = certificate.scope.goal, goal.measure == .cost else {
      return isOptimal
        ? "no plan of the space is faster"
        : "no plan of the space takes less than \(certificate.bound): gap "
          + certificate.gap.percent
    }
    let allowed = goal.longestStep.map { " with steps of at most \($0)" } ?? ""
    return "no plan of the space\(allowed) costs less"
      + (isOptimal
        ? "" : " than these nodes in \(certificate.bound): gap " + certificate.gap.percent)
  }

  /// Why the plan is not the best that was found.
  private var ties: String? {
    let good = plan.certificate.scope.goal?.measure == .cost ? "cheap" : "fast"
    return plan.certificate.ties.map {
      "simplest of the plans that are as \(good) within \($0.percent): fewest nodes, fewest"
        + " ways to split and recompute, then most free memory"
    }
  }

  /// What is known of all orders of hosts.
  private var hostOrders: String? {
    plan.certificate.parts.first { $0.name == .mapping }.map { part in
      "in no order of hosts does a plan take less than \(part.bound): gap "
        + Certificate.gap(objective: part.objective, bound: part.bound).percent
    }
  }

  private func space(_ certificate: Certificate) -> String {
    let scope = certificate.scope
    // Frames that are closed together count as one.
    let whole = certificate.evidence.closures.first { $0.rule == .work }?.frames ?? 0
    let frames = scope.frames - whole
    let counts = [
      frames > 0 ? "\(frames.grouped) \(frames == 1 ? "frame" : "frames")" : nil,
      whole > 0 ? "all frames of \(Self.sets(whole))" : nil,
    ]
    let degrees = [
      axis("tensor", scope.tensor), axis("context", scope.context),
      axis("pipeline", scope.pipeline),
    ].filter { !$0.isEmpty }
    var axes = [
      axis("expert", scope.expert), axis("virtual stages", scope.virtualStages),
      axis("micro-batch", scope.microBatchSizes),
      scope.schedules.joined(separator: "/"),
      scope.shardings.map(\.words).joined(separator: "/"),
      axis("groups that hold the state", scope.stateReplicas ?? [1]),
    ]
    axes.removeAll { $0.isEmpty }
    // Of degrees that are closed together, the frames were not looked at.
    if whole > 0, let first = axes.first { axes[0] = "the frames with \(first)" }
    return "space: " + counts.compactMap(\.self).joined(separator: " and ")
      + " of \(scope.stack.onOneLine): "
      + (degrees + axes).joined(separator: ", ")
      + "; recompute \(scope.recompute.map(\.onOneLine).joined(separator: "/")); "
      + "\(scope.split.onOneLine); mapping in \(scope.mapping.onOneLine)"
  }

  /// The values tried on an axis; an axis that is never cut is not worth a word.
  private func axis(_ name: String, _ values: [Int]) -> String {
    guard let first = values.first, let last = values.last, values != [1] else { return "" }
    return first == last ? "\(name) \(first)" : "\(name) \(first) to \(last)"
  }

  private func closures(_ evidence: Certificate.Evidence) -> String {
    let counts = evidence.closures.filter { $0.frames > 0 }.map { closure in
      (closure.rule == .work ? Self.sets(closure.frames) : closure.frames.grouped)
        + " by \(closure.rule.words)"
    }
    return "closed: " + counts.joined(separator: ", ")
  }

  private static func sets(_ count: Int) -> String {
    count == 1 ? "1 set of degrees" : "\(count.grouped) sets of degrees"
  }
}

extension Certificate.Rule {
  fileprivate var words: String {
    switch self {
    case .work: "the work of the model alone"
    case .memory: "total memory"
    case .closedForm: "closed formula"
    case .ranks: "what each rank must do"
    case .recursion: "recursion over stages"
    case .labels: "recursion with labels of splits"
    case .enumeration: "simulating every split"
    case .infeasible: "memory of a stage"
    }
  }
}
