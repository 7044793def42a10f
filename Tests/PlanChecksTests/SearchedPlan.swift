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
import Testing

/// A plan that the real search made, and its check.
struct SearchedPlan {
  var cluster: ClusterTopology
  var model: TinyModel
  var workload: TrainingWorkload
  var plan: LaunchPlan

  init?(
    _ cluster: ClusterTopology, _ model: TinyModel,
    _ workload: TrainingWorkload = TrainingWorkload(globalBatch: 16, sequenceLength: 2_048),
    stack: Stack = .megatronCore, pins: Pins = .none, goal: Goal = .time, gap: Double = 0.01
  ) throws {
    self.cluster = cluster
    self.model = model
    self.workload = workload
    var request = PlanRequest(
      cluster: cluster, model: model.description, workload: workload, stack: stack, pins: pins,
      effort: Effort(gap: gap))
    request.goal = goal
    let outcome = try makePlan(request, inputs: PlanInputs(cluster, model, workload))
    guard case .planned(let plan) = outcome else { return nil }
    self.plan = plan
  }

  /// Twelve layers in four chunks of two stages, the middle ones larger than is best: a plan whose
  /// certificate must list its own frame, in which it knows of a better split.
  static func uneven() throws -> SearchedPlan {
    let frame = Frame(
      degrees: ParallelismDegrees(data: 2, pipeline: 2), microBatchSize: 1, microBatches: 8,
      schedule: .interleaved(virtualStages: 2), sharding: .optimizer, sequenceParallel: false)
    return try SearchedPlan(
      of: GivenLayout(
        frame: frame, chunkLayers: [2, 4, 4, 2], recompute: [.none, .none]),
      on: .toys(memory: .gibibytes(16)), .mixed(layers: 12))
  }

  private init(
    of layout: GivenLayout, on cluster: ClusterTopology, _ model: TinyModel
  ) throws {
    let workload = TrainingWorkload(globalBatch: 16, sequenceLength: 2_048)
    self.cluster = cluster
    self.model = model
    self.workload = workload
    let request = PlanRequest(cluster: cluster, model: model.description, workload: workload)
    plan = try review(layout, request, inputs: PlanInputs(cluster, model, workload)).plan
  }

  func check() -> CheckReport { check(plan) }

  /// What is said of the plan with another certificate; the plan itself stays feasible.
  func violations(_ change: (inout Certificate) throws -> Void) throws -> [Violation] {
    var certificate = plan.certificate
    try change(&certificate)
    certificate.gap = Certificate.gap(
      objective: certificate.objective, bound: certificate.bound)
    let violations = check(try plan.with(certificate)).violations
    let broken = violations.filter { !$0.isCertificate }
    #expect(broken.isEmpty, "the plan itself is feasible")
    return violations
  }

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

extension [Violation] {
  /// What is said of one kind.
  func messages(_ kind: Violation.Kind) -> [String] {
    filter { $0.kind == kind }.map(\.message)
  }
}
