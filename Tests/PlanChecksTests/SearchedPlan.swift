import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Planner
import Quantities

/// A plan that the real search made, and its check.
struct SearchedPlan {
  var cluster: ClusterTopology
  var model: TinyModel
  var workload: TrainingWorkload
  var plan: LaunchPlan

  init?(
    _ cluster: ClusterTopology, _ model: TinyModel,
    _ workload: TrainingWorkload = TrainingWorkload(globalBatch: 16, sequenceLength: 2_048),
    stack: Stack = .megatronCore, pins: Pins = .none, gap: Double = 0.01
  ) throws {
    self.cluster = cluster
    self.model = model
    self.workload = workload
    let request = PlanRequest(
      cluster: cluster, model: model.description, workload: workload, stack: stack, pins: pins,
      effort: Effort(gap: gap))
    let outcome = try makePlan(request, inputs: PlanInputs(cluster, model, workload))
    guard case .planned(let plan) = outcome else { return nil }
    self.plan = plan
  }

  func check() -> CheckReport { check(plan) }

  func check(_ plan: LaunchPlan) -> CheckReport {
    PlanCheck.run(plan: plan, cluster: cluster, model: model.description, workload: workload)
  }

  /// The violations of an edited document: those of the check, or `nil` where it is no plan at all or
  /// contradicts itself, which the reader refuses.
  func check(edited document: JSONValue) -> [Violation]? {
    guard let plan = try? LaunchPlan.parse(JSONText.compact(document), file: "plan.json") else {
      return nil
    }
    return check(plan).violations
  }
}
