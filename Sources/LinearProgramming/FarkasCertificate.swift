/// Proof that no point satisfies a program, as multipliers of its constraints.
///
/// Multiplied by them and added up, the constraints demand more than any values within the
/// variables' bounds can give. The proof is checked by plain arithmetic, rounding errors included,
/// when it is made; `proves(_:)` does so again for a reader who has only the program and the numbers.
/// - Source: Farkas 1902; with bounds on both sides as in Neumaier, Shcherbina 2004, §3.
public struct FarkasCertificate: Sendable, Equatable {
  /// One for each constraint, by index; 0 for those that the proof does without.
  public let multipliers: [Double]
  /// 0 for a proof in exact arithmetic. Otherwise the share of the terms added up below which their
  /// sum, on a variable without bounds, is taken for 0 that rounding missed.
  public let tolerance: Double

  /// - Returns: nil where the multipliers prove nothing about `program`.
  public init?(multipliers: [Double], tolerance: Double = 0, for program: LinearProgram) {
    self.multipliers = multipliers
    self.tolerance = tolerance
    if !proves(program) { return nil }
  }

  /// Whether the multipliers prove, within `tolerance`, that `program` has no feasible point.
  public func proves(_ program: LinearProgram) -> Bool {
    guard multipliers.count == program.constraintCount else { return false }
    let bound = LagrangianBound(program, costFactor: 0, multipliers: multipliers)
    if tolerance == 0 { return bound.value() > 0 }
    let demand = zip(multipliers, program.rows).reduce(0.0) { sum, pair in
      let (multiplier, row) = pair
      let side = multiplier > 0 ? row.bounds.lower : row.bounds.upper
      return side.isFinite ? sum + abs(multiplier * side) : sum
    }
    return bound.value(tolerance: tolerance) > tolerance * demand
  }

  /// The constraints that already contradict one another, with the variables' bounds.
  public func constraints(of program: LinearProgram) -> [Constraint] {
    program.constraints.filter { multipliers[Int($0.index)] != 0 }
  }

  /// The proof in `multipliers` of either sign, without those that are only rounding errors if it
  /// stands without them, and exact if it can be; nil when there is none.
  static func found(in multipliers: [Double], for program: LinearProgram) -> FarkasCertificate? {
    let largest = multipliers.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    for tolerance in [0, 1e-9] {
      for least in [1e-9, 0] {
        for sign in [1.0, -1.0] {
          let candidate = multipliers.map { value in
            abs(value) <= least * largest ? 0 : sign * value / largest
          }
          if let proof = FarkasCertificate(
            multipliers: candidate, tolerance: tolerance, for: program)
          {
            return proof
          }
        }
      }
    }
    return nil
  }
}
