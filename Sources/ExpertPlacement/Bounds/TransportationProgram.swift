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

  /// The bound with GLPK's multipliers; with those of the dearest pairs where GLPK gives up.
  func proof(_ options: SolveOptions = .transportation) -> Proof {
    let simple = dearestPairs()
    guard let solution = try? program().solve(options), solution.duals.count == 2 * size else {
      return simple
    }
    // A maximum over rows that hold with equality: the duals are prices of either sign.
    let proof = proof(
      rows: Array(solution.duals[..<size]), columns: Array(solution.duals[size...]))
    return proof.bound <= simple.bound ? proof : simple
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

  /// Each expert with its dearest partners, whatever the partners would say: the multiplier of a row
  /// is the weight of its C-th.
  func dearestPairs() -> Proof {
    let rows = (0..<size).map { i -> Double in
      var row = (0..<size).filter { !(skipsDiagonal && $0 == i) }.map { weights[i * size + $0] }
      row.sort(by: >)
      return partners > 0 && partners <= row.count ? row[partners - 1] : 0
    }
    return proof(rows: rows, columns: [Double](repeating: 0, count: size))
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
