import ClusterTopology
import InputFiles
import LaunchPlan
import Quantities

extension PlanSummary {
  /// What the plan repairs, and what has to move for it; empty for other plans.
  var repairSection: [String] {
    guard let repair = plan.repair else { return [] }
    return [style.strong("repair")] + bullets(sentences(repair))
  }

  private func sentences(_ repair: LaunchPlan.Repair) -> [String] {
    var sentences = ["lost: \(names(repair.lost))"]
    if !repair.joined.isEmpty { sentences.append("new: \(names(repair.joined))") }
    let same = repair.before.parallelism == plan.parallelism
    if same {
      sentences.append("all degrees as before")
    } else {
      let before = repair.before.parallelism.lines(width: 1000, first: "", hanging: "")
      sentences.append("before: \(before.joined(separator: ", "))")
    }
    let moved = repair.moved
    guard moved.ranks > 0 else { return sentences + ["nothing moves"] }
    sentences.append(
      "\(moved.ranks.grouped) of \(plan.devices.grouped) ranks need state, on "
        + "\(moved.stages.count == 1 ? "stage" : "stages") \(moved.stages.folded(with: " to ")): "
        + "\(moved.weights) of weights and \(moved.optimizer) of optimiser state")
    sentences.append(
      moved.checkpoint >= Bytes(1)
        ? "of it, \(moved.checkpoint) lie on no node that is left: load them from a checkpoint"
        : "every part of it lies on a node that is left")
    return sentences
  }

  private func names(_ names: [String]) -> String { HostList.compressing(names).onOneLine }
}
