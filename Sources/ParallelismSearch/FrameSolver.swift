import CostModel
import LinearProgramming
import ParallelismVocabulary
import Quantities

/// Bounds one frame and finds good splits in it.
///
/// One chunk a stage: the recursion gives both, and its split is improved by moving single layers,
/// priced by exact simulation. Several chunks: what each rank must hold gives a first bound; where that
/// leaves the frame open, all its splits are simulated.
///
/// Bounds and steps are what they count for under the search's goal.
struct FrameSolver {
  let pricer: FramePricer
  let worth: Worth
  /// Moves tried on one split, and the stages that may give a layer away.
  private static let moveLimit = 400
  private static let donors = 12

  /// Looks at a frame; splits that are no better than `incumbent` are not followed.
  func examine(_ frame: Frame, closedForm: Seconds, incumbent: Seconds) -> FrameResult {
    let prices = pricer.prices(of: frame)
    var result = FrameResult(
      frame: frame, closedForm: closedForm, bound: closedForm, rule: .closedForm, best: nil)
    // The recursion and the ranks' own paths bound schedules with whole backward passes only.
    guard !frame.schedule.dividesBackward, let pipeline = PipelineCache.shape(of: frame) else {
      return result
    }
    let limit = limit(incumbent, prices)
    let simulator = pricer.pipelines.simulator(pipeline)
    if frame.schedule.virtualStages > 1 {
      bound(&result, by: prices.ranksBound())
      guard result.bound < incumbent else { return result }
      result.ranks = result.bound
      enumerate(&result, prices, simulator, limit: limit)
      return result
    }
    let recursion = StageRecursion(prices, limit: limit)
    if recursion.bound == .infinity {
      result.bound = .infinity
      result.rule = .infeasible
      return result
    }
    let bound = value(recursion.bound, prices)
    if bound > closedForm { (result.bound, result.rule) = (bound, .recursion) }
    guard result.bound < incumbent else { return result }
    // Where stages must be even, the recursion over all splits is still a bound.
    let candidate =
      pricer.model.stack.capabilities.supportsUnevenStages
      ? recursion.boundaries
      : SplitOptions.evenBoundaries(layers: prices.layers, chunks: frame.chunks)
    result.best = candidate.flatMap { best(of: $0, prices, simulator, limit: limit) }
    return result
  }

  private func bound(_ result: inout FrameResult, by ranks: FrameBound) {
    switch ranks {
    case .exceedsMemory:
      result.bound = .infinity
      result.rule = .infeasible
    case .step(let step):
      let bound = worth.value(of: step, result.frame)
      if bound > result.closedForm { (result.bound, result.rule) = (bound, .ranks) }
    }
  }

  /// What a step of this makespan, in seconds, counts for.
  private func value(_ makespan: Double, _ prices: FramePrices) -> Seconds {
    worth.value(of: prices.step(makespan: makespan), prices.frame)
  }

  /// The makespan of the steps that count for so much, in seconds.
  private func limit(_ value: Seconds, _ prices: FramePrices) -> Double {
    prices.makespan(step: worth.step(worth: value, prices.frame))
  }

  /// Bounds a frame of two stages with one chunk each by all its splits, which are few.
  func enumerate(_ result: inout FrameResult, incumbent: Seconds) {
    let prices = pricer.prices(of: result.frame)
    guard let pipeline = PipelineCache.shape(of: result.frame) else { return }
    enumerate(
      &result, prices, pricer.pipelines.simulator(pipeline),
      limit: limit(incumbent, prices))
  }

  /// Every way to share out the layers that the space has, by chunk.
  private func sizes(_ prices: FramePrices) -> [[Int]] {
    let evenly = !pricer.model.stack.capabilities.supportsUnevenStages
    guard prices.frame.schedule.virtualStages == 1 else {
      return RegularSplits(layers: prices.layers, chunks: prices.frame.chunks, evenly: evenly).sizes
    }
    return (1..<prices.layers).map { [$0, prices.layers - $0] }
      .filter { !evenly || abs($0[0] - $0[1]) <= 1 }
  }

  /// Simulates all splits of a frame with several chunks a stage, or with two stages, but those whose
  /// busiest rank alone takes as long as `limit`, in seconds of makespan.
  private func enumerate(
    _ result: inout FrameResult, _ prices: FramePrices, _ simulator: PipelineSimulator,
    limit: Double
  ) {
    let microBatches = Double(prices.frame.microBatches)
    let stages = prices.frame.degrees.pipeline
    var least = Double.infinity
    var best: (split: LayerSplit, makespan: Double)?
    for sizes in sizes(prices) {
      let boundaries = LayerSplit(chunkLayers: sizes, recompute: []).boundaries
      guard let split = prices.fastestSplit(boundaries: boundaries) else { continue }
      let times = prices.times(split)
      let busiest = (0..<stages).reduce(0.0) { busiest, rank in
        let passes = stride(from: rank, to: prices.frame.chunks, by: stages).reduce(0.0) {
          $0 + times.forward[$1] + times.backward[$1]
        }
        return max(busiest, microBatches * passes + times.tail[rank])
      }
      var makespan = busiest
      if busiest < min(limit, best?.makespan ?? .infinity) {
        makespan = simulator.simulate(
          forward: times.forward, backward: times.backward, hop: prices.hop, tail: times.tail)
        if makespan < best?.makespan ?? .infinity { best = (split, makespan) }
      }
      least = min(least, makespan)
    }
    if least == .infinity {
      result.bound = .infinity
      result.rule = .infeasible
    } else {
      result.raise(to: value(least, prices), by: .enumeration)
    }
    let step = best.map { value($0.makespan, prices) }
    if let best, let step, step < result.best?.step ?? .infinity {
      result.best = (best.split, step)
    }
  }

