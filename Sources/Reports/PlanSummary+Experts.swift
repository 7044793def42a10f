import LaunchPlan
import Quantities

extension PlanSummary {
  /// How evenly experts are loaded, what that adds to a step, and how good their placement is.
  var expertSection: [String] {
    guard let placement = plan.expertPlacement, let added = placement.added else { return [] }
    var sentences: [String] = []
    if let placed = placement.placement {
      sentences.append(
        "\(placed.experts) experts in each of \(placed.layers.count) layers placed on "
          + "\(placed.nodes * placed.gpusPerNode) expert ranks by their \(placed.objective.onOneLine); no "
          + "placement is better by more than \(placed.gap.percent)")
      sentences.append(
        "the fullest rank has \(added.imbalance.spelled(decimals: 3)) times the mean load, "
          + "\(added.imbalanceInOrder.spelled(decimals: 3)) with experts in order")
      sentences.append(
        "that adds \(added.time) to a step, \(added.timeInOrder) with experts in order")
    } else {
      sentences.append(
        "the fullest expert rank has \(added.imbalance.spelled(decimals: 3)) times the mean load, which "
          + "adds \(added.time) to a step")
    }
    return [style.strong("experts")] + bullets(sentences)
  }
}
