import CostModel
import InputFiles
import LaunchPlan

extension PlanCheck {
  /// Where the plan states another step under one of several measurements than the cost model gives.
  static func snapshotViolations(
    _ plan: LaunchPlan, _ priced: PricedPlan, _ model: CostModel, stack: Stack
  ) -> [Violation] {
    guard let stated = plan.prediction.snapshots else { return [] }
    let files = model.cluster.snapshotPaths
    guard stated.map(\.file) == files else {
      return [
        Violation(
          .prediction,
          "prediction.snapshots are of \(stated.map(\.file.quoted).listed(joinedBy: "and")), but the "
            + (files.isEmpty
              ? "cluster has no several measurements"
              : "cluster was measured in \(files.map(\.quoted).listed(joinedBy: "and"))"))
      ]
    }
    let recompute = model.pinnedPolicy.map { model.policies[$0] }
    return stated.enumerated().compactMap { index, entry in
      guard let cluster = model.cluster.underSnapshot(index),
        let costs = try? CostModel(
          model: model.model, cluster: cluster, workload: model.workload, stack: stack,
          recompute: recompute, calibration: model.calibration, keepsGroupOrder: true),
        let step = PricedPlan(plan, pricer: FramePricer(costs))?.prediction.step,
        !entry.step.value.agrees(with: step.value)
      else { return nil }
      return Violation(
        .prediction,
        "prediction.snapshots[\(index)].stepSeconds is \(entry.step.value) s, but comes to "
          + "\(step.value) s")
    }
  }
}
