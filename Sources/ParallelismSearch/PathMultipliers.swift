import CostModel
import LinearProgramming

/// A lower bound over all splits of a frame from paths through its task graph, for any schedule.
///
/// Every path r costs a linear function of the chunks' times, and a step is at least as long as any
/// mixture of paths. With multipliers λ ≥ 0 that add up to 1,
/// ```
/// bound(λ) = min over splits of Σ_r λ_r · path_r(split)
/// ```
/// is valid; the inner minimum is a shortest way over the layers, since chunks add up. GLPK finds the
/// multipliers by column generation: the master takes the longest path of a mixture of the splits
/// found so far, its duals are the next multipliers, and the shortest way adds the next split.
/// - Source: Dantzig & Wolfe 1960; the bound is Lagrange's.
struct PathMultipliers {
  /// Seconds of makespan that no split beats; infinite where some chunk has no option at all.
  private(set) var bound = -Double.infinity
  /// The multipliers that gave the bound, by the index of the canonical row.
  private(set) var multipliers: [(row: Int, weight: Double)] = []
  /// The splits that the master met, as boundaries, the most promising last.
  private(set) var splits: [[Int]] = []

  /// - Parameter limit: a bound of this is good enough.
  init(
    _ options: SplitOptions, rows: [PathRow], limit: Double, rounds: Int = 40
  ) throws(SolverError) {
    let chunks = options.byChunk.count
    guard options.byChunk.allSatisfy({ !$0.isEmpty }) else {
      bound = .infinity
      return
    }
    // Before any mixture is known: all rows alike.
    var weights = [Double](repeating: 1 / Double(rows.count), count: rows.count)
    var program = LinearProgram("path mixture")
    let longest = program.variable("longest", in: .free, cost: 1)
    let mixture = program.constrain("mixture", LinearExpression() == 1)
    let paths = rows.indices.map { row in
      program.constrain("path\(row)", 1 * longest >= 0)
    }
    var session = try Session(program)
    for _ in 0..<rounds {
      let (value, split) = Self.shortestWay(options, rows: rows, weights: weights)
      guard value.isFinite else {
        bound = .infinity
        return
      }
      if value > bound {
        bound = value
        multipliers = weights.indices.filter { weights[$0] > 0 }.map { ($0, weights[$0]) }
      }
      let boundaries = [0] + split.map(\.end)
      if !splits.contains(boundaries) { splits.append(boundaries) }
      if bound >= limit { return }
      let column = session.program.variable(cost: 0)
      session.program.add(1, column, to: mixture)
      for row in rows.indices {
        session.program.add(
          -Self.length(of: rows[row], split, options.prices), column, to: paths[row])
      }
      let solution = try session.solve()
      guard case .optimal = solution.termination, let objective = solution.objective else { return }
      // The bound cannot rise above the master's value: stop where it nearly has, and where after a
      // fair number of splits that value is so far under the limit that the frame stays open anyway.
      let isConverged = objective - bound <= 1e-4 * objective
      if isConverged || objective < 0.9 * limit && splits.count > chunks { return }
      weights = paths.map { max(0, solution.dual(of: $0)) }
      let total = weights.reduce(0, +)
      guard total > 0 else { return }
      weights = weights.map { $0 / total < 1e-7 ? 0 : $0 / total }
      let kept = weights.reduce(0, +)
      weights = weights.map { $0 / kept }
    }
  }

  /// The cost of a path under a split, in seconds.
  static func length(of row: PathRow, _ split: [SplitOption], _ prices: FramePrices) -> Double {
    let stages = prices.frame.degrees.pipeline
    var length = Double(row.hops) * prices.hop
    for (chunk, option) in split.enumerated() {
      length += Double(row.forwardPasses[chunk]) * option.forward
      length += Double(row.backwardPasses[chunk]) * option.backward
      if chunk % stages == row.lastRank { length += option.tail }
    }
    return length
  }

  /// The split of least mixed length, by a shortest way over the layers, and that length.
  static func shortestWay(
    _ options: SplitOptions, rows: [PathRow], weights: [Double]
  ) -> (value: Double, split: [SplitOption]) {
    let prices = options.prices
    let chunks = options.byChunk.count
    let stages = prices.frame.degrees.pipeline
    var forward = [Double](repeating: 0, count: chunks)
    var backward = forward
    var tails = [Double](repeating: 0, count: stages)
    var constant = 0.0
    for (row, weight) in zip(rows, weights) where weight > 0 {
      constant += weight * Double(row.hops) * prices.hop
      tails[row.lastRank] += weight
      for chunk in 0..<chunks {
        forward[chunk] += weight * Double(row.forwardPasses[chunk])
        backward[chunk] += weight * Double(row.backwardPasses[chunk])
      }
    }
    // least[a]: the least cost of the chunks so far when they end before layer a.
    var least = [Double](repeating: .infinity, count: prices.layers + 1)
    least[0] = 0
    var choices: [[Int32]] = []
    for chunk in 0..<chunks {
      var next = [Double](repeating: .infinity, count: prices.layers + 1)
      var choice = [Int32](repeating: -1, count: prices.layers + 1)
      for (index, option) in options.byChunk[chunk].enumerated() where least[option.first].isFinite
      {
        let cost =
          least[option.first] + forward[chunk] * option.forward + backward[chunk] * option.backward
          + tails[chunk % stages] * option.tail
        if cost < next[option.end] {
          next[option.end] = cost
          choice[option.end] = Int32(index)
        }
      }
      least = next
      choices.append(choice)
    }
    guard least[prices.layers].isFinite else { return (.infinity, []) }
    var split: [SplitOption] = []
    var end = prices.layers
    for chunk in stride(from: chunks - 1, through: 0, by: -1) {
      let option = options.byChunk[chunk][Int(choices[chunk][end])]
      split.append(option)
      end = option.first
    }
    return (constant + least[prices.layers], split.reversed())
  }
}