  /// A split of one chunk a stage, improved where it is near the limit of makespan.
  private func best(
    of boundaries: [Int], _ prices: FramePrices, _ simulator: PipelineSimulator, limit: Double
  ) -> (split: LayerSplit, step: Seconds)? {
    guard let split = prices.fastestSplit(boundaries: boundaries) else { return nil }
    let makespan = prices.makespan(split, with: simulator)
    // Far from the best plan known, a layer more or less does not matter.
    guard makespan < 1.05 * limit else { return (split, value(makespan, prices)) }
    let improved = improve(split, makespan, prices, simulator)
    return (improved.split, value(improved.makespan, prices))
  }

  /// Moves layers from the stages that the critical path passes most to those that it passes least,
  /// one at a time, as long as a move makes the step shorter.
  private func improve(
    _ split: LayerSplit, _ makespan: Double, _ prices: FramePrices, _ simulator: PipelineSimulator
  ) -> (split: LayerSplit, makespan: Double) {
    let evenly = !pricer.model.stack.capabilities.supportsUnevenStages
    var best = (split: split, makespan: makespan)
    var moves = 0
    /// Whether a layer more in one stage and less in another is better.
    func move(from donor: Int, to receiver: Int) -> Bool {
      var sizes = best.split.sizes
      sizes[donor] -= 1
      sizes[receiver] += 1
      let isAllowed = [donor, receiver].allSatisfy {
        prices.frame.chunkSizes($0, layers: prices.layers, evenly: evenly).contains(sizes[$0])
      }
      guard isAllowed else { return false }
      moves += 1
      let boundaries = LayerSplit(chunkLayers: sizes, recompute: []).boundaries
      guard let candidate = prices.fastestSplit(boundaries: boundaries) else { return false }
      let makespan = prices.makespan(candidate, with: simulator)
      guard makespan < best.makespan * (1 - 1e-12) else { return false }
      best = (candidate, makespan)
      return true
    }
    var improved = true
    while improved {
      improved = false
      let times = prices.times(best.split)
      let path = simulator.criticalPath(
        forward: times.forward, backward: times.backward, hop: prices.hop, tail: times.tail)
      let weights = path.forwardPasses.indices.map {
        Double(path.forwardPasses[$0]) * times.forward[$0]
          + Double(path.backwardPasses[$0]) * times.backward[$0]
      }
      let stages = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
      search: for donor in stages.prefix(Self.donors) {
        for receiver in stages.reversed() where receiver != donor {
          guard moves < Self.moveLimit else { return best }
          if move(from: donor, to: receiver) {
            improved = true
            break search
          }
        }
      }
    }
    return best
  }

  /// Bounds a frame with one chunk a stage by the labels of its splits, and looks at the best of them.
  func label(_ result: inout FrameResult, incumbent: Seconds) {
    let prices = pricer.prices(of: result.frame)
    let limit = limit(incumbent, prices)
    guard let labels = PathLabels(prices, limit: limit),
      let pipeline = PipelineCache.shape(of: result.frame)
    else { return }
    result.raise(to: value(labels.bound, prices), by: .labels)
    guard pricer.model.stack.capabilities.supportsUnevenStages, let boundaries = labels.boundaries
    else { return }
    let found = best(
      of: boundaries, prices, pricer.pipelines.simulator(pipeline), limit: limit)
    if let found, found.step < result.best?.step ?? .infinity { result.best = found }
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
    let limit = limit(incumbent, prices)
    let options = SplitOptions(
      prices, limit: limit, evenly: !pricer.model.stack.capabilities.supportsUnevenStages)
    guard options.count <= effort.optionLimit else { return nil }
    let program = StageProgram(
      options: options, simulator: pricer.pipelines.simulator(pipeline), limit: limit)
    let rows = Array(pricer.pipelines.pathRows(pipeline).rows.prefix(2 * frame.chunks + 8))
    let outcome = try program.solve(
      rows: rows, nodeLimit: effort.nodeLimit, iterations: &iterations)
    switch outcome {
    case .noBetter, .open(nil, makespan: _): return nil
    case .solved(let split, let makespan), .open(let split?, let makespan):
      return (split, value(makespan, prices))
    }
  }
}
