import LaunchPlan
import Quantities

extension PlanSummary {
  /// The parts of a step that take time, each with its share and a bar.
  var timeSection: [String] {
    let step = plan.prediction.step
    let parts = LaunchPlan.StepPart.allCases.filter { plan.prediction.breakdown[$0] > .zero }
    guard !parts.isEmpty else { return [] }
    let rows = table(
      parts.map { part in
        let time = plan.prediction.breakdown[part]
        return [part.words, time.description, (time / step).percent]
      })
    let widest = rows.map(\.count).max() ?? 0
    let room = max(1, min(30, style.width - widest - 2))
    let largest = parts.map { plan.prediction.breakdown[$0] }.max() ?? step
    return [style.strong("time of a step")]
      + zip(rows, parts).map { row, part in
        row + "  " + style.faint(bar(plan.prediction.breakdown[part] / largest, width: room))
      }
  }
}

extension LaunchPlan.StepPart {
  /// The part's name in a table.
  fileprivate var words: String {
    switch self {
    case .optimizer: "optimiser step"
    case .perStep: "fixed costs"
    default: rawValue.words
    }
  }
}
