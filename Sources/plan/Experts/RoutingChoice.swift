import ExpertPlacement
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary
import Planner

/// What a plan is priced with, and its experts are placed by, with its name in the plan.
struct RoutingChoice {
  let knowledge: RoutingKnowledge
  let stated: PlanInputs.Routing

  /// `nil` where all experts are taken to be equally busy.
  ///
  /// - Throws: what is wrong with the files, alone and with the model.
  init?(_ source: RoutingSource?, for model: ModelDescription) throws(InputFaults) {
    switch source {
    case nil, .uniform: return nil
    case .powerLaw(let exponent):
      knowledge = .powerLaw(exponent: exponent)
      stated = PlanInputs.Routing(powerLaw: exponent)
    case .files(let paths):
      let input = try RoutingInput.read(paths: paths, for: model)
      knowledge = .statistics(input.statistics, layers: input.layers)
      stated = PlanInputs.Routing(
        files: input.files.map { .init(file: $0.file, sha256: SHA256.hexadecimal($0.bytes)) })
    }
  }

  /// What each way to divide the experts is priced with.
  func uses(for request: PlanRequest) -> [ExpertUse] {
    knowledge.uses(of: request.model, on: request.cluster, under: request.stack)
  }

  func placing(_ plan: LaunchPlan, _ request: PlanRequest) throws -> LaunchPlan {
    try plan.placingExperts(by: knowledge, stated: stated, request)
  }
}
