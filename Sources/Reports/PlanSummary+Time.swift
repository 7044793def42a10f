import LaunchPlan
import Quantities

extension PlanSummary {
  /// The parts of a step that take time, each with its share and a bar.
  var timeSection: [String] {
    timeTable("time of a step", of: plan.prediction.breakdown, step: plan.prediction.step, style)
  }
}

/// The parts of a step that take time under a title, each with its share and a bar.
func timeTable(
  _ title: String, of breakdown: Parts<LaunchPlan.StepPart, Seconds>, step: Seconds, _ style: Style
) -> [String] {
  shareTable(
    title,
    LaunchPlan.StepPart.allCases.map { part in
      Share(name: part.words, amount: breakdown[part].description, share: breakdown[part] / step)
    }, style)
}

/// One part of a whole, as a table shows it.
struct Share {
  var name: String
  var amount: String
  var share: Double
}

/// Parts under a title, each with its amount, its share and a bar; those that are nothing, up to
/// rounding, are left out, and with all of them the title.
func shareTable(_ title: String, _ shares: [Share], _ style: Style) -> [String] {
  let shares = shares.filter { $0.share > 1e-9 }
  guard let largest = shares.map(\.share).max() else { return [] }
  let rows = table(shares.map { [$0.name, $0.amount, $0.share.percent] })
  let widest = rows.map(\.count).max() ?? 0
  let room = max(1, min(30, style.width - widest - 2))
  return [style.strong(title)]
    + zip(rows, shares).map { row, share in
      row + "  " + style.faint(bar(share.share / largest, width: room))
    }
}

extension LaunchPlan.StepPart {
  /// The part's name in a table.
  var words: String {
    switch self {
    case .optimizer: "optimiser step"
    case .perStep: "fixed costs"
    default: rawValue.words
    }
  }
}
