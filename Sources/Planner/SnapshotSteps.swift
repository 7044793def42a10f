import CostModel
import LaunchPlan

extension PlanAssembly {
  /// A plan's step under each measurement of the cluster's links; `nil` where there is at most one.
  func snapshotSteps(
    _ frame: Frame, _ split: LayerSplit
  ) throws(CostModelError) -> [LaunchPlan.SnapshotStep]? {
    var steps: [LaunchPlan.SnapshotStep] = []
    for (index, file) in model.cluster.snapshotPaths.enumerated() {
      guard let cluster = model.cluster.underSnapshot(index),
        let variant = PlanVariant(
          frame: frame, split: split, pricer: FramePricer(try request.costModel(on: cluster)))
      else { continue }
      steps.append(.init(file: file, step: variant.prediction.step))
    }
    return steps.isEmpty ? nil : steps
  }
}
