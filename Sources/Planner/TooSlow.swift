import CostModel
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// The search in the order of hosts in which steps are shortest, where one there is short enough for the
/// goal; `nil` where it asks nothing or hosts stay as they are listed.
func inTime(
  _ request: PlanRequest, _ model: CostModel, _ progress: (SearchProgress) -> Void
) throws -> OrderedSearch? {
  guard request.goal.longestStep != nil, !request.keepsHostOrder, request.workload.lengths == nil
  else { return nil }
  var free = request
  free.goal = .time
  let space = SearchSpace(model: model, pins: request.pins)
  let result = try ParallelismSearch(space: space, effort: request.effort).run(progress: progress)
  guard result.best != nil else { return nil }
  let listed = OrderedSearch(model: model, space: space, result: result)
  guard let order = try listed.improved(free, progress: progress).order,
    let search = try listed.again(in: order, request, progress), search.result.best != nil
  else { return nil }
  return search
}

/// Why no plan's step is as short as the goal asks; `nil` where it asks nothing, or memory is the reason.
///
/// - Throws: `SolverError` only for our own mistakes.
func tooSlow(_ request: PlanRequest, _ model: CostModel) throws -> Infeasibility? {
  guard let longest = request.goal.longestStep else { return nil }
  let result = try fastest(request, model)
  guard let best = result.best else {
    guard result.wasCut || result.bound.isFinite else { return nil }
    return Infeasibility(
      summary: "no plan takes at most \(longest) a step",
      bindingLimits: ["steps of at most \(longest)"])
  }
  let order = model.cluster.hasUniformNetwork ? "" : " with the hosts as they are listed"
  var remedies = [
    Infeasibility.Remedy(
      sentence: "steps of \(result.objective)",
      // Rounded up, so that the plan meets it.
      change: "--step \((1_000 * result.objective.value).rounded(.up) / 1_000)")
  ]
  if let nodes = try fewestNodes(request, longest) {
    remedies.append(Infeasibility.Remedy(nodes: nodes, insteadOf: request.cluster.nodeCount))
  }
  return Infeasibility(
    summary:
      "no plan takes at most \(longest) a step\(order): the fastest takes \(result.objective) on "
      + "\(best.frame.degrees.devices.grouped) devices, and none less than \(result.bound)",
    remedies: remedies, bindingLimits: ["steps of at most \(longest)"])
}

/// The search for the shortest step on any number of nodes.
private func fastest(_ request: PlanRequest, _ model: CostModel) throws -> SearchResult {
  let space = SearchSpace(model: model, pins: request.pins, goal: Goal(request.goal.measure))
  return try ParallelismSearch(space: space, effort: request.effort, goal: .time).run()
}

/// The fewest nodes tried, of more in the first group, on which some step is short enough.
private func fewestNodes(_ request: PlanRequest, _ longest: Seconds) throws -> Int? {
  let now = request.cluster.nodeCount
  for factor in [1.25, 1.5, 2, 3, 4] {
    let nodes = Int((factor * Double(now)).rounded(.up))
    guard !request.effort.isCancelled(), let cluster = request.cluster.enlarged(by: nodes - now)
    else { return nil }
    let result = try fastest(request, request.costModel(on: cluster))
    if result.best != nil, result.objective <= longest { return nodes }
  }
  return nil
}
