import CostModel
import LinearProgramming
import ParallelismVocabulary
import Quantities

/// The search for the best frame and split: frames by best bound first, until no unexplored frame can
/// beat the best plan by more than the gap asked for.
public struct ParallelismSearch: Sendable {
  public let space: SearchSpace
  public let effort: Effort
  /// What the best plan is best at; the space's own goal, unless it is said.
  public let goal: Goal
  /// What stands for the links between nodes where the search is to hold in every order of hosts.
  private let anyOrder: (any AnyOrderLinks)?

  public init(
    space: SearchSpace, effort: Effort = Effort(), goal: Goal? = nil,
    anyOrder: (any AnyOrderLinks)? = nil
  ) {
    self.goal = goal ?? space.goal
    self.space = space
    self.effort = effort
    self.anyOrder = anyOrder
  }

  /// - Parameter progress: called now and then with where the search stands.
  /// - Throws: `SolverError` where GLPK fails in a way that is not the user's doing.
  public func run(
    progress: (SearchProgress) -> Void = { _ in }
  ) throws(SolverError) -> SearchResult {
    let pricer = FramePricer(space.model, anyOrder: anyOrder)
    let worth = Worth(space.model, goal)
    let solver = FrameSolver(pricer: pricer, worth: worth)
    var result = SearchResult(worth: worth)
    var frontier = Frontier(space, pricer, worth)
    func search() throws(SolverError) {
      explore(&frontier, solver, &result, progress)
      try closeOpenFrames(solver, &result, progress)
      result.finish(frontier)
    }
    try search()
    // Does the bound come as near to a plan that is simpler and hardly slower?
    if !result.wasCut, result.bound >= result.target(gap: effort.gap),
      let simple = simplest(result, above: result.objective, pricer),
      simple.frame != result.best?.frame
    {
      if simple.step > result.objective {
        result.aim = simple.step
        try search()
        result.wasCut = false
      }
      if let simple = simplest(result, above: result.bound, pricer) { result.prefer(simple) }
    }
    if let best = result.best { result.restate(share: worth.share(of: best.frame)) }
    return result
  }

  /// Examines frames in the order of their bounds, until no other may be much better than the best.
  private func explore(
    _ frontier: inout Frontier, _ solver: FrameSolver, _ result: inout SearchResult,
    _ progress: (SearchProgress) -> Void
  ) {
    let families = frontier.families.count
    while frontier.leastBound < result.target(gap: effort.gap) {
      if result.examined.count >= effort.frameLimit || effort.isCancelled() {
        result.wasCut = true
        break
      }
      let entry = frontier.next(
        below: result.target(gap: effort.gap), isCancelled: effort.isCancelled
      ) { opened in
        guard opened % 64 == 1 else { return }
        progress(SearchProgress(result, opened, of: families, "sets of degrees opened"))
      }
      guard let entry else {
        result.wasCut = frontier.leastBound < result.target(gap: effort.gap)
        break
      }
      result.record(
        solver.examine(
          entry.frame, closedForm: entry.bound, incumbent: (1 + effort.ties) * result.objective))
      let count = result.examined.count
      if count.isMultiple(of: 64) {
        progress(SearchProgress(result, count, of: frontier.frames, "frames examined"))
      }
    }
    result.leastUnexamined = frontier.leastBound
  }

  /// Bounds again, and solves the programs of, the frames that the bounds leave open, most promising
  /// first.
  private func closeOpenFrames(
    _ solver: FrameSolver, _ result: inout SearchResult, _ progress: (SearchProgress) -> Void
  ) throws(SolverError) {
    let open = result.examined.indices
      .filter {
        result.examined[$0].frame.schedule.virtualStages == 1
          && result.examined[$0].bound < result.target(gap: effort.gap)
      }
      .sorted {
        let (one, other) = (result.examined[$0], result.examined[$1])
        return (one.bound, one.frame) < (other.bound, other.frame)
      }
    for (place, index) in open.enumerated() {
      guard !effort.isCancelled() else { return }
      guard result.examined[index].bound < result.target(gap: effort.gap) else { break }
      if result.examined[index].frame.degrees.pipeline == 2 {
        solver.enumerate(&result.examined[index], incumbent: result.objective)
      } else {
        solver.label(&result.examined[index], incumbent: result.objective)
      }
      if let best = result.examined[index].best {
        result.offer(result.examined[index].frame, best.split, best.step)
      }
      progress(SearchProgress(result, place, of: open.count, "open frames bounded again"))
    }
    var iterations = effort.iterationLimit
    for (place, index) in open.enumerated() {
      let examined = result.examined[index]
      guard iterations > 0, !effort.isCancelled() else { return }
      guard examined.bound < result.target(gap: effort.gap) else { continue }
      let better = try solver.solveProgram(
        of: examined.frame, incumbent: result.objective, effort: effort, iterations: &iterations)
      if let better { result.offer(examined.frame, better.split, better.step) }
      progress(SearchProgress(result, place, of: open.count, "open frames programmed"))
    }
  }
}

/// Where a search stands.
public struct SearchProgress: Sendable {
  /// The best plan's step so far; infinite before the first plan.
  public let objective: Seconds
  /// What has been done of the current phase, and the best plan's step.
  public let description: String

  init(_ result: SearchResult, _ done: Int, of total: Int, _ phase: String) {
    objective = result.bestStep
    description =
      "\(done.grouped) of \(total.grouped) \(phase)"
      + (objective.isFinite ? ", best step \(objective)" : "")
  }
}
