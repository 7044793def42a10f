/// Proof that no point satisfies a program, as multipliers of its constraints.
///
/// Multiplied by them and added up, the constraints demand more than any values within the
/// variables' bounds can give. The proof is checked by plain arithmetic, rounding errors included,
/// when it is made; `proves(_:)` does so again for a reader who has only the program and the numbers.
/// - Source: Farkas 1902; with bounds on both sides as in Neumaier, Shcherbina 2004, §3.
public struct FarkasCertificate: Sendable, Equatable {
  /// One for each constraint, by index; 0 for those that the proof does without.
  public let multipliers: [Double]

  /// - Returns: nil where the multipliers prove nothing about `program`.
  public init?(multipliers: [Double], for program: LinearProgram) {
    self.multipliers = multipliers
    if !proves(program) { return nil }
  }

  /// Whether the multipliers prove that `program` has no feasible point.
  public func proves(_ program: LinearProgram) -> Bool {
    guard multipliers.count == program.constraintCount else { return false }
    return LagrangianBound(program, costFactor: 0, multipliers: multipliers).value() > 0
  }

  /// The constraints that already contradict one another, with the variables' bounds.
  public func constraints(of program: LinearProgram) -> [Constraint] {
    program.constraints.filter { multipliers[Int($0.index)] != 0 }
  }

  /// The proof in `multipliers` of either sign, without those that are only rounding errors if it
  /// stands without them; nil when there is none.
  static func found(in multipliers: [Double], for program: LinearProgram) -> FarkasCertificate? {
    let largest = multipliers.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    for sign in [1.0, -1.0] {
      for least in [1e-9, 0] {
        let candidate = multipliers.map { value in
          abs(value) <= least * largest ? 0 : sign * value / largest
        }
        if let proof = FarkasCertificate(multipliers: candidate, for: program) { return proof }
      }
    }
    return nil
  }
}
