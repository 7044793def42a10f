import SeededRandom

/// The search for a placement of least hops: large moves from a greedy start, then generations of
/// annealed placements, whose good stretches of layers are merged.
///
/// What one annealing finds is good in some stretches of layers and poor in others, and stretches
/// hardly depend on each other. So a few placements, merged, reach what a single one does not reach in
/// many times the moves.
public struct HopSearch: Sendable {
  /// How the annealed placements are made.
  private enum Schedule {
    /// Generations at least, and the swaps of an annealing for each expert at most: further effort
    /// goes into more generations.
    static let generations = 3
    static let movesPerExpert = 25_000
    /// Placements of a generation, annealed side by side.
    static let width = 2
    /// Temperatures in units of `HopAnnealing.unit`. The first generation starts where nothing of
    /// the greedy order is left, later ones where the best placement is loosened but not lost.
    static let hot = 0.4
    static let warm = 0.3
    static let cold = 0.04
    /// The steps of merging that are worth a move of annealing.
    static let mergePerMove = 5
    /// Rounds of large moves that save less of all hops wait for the best placement at the end.
    static let roughly = 1e-4
  }

  private let problem: HopProblem
  private let seed: UInt64

  /// - Precondition: every layer of `transitions` has as many experts.
  public init(_ transitions: ExpertTransitions, on hierarchy: GPUHierarchy, seed: UInt64 = 1) {
    problem = HopProblem(transitions, on: hierarchy)
    self.seed = seed
  }

  /// The first layer in order, each further one as well as the one before it lets it be.
  public func greedy() -> ExpertAssignment { problem.assignment(problem.greedy().gpus) }

  /// The best placement of all where a layer can be divided in few ways, or where GPUs that are all
  /// equally far take one expert each; nil elsewhere.
  public func optimum() -> ExpertAssignment? {
    if problem.slotsPerGPU == 1, problem.hierarchy.isFlat {
      // Boundaries do not depend on each other: numbering the GPUs anew is all there is.
      let linear = HopState(problem, gpus: problem.linear)
      return problem.assignment(ChainMerge(problem).merged([linear]).gpus)
    }
    return ExactChain(problem).map { problem.assignment($0.best().gpus) }
  }

  /// The best placement found with that effort; always at least the greedy one, improved.
  public func best(_ effort: SearchEffort) -> ExpertAssignment {
    problem.assignment(bestState(effort).gpus)
  }

  private func bestState(_ effort: SearchEffort) -> HopState {
    let greedy = problem.greedy()
    var best = greedy
    best.polish(effort)
    var pool = [best]
    let began = effort.elapsedShare()
    let longest = Schedule.width * Schedule.movesPerExpert * problem.layers * problem.experts
    let generations = max(Schedule.generations, effort.moves / max(1, longest))
    for generation in 0..<generations where !effort.isOver {
      let start = generation == 0 ? greedy : best
      let annealing = HopAnnealing(
        hottest: generation == 0 ? Schedule.hot : Schedule.warm, coldest: Schedule.cold,
        moves: effort.moves / (generations * Schedule.width),
        endOfTime: began + (1 - began) * Double(generation + 1) / Double(generations))
      pool += concurrentMap(Schedule.width) { index in
        let stream = generation * Schedule.width + index
        var state = annealing.cooled(
          start, SplitMix(seed: seed, stream: stream), effort)
        state.polish(effort, least: Schedule.roughly * problem.ceiling)
        return state
      }
      let merge = ChainMerge(problem)
      pool.sort { $0.value > $1.value }
      while pool.count > Schedule.width + 1,
        merge.steps(pool.count) > Schedule.mergePerMove * effort.moves / generations
      {
        pool.removeLast()
      }
      if pool[0].value > best.value { best = pool[0] }
      guard !effort.isOver else { break }
      var merged = merge.merged(pool)
      merged.polish(effort, least: Schedule.roughly * problem.ceiling)
      pool.append(merged)
      if merged.value > best.value { best = merged }
    }
    best.polish(effort)
    return best
  }
}
