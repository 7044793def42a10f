import CostModel
import LaunchPlan
import LinearProgramming
import ParallelismSearch
import Quantities

/// Makes the best plan of the declared space, with its certificate; or says why there is none.
///
/// - Parameters:
///   - inputs: the files as they were read, to stand in the plan.
///   - progress: called now and then with where the search stands.
/// - Throws: `CostModelError` where the accelerators cannot run the workload; `SolverError` and
///   `PlanFaults` only for our own mistakes.
public func makePlan(
  _ request: PlanRequest, inputs: PlanInputs,
  progress: (SearchProgress) -> Void = { _ in }
) throws -> PlanOutcome {
  let model = try request.costModel()
  let complaints = request.stack.capabilities.complaints(
    model: request.model, workload: request.workload)
  guard complaints.isEmpty else {
    return .infeasible(
      Infeasibility(
        summary: "\(request.stack.identity) \(complaints.joined(separator: " and "))",
        bindingLimits: complaints.map { "\(request.stack.identity) \($0)" }))
  }
  if let absent = request.absentOffload { return .infeasible(absent) }
  let space = SearchSpace(model: model, pins: request.pins, goal: request.goal)
  let result = try ParallelismSearch(space: space, effort: request.effort).run(progress: progress)
  var search = OrderedSearch(model: model, space: space, result: result)
  if result.best == nil, let other = try inTime(request, model, progress) { search = other }
  guard search.result.best != nil else {
    // Only where every frame is refuted is it proven that nothing fits.
    let isRefuted = !result.wasCut && !result.bound.isFinite
    guard isRefuted else { return .stopped }
    return .infeasible(
      try tooSlow(request, model) ?? explain(request, model: model, space: space))
  }
  if request.workload.lengths != nil {
    let planning = ScatteredPlanning(request, model: model, space: space, result: result)
    return .planned(try planning.plan(inputs))
  }
  if !request.keepsHostOrder, search.order == nil {
    search = try search.improved(request, progress: progress)
  } else if search.order != nil {
    let listed = OrderedSearch(model: model, space: space, result: result)
    let settled = try search.settled(listed, request, progress)
    if settled.result.best != nil { search = settled }
  }
  return .planned(
    try PlanAssembly(
      request, model: search.model, space: search.space, result: search.result, order: search.order
    ).plan(inputs))
}
