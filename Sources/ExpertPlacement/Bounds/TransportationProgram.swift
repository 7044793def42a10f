import LinearProgramming

/// The transportation program behind every bound: how many weighted pairs can share a GPU at most,
/// when all that is known is how many partners each expert has there.
///
/// ```
/// maximise Σ w_ij y_ij   with   Σ_j y_ij = C,  Σ_i y_ij = C,  0 ≤ y_ij ≤ 1
/// ```
/// Any multipliers u, v bound it: C (Σ u_i + Σ v_j) + Σ_ij max(0, w_ij − u_i − v_j). GLPK finds the
/// least such bound; what it returns is checked by that sum and by nothing else.
struct TransportationProgram {
  let size: Int
  /// Partners of each expert.
  let partners: Int
  /// size × size weights, row by row.
  let weights: [Double]
  /// Whether pairs of an expert with itself are left out.
  var skipsDiagonal = false

  /// Multipliers of the rows and of the columns, and the bound that they prove.
  struct Proof: Sendable {
    var rows: [Double]
    var columns: [Double]
    var bound: Double
  }

  /// The largest program that GLPK is given: it takes 0.1 s for 64 experts and 5 s for 256.
  private static let solverLimit = 128

  /// The bound with GLPK's multipliers, or with those of alternating prices where the program is large
  /// or GLPK gives up.
  func proof() -> Proof {
    let alternating = alternatingPrices()
    guard size <= Self.solverLimit, let solution = try? program().solve(.transportation),
      solution.duals.count == 2 * size
    else { return alternating }
    let proof = proof(
      rows: Array(solution.duals[..<size]), columns: Array(solution.duals[size...]))
    return proof.bound <= alternating.bound ? proof : alternating
  }

  /// The bound of given multipliers.
  func proof(rows: [Double], columns: [Double]) -> Proof {
    var excess = 0.0
    for i in 0..<size {
      for j in 0..<size where !(skipsDiagonal && i == j) {
        excess += max(0, weights[i * size + j] - rows[i] - columns[j])
      }
    }
    let prices = rows.reduce(0, +) + columns.reduce(0, +)
    return Proof(rows: rows, columns: columns, bound: Double(partners) * prices + excess)
  }

  /// Multipliers that are best for the rows while those of the columns stay, and the other way round,
  /// a few times: the best multiplier of a row is the C-th of its weights less the columns' prices.
  func alternatingPrices(rounds: Int = 4) -> Proof {
    guard partners > 0 else { return proof(rows: largest(of: weights), columns: zeros) }
    var best = proof(rows: zeros, columns: zeros)
    var columns = zeros
    var transposed = weights
    for i in 0..<size { for j in 0..<size { transposed[j * size + i] = weights[i * size + j] } }
    for _ in 0..<rounds {
      let rows = prices(weights, less: columns)
      columns = prices(transposed, less: rows)
      let next = proof(rows: rows, columns: columns)
      if next.bound < best.bound { best = next }
    }
    return best
  }

  private var zeros: [Double] { [Double](repeating: 0, count: size) }

  /// For each row the C-th of what is left of its weights, the largest first.
  private func prices(_ weights: [Double], less others: [Double]) -> [Double] {
    (0..<size).map { i in
      var left = (0..<size).filter { !(skipsDiagonal && $0 == i) }.map {
        weights[i * size + $0] - others[$0]
      }
      left.sort(by: >)
      return left[partners - 1]
    }
  }

  private func largest(of weights: [Double]) -> [Double] {
    (0..<size).map { i in max(0, weights[(i * size)..<((i + 1) * size)].max() ?? 0) }
  }

  /// The program as GLPK gets it.
  func program() -> LinearProgram {
    var program = LinearProgram("pairs that share a GPU")
    let each = Double(partners)
    let rows = (0..<size).map { program.constrain("row\($0)", LinearExpression() == each) }
    let columns = (0..<size).map { program.constrain("column\($0)", LinearExpression() == each) }
    for i in 0..<size {
      for j in 0..<size where !(skipsDiagonal && i == j) {
        let pair = program.variable(in: .unit, cost: weights[i * size + j])
        program.add(1, pair, to: rows[i])
        program.add(1, pair, to: columns[j])
      }
    }
    program.setSense(.maximise)
    return program
  }
}

extension SolveOptions {
  /// What suits a transportation program.
  static var transportation: SolveOptions {
    var options = SolveOptions()
    options.simplex = .dual
    return options
  }
}
