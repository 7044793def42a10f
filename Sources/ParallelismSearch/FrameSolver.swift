import CostModel
import LinearProgramming
import ParallelismVocabulary
import Quantities

/// Bounds one frame and finds good splits in it.
///
/// One chunk a stage: the recursion gives both. Interleaved: what each rank must hold gives the first
/// bound and the even split the first plan; path multipliers tighten both where that leaves the frame
/// open. A split is improved by moving one layer at a time over a chunk's border, priced by exact
/// simulation.
struct FrameSolver {
  let pricer: FramePricer
  /// Moves tried on one split.
  private static let moveLimit = 400

  /// Looks at a frame; splits that are no better than `incumbent` are not followed.
  func examine(_ frame: Frame, closedForm: Seconds, incumbent: Seconds) -> FrameResult {
    let prices = pricer.prices(of: frame)
    var result = FrameResult(
      frame: frame, closedForm: closedForm, bound: closedForm, rule: .closedForm, multipliers: [],
      best: nil)
    // The recursion and the ranks' own paths bound schedules with whole backward passes only.
    guard !frame.schedule.dividesBackward, let pipeline = PipelineCache.shape(of: frame) else {
      return result
    }
    let limit = prices.makespan(step: incumbent)
    var candidates: [[Int]] = []
    if frame.schedule.virtualStages == 1 {
      let recursion = StageRecursion(prices, limit: limit)
      if recursion.bound == .infinity {
        result.bound = .infinity
        result.rule = .infeasible
        return result
      }
      if prices.step(makespan: recursion.bound) > closedForm {
        result.bound = prices.step(makespan: recursion.bound)
        result.rule = .recursion
      }
      // Where stages must be even, the recursion over all splits is still a bound.
      candidates =
        pricer.model.stack.capabilities.supportsUnevenStages
        ? recursion.boundaries.map { [$0] } ?? []
        : [SplitOptions.evenBoundaries(layers: prices.layers, chunks: frame.chunks)]
    } else {
      switch prices.ranksBound() {
      case .exceedsMemory:
        result.bound = .infinity
        result.rule = .infeasible
        return result
      case .step(let bound) where bound > closedForm:
        result.bound = bound
        result.rule = .ranks
      case .step: break
      }
      candidates = [SplitOptions.evenBoundaries(layers: prices.layers, chunks: frame.chunks)]
    }
    guard result.bound < incumbent else { return result }
    result.best = best(
      of: candidates, prices, pricer.pipelines.simulator(pipeline), limit: limit)
    return result
  }

  /// Tightens the bound of an interleaved frame by path multipliers, and improves its best split.
  func tighten(_ result: inout FrameResult, incumbent: Seconds) throws(SolverError) {
    let prices = pricer.prices(of: result.frame)
    guard let pipeline = PipelineCache.shape(of: result.frame) else { return }
    let limit = prices.makespan(step: incumbent)
    let options = SplitOptions(prices, limit: .infinity, allRecomputes: false)
    let rows = pricer.pipelines.pathRows(pipeline).rows
    let mixture = try PathMultipliers(options, rows: rows, limit: limit)
    if mixture.bound == .infinity {
      result.bound = .infinity
      result.rule = .infeasible
      return
    }
    if prices.step(makespan: mixture.bound) > result.bound {
      result.bound = prices.step(makespan: mixture.bound)
      result.rule = .multipliers
      result.multipliers = mixture.multipliers
    }
    guard result.bound < incumbent else { return }
    let found = best(
      of: mixture.splits.suffix(4), prices, pricer.pipelines.simulator(pipeline), limit: limit)
    if let found, found.step < result.best?.step ?? .infinity { result.best = found }
  }

  /// The best of some splits, improved where it is near the limit of makespan.
  private func best(
    of candidates: some Sequence<[Int]>, _ prices: FramePrices, _ simulator: PipelineSimulator,
    limit: Double
  ) -> (split: LayerSplit, step: Seconds)? {
    var found: (split: LayerSplit, makespan: Double)?
    for boundaries in candidates {
      guard let split = prices.fastestSplit(boundaries: boundaries) else { continue }
      let makespan = prices.makespan(split, with: simulator)
      if makespan < found?.makespan ?? .infinity { found = (split, makespan) }
    }
    // Far from the best plan known, a layer more or less does not matter.
    guard let start = found else { return nil }
    guard start.makespan < 1.05 * limit else {
      return (start.split, prices.step(makespan: start.makespan))
    }
    let improved = improve(start.split, start.makespan, prices, simulator)
    return (improved.split, prices.step(makespan: improved.makespan))
  }

  private func improve(
    _ split: LayerSplit, _ makespan: Double, _ prices: FramePrices, _ simulator: PipelineSimulator
  ) -> (split: LayerSplit, makespan: Double) {
    func isAllowed(_ boundaries: [Int], _ chunk: Int) -> Bool {
      prices.frame.chunkSizes(
        chunk, layers: prices.layers,
        evenly: !pricer.model.stack.capabilities.supportsUnevenStages
      )
      .contains(boundaries[chunk + 1] - boundaries[chunk])
    }
    var best = (split: split, makespan: makespan)
    var moves = 0
    var improved = true
    while improved {
      improved = false
      for border in 1..<best.split.boundaries.count - 1 {
        for step in [-1, 1] {
          guard moves < Self.moveLimit else { return best }
          var boundaries = best.split.boundaries
          boundaries[border] += step
          guard isAllowed(boundaries, border - 1), isAllowed(boundaries, border) else { continue }
          moves += 1
          guard let candidate = prices.fastestSplit(boundaries: boundaries) else { continue }
          let makespan = prices.makespan(candidate, with: simulator)
          if makespan < best.makespan * (1 - 1e-12) {
            best = (candidate, makespan)
            improved = true
          }
        }
      }
    }
    return best
  }

  /// A better split of a frame than `incumbent`, by the exact program; `nil` where there is none or
  /// the effort does not find it.
  ///
  /// - Parameter iterations: the simplex iterations that are left, of which it takes its own.
  func solveProgram(
    of frame: Frame, incumbent: Seconds, effort: Effort, iterations: inout Int
  ) throws(SolverError) -> (split: LayerSplit, step: Seconds)? {
    let prices = pricer.prices(of: frame)
    guard let pipeline = PipelineCache.shape(of: frame) else { return nil }
    let limit = prices.makespan(step: incumbent)
    let options = SplitOptions(prices, limit: limit, allRecomputes: true)
    guard options.count <= effort.optionLimit else { return nil }
    let program = StageProgram(
      options: options, simulator: pricer.pipelines.simulator(pipeline), limit: limit)
    let rows = Array(pricer.pipelines.pathRows(pipeline).rows.prefix(2 * frame.chunks + 8))
    let outcome = try program.solve(
      rows: rows, nodeLimit: effort.nodeLimit, iterations: &iterations)
    switch outcome {
    case .noBetter, .open(nil, makespan: _): return nil
    case .solved(let split, let makespan), .open(let split?, let makespan):
      return (split, prices.step(makespan: makespan))
    }
  }
}
