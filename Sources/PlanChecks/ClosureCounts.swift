import LaunchPlan

/// How many frames each rule closes, as far as arithmetic tells.
///
/// A frame that two rules close may stand under either, depending on which the search asked first; a
/// certificate's counts must lie between what is certain and what is possible.
struct ClosureCounts {
  private var certain: [Certificate.Rule: Int] = [:]
  private var possible: [Certificate.Rule: Int] = [:]

  /// Counts a frame that each of `rules` closes.
  mutating func count(_ rules: Set<Certificate.Rule>) {
    for rule in rules {
      possible[rule, default: 0] += 1
      if rules.count == 1 { certain[rule, default: 0] += 1 }
    }
  }

  func violations(_ stated: [Certificate.Closure]) -> [Violation] {
    var violations: [Violation] = []
    for rule in Certificate.Rule.allCases {
      let entries = stated.filter { $0.rule == rule }
      if entries.count > 1 {
        violations.append(
          Violation(
            .closures,
            "certificate.evidence.closures state \(rule.rawValue) \(entries.count) times, but must "
              + "state it once"))
      }
      let count = entries.reduce(0.0) { $0 + Double($1.frames) }
      let (least, most) = (certain[rule] ?? 0, possible[rule] ?? 0)
      if count < Double(least) || count > Double(most) {
        violations.append(
          Violation(
            .closures,
            "certificate.evidence.closures state \(Int(exactly: count)?.grouped ?? "countless") "
              + "frames closed by \(rule.rawValue), but it closes "
              + (least == most ? least.grouped : "\(least.grouped) to \(most.grouped)")))
      }
    }
    return violations
  }
}
