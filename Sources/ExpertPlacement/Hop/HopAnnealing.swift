import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Swaps of two experts of a layer, accepted by Metropolis' rule while the temperature falls.
///
/// - Source: Kirkpatrick, Gelatt, Vecchi 1983, "Optimization by simulated annealing".
struct HopAnnealing {
  /// The first and the last temperature, in `unit(of:)`.
  let hottest: Double
  let coldest: Double
  /// Swaps to try.
  let moves: Int
  /// The share of the search's time at which it is cold, whatever moves are left.
  let endOfTime: Double

  /// The mean cost of an expert's hops to the next layer, if every token changed its GPU at random.
  ///
  /// Measured in it, a temperature means the same for few tokens and many, and on nodes too.
  static func unit(of problem: HopProblem) -> Double {
    let hierarchy = problem.hierarchy
    let others = (1..<max(2, hierarchy.gpus)).map { hierarchy.hop(from: 0, to: $0) }
    let hop = others.reduce(0, +) / Double(others.count)
    return hop * problem.tokens / Double(problem.experts)
  }

  /// The placement at the end of cooling.
  func cooled(_ start: HopState, _ random: SplitMix, _ effort: SearchEffort) -> HopState {
    var (state, random) = (start, random)
    let problem = state.problem
    let unit = Self.unit(of: problem)
    guard problem.layers > 1, problem.gpus > 1, unit > 0 else { return state }
    let batch = 4096
    var cooling = Cooling(
      unit: unit, hottest: hottest, coldest: coldest, moves: moves, endOfTime: endOfTime, effort)
    while let exact = cooling.temperature(moves: batch) {
      let temperature = Float(exact)
      for _ in 0..<batch {
        let layer = random.index(below: problem.layers)
        let (one, other) = random.indices(below: problem.slots)
        if state[layer, one] == state[layer, other] { continue }
        let gain = state.gain(layer, swapping: one, other)
        if gain < 0 {
          // Beyond 16 temperatures one in nine million would be accepted.
          if gain < -16 * temperature { continue }
          if Float(random.unit()) >= expf(gain / temperature) { continue }
        }
        state.swap(layer, one, other)
      }
    }
    // Sums of rounded differences are made afresh.
    return HopState(problem, gpus: state.gpus)
  }
}
