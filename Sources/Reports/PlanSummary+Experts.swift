import LaunchPlan
import ParallelismVocabulary
import Quantities

extension PlanSummary {
  /// How evenly experts are loaded, what that changes of a step, and how good their placement is.
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
          + "\(added.imbalanceInOrder.spelled(decimals: 3)) with experts in order"
          + (assumed.map {
            "; the step is predicted with \($0.imbalance.spelled(decimals: 3)), by experts placed at once"
          } ?? ""))
      sentences.append(
        "than predicted, a step takes \(change(added.time)) as placed and "
          + "\(change(added.timeInOrder)) with experts in order")
    } else {
      sentences.append(
        "the fullest expert rank has \(added.imbalance.spelled(decimals: 3)) times the mean load, with "
          + "which the step is predicted")
    }
    return [style.strong("experts")] + bullets(sentences)
  }

  /// What the step is predicted with.
  private var assumed: ExpertUse? {
    guard let placed = plan.expertPlacement?.placement else { return nil }
    return plan.inputs.workload.expertUse?.use(
      experts: placed.experts, ranks: placed.nodes * placed.gpusPerNode,
      ranksPerDomain: placed.gpusPerNode)
  }

  private func change(_ time: Seconds) -> String {
    if abs(time.value) <= 1e-9 * plan.prediction.step.value { return "no longer" }
    return time < .zero ? "\(.zero - time) less" : "\(time) more"
  }
}
