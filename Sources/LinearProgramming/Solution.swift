/// Why a solve stopped.
public enum Termination: Sendable, Equatable {
  /// The best point is known and proven.
  case optimal
  /// No point satisfies the program.
  case infeasible
  /// The objective improves without end.
  case unbounded
  /// The best point known is within the gap that was asked for.
  case gapReached
  case nodeLimit
  case iterationLimit
  case timeLimit
  /// The task that solved was cancelled.
  case cancelled
  /// The solver failed, or claimed what arithmetic does not confirm.
  case numericalFailure(String)
}

/// What is known about a program, whatever stopped the solve.
public enum Feasibility: Sendable, Equatable {
  /// Some point satisfies it.
  case feasible
  /// No point satisfies it.
  case infeasible
  /// Some point satisfies it, and the objective improves without end.
  case unbounded
  case unknown
}

/// What a solve learned.
public struct Solution: Sendable {
  public let termination: Termination
  public let feasibility: Feasibility
  /// The best point found; without whole numbers and at optimality, the best there is.
  public let point: FeasiblePoint?
  /// No feasible point has a better objective than this.
  ///
  /// When nothing is proven it is −∞ for a program that minimises and +∞ for one that maximises; for
  /// an infeasible program the other way round. Valid within the solver's relative tolerance of
  /// 1e-7; `LinearProgram.safeBound(duals:)` is valid in exact arithmetic.
  public let objectiveBound: Double
  /// The change of the objective per unit by which each constraint's bound moves, by index. Of the
  /// relaxation at the root, where there are whole numbers. Empty when the relaxation has no basis.
  public let duals: [Double]
  /// The change of the objective per unit of each variable, by index; as `duals` otherwise.
  public let reducedCosts: [Double]
  /// Where the simplex method ended on the relaxation.
  public let basis: Basis?
  /// Proof that the relaxation is infeasible, where that is why the program is.
  public let farkasCertificate: FarkasCertificate?
  /// A direction, by variable index, along which points stay feasible and the objective improves,
  /// where the program is unbounded.
  public let ray: [Double]?
  /// Subproblems created in the search for whole numbers.
  public let nodes: Int
  /// Simplex iterations, of the relaxation and of all subproblems.
  public let iterations: Int

  // Swift 6.3.1 cannot compile callers into which the optimiser has inlined a look into `point`.

  /// The objective of the best point found.
  @inline(never)
  public var objective: Double? { point?.objective }

  /// How much better than the point found another one might be, as a share of its objective: 0 at a
  /// proven optimum, ∞ when there is no point or no bound.
  @inline(never)
  public var relativeGap: Double {
    guard let objective, objectiveBound.isFinite else { return .infinity }
    return abs(objective - objectiveBound) / max(abs(objective), 1e-10)
  }

  /// The value of a variable at the best point found.
  @inline(never)
  public subscript(variable: Variable) -> Double? { point?[variable] }

  public func dual(of constraint: Constraint) -> Double { duals[Int(constraint.index)] }

  public func reducedCost(of variable: Variable) -> Double { reducedCosts[Int(variable.index)] }
}
