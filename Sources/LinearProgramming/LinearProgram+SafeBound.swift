extension LinearProgram {
  /// A value that no feasible point's objective betters, computed from `duals` by plain arithmetic.
  ///
  /// For a program that minimises c·x over L ≤ Ax ≤ U, l ≤ x ≤ u, and any multipliers y, with
  /// d = c − Aᵀy:
  ///
  ///     c·x = y·Ax + d·x ≥ Σ_i min(y_i L_i, y_i U_i) + Σ_j min(d_j l_j, d_j u_j)
  ///
  /// The bound therefore holds for whatever numbers are given, also those of a solver that failed,
  /// and for the whole-number program too; duals at the optimum make it tight. Every sum carries its
  /// rounding error, and the bound gives way by it.
  ///
  /// Where d_j asks for an infinite bound only because of rounding, a bound that the constraints
  /// imply takes its place; failing that, all duals shrink by 2⁻⁴⁰ once.
  ///
  /// - Parameter duals: one number for each constraint, in the sign of `Solution.duals`. Numbers that
  ///   ask for a side that a constraint does not have count as 0.
  /// - Returns: −∞ (+∞ for a program that maximises) when these duals bound nothing.
  /// - Complexity: O(coefficients + variables + constraints).
  /// - Source: Neumaier, Shcherbina 2004, "Safe bounds in linear and mixed-integer linear
  ///   programming", Mathematical Programming 99.
  public func safeBound(duals: [Double]) -> Double {
    let sign = sense == .minimise ? 1.0 : -1.0
    let bound = LagrangianBound(self, costFactor: sign, multipliers: duals.map { sign * $0 })
    return sign * bound.value()
  }
}

/// The bound that row multipliers give to `costFactor` times the objective of a program, to be
/// minimised. With the factor 0 a positive bound proves that no point is feasible.
struct LagrangianBound {
  private let program: LinearProgram
  private let costFactor: Double
  private let multipliers: [Double]

  /// - Precondition: one multiplier for each constraint.
  init(_ program: LinearProgram, costFactor: Double, multipliers: [Double]) {
    precondition(multipliers.count == program.constraintCount, "one multiplier a constraint")
    self.program = program
    self.costFactor = costFactor
    self.multipliers = zip(multipliers, program.rows).map { multiplier, row in
      let side = multiplier > 0 ? row.bounds.lower : row.bounds.upper
      return side.isFinite && multiplier.isFinite ? multiplier : 0
    }
  }

  /// A value that the objective does not fall below at any feasible point; −∞ when nothing is proven.
  func value() -> Double {
    let declared = program.columns.map(\.bounds)
    let direct = value(shrink: 1, columnBounds: declared)
    if direct > -.infinity { return direct }
    let implied = program.impliedColumnBounds()
    let repaired = value(shrink: 1, columnBounds: implied)
    if repaired > -.infinity { return repaired }
    return value(shrink: 1 - 0x1p-40, columnBounds: implied)
  }

  /// The bound when a reduced cost of at most `tolerance`, relative to the sizes that it sums up and
  /// to the largest cost, counts as 0 where a bound is infinite: what a solver with that tolerance
  /// calls its optimum.
  func value(tolerance: Double) -> Double {
    value(shrink: 1, columnBounds: program.columns.map(\.bounds), tolerance: tolerance)
  }

  private func value(shrink: Double, columnBounds: [Bounds], tolerance: Double = 0) -> Double {
    var reducedCosts = program.columns.map { ErrorFreeSum(costFactor * $0.cost) }
    var sizes =
      tolerance > 0
      ? Array(repeating: abs(costFactor) * program.largestCost, count: program.variableCount) : []
    let entries = program.entries
    for k in 0..<entries.count {
      let multiplier = shrink * multipliers[Int(entries.rows[k])]
      if multiplier == 0 { continue }
      let column = Int(entries.columns[k])
      reducedCosts[column].add(-multiplier, times: entries.coefficients[k])
      if tolerance > 0 { sizes[column] += abs(multiplier * entries.coefficients[k]) }
    }

    var bound = ErrorFreeSum(costFactor * program.objectiveConstant)
    for (multiplier, row) in zip(multipliers, program.rows) where multiplier != 0 {
      bound.add(shrink * multiplier, times: multiplier > 0 ? row.bounds.lower : row.bounds.upper)
    }
    for (column, reducedCost) in reducedCosts.enumerated() {
      var least = Self.least(reducedCost.lowerEnd, reducedCost.upperEnd, columnBounds[column])
      if least == -.infinity, tolerance > 0,
        abs(reducedCost.lowerEnd) <= tolerance * sizes[column]
      {
        least = 0
      }
      guard least > -.infinity else { return -.infinity }
      bound.add(least)
    }
    let value = bound.lowerEnd
    return value.isNaN ? -.infinity : value
  }

  /// The least product of a factor in `low...high` and a value in `bounds`, rounded down.
  private static func least(_ low: Double, _ high: Double, _ bounds: Bounds) -> Double {
    if low == 0 && high == 0 { return 0 }
    func product(_ factor: Double, _ value: Double) -> Double {
      if factor == 0 || value == 0 { return 0 }
      let product = factor * value
      let isExact = (-product).addingProduct(factor, value) == 0
      return isExact ? product : product.nextDown
    }
    return min(
      min(product(low, bounds.lower), product(high, bounds.lower)),
      min(product(low, bounds.upper), product(high, bounds.upper)))
  }
}
