/// Groups of constraints that contradict one another, together with the constraints in no group and
/// the variables' bounds.
public struct InfeasibleSubsystem: Sendable {
  /// The groups in the order in which they were given; empty when the rest is infeasible by itself.
  public let groups: [ConstraintGroup]
  /// Whether every one of the groups is needed for the contradiction. False when a limit ended one of
  /// the solves that would have told.
  public let isMinimal: Bool
  /// Proof that the constraints of these groups, with those in no group, have no feasible point;
  /// absent when only whole numbers make them infeasible.
  public let certificate: FarkasCertificate?
}

/// The answer to the question which groups of constraints contradict one another.
public enum InfeasibilityAnalysis: Sendable {
  /// None do: the program has a feasible point.
  case feasible(FeasiblePoint)
  case infeasible(InfeasibleSubsystem)
  /// A limit ended the solve before it was known whether the program is feasible.
  case undecided(Termination)
}

extension LinearProgram {
  /// Looks for a smallest set of `groups` that, with the constraints in no group, has no feasible
  /// point.
  ///
  /// A deletion filter: each group in turn is taken away, and stays away if the rest is infeasible
  /// without it; a Farkas certificate at once takes away all groups that the proof does without. Where
  /// several sets of groups clash, one of them is found, the same for the same program and order. One
  /// solve a group at most, each from the basis of the last; the options limit every single one.
  ///
  /// - Throws: as `solve`; a group with a constraint of another program is a fault.
  /// - Source: Chinneck, Dravnieks 1991, "Locating minimal infeasible constraint sets in linear
  ///   programs", ORSA Journal on Computing 3.
  public func infeasibleSubsystem(
    of groups: [ConstraintGroup], _ options: SolveOptions = SolveOptions()
  ) throws(SolverError) -> InfeasibilityAnalysis {
    try check(groups)
    var question = self
    question.minimise(LinearExpression())
    var options = options
    options.start = nil
    var session = try Session(synchronously: question)

    let whole = try session.solve(options)
    if let point = whole.point,
      let own = try? feasiblePoint(at: point.values)
    {
      return .feasible(own)
    }
    guard whole.feasibility == .infeasible else { return .undecided(whole.termination) }
    options.basis = nil

    var proof = whole.farkasCertificate
    var kept = Set(groups.indices)
    func takeAwayUnneeded() {
      guard let proof else { return }
      kept = kept.filter { group in
        groups[group].constraints.contains { proof.multipliers[Int($0.index)] != 0 }
      }
    }

    takeAwayUnneeded()
    var isMinimal = true
    for group in groups.indices where kept.contains(group) {
      session.program.keep(kept.subtracting([group]), of: groups, as: self)
      let rest = try session.solve(options)
      switch rest.feasibility {
      case .infeasible:
        kept.remove(group)
        proof = rest.farkasCertificate
        takeAwayUnneeded()
      case .feasible, .unbounded:
        break
      case .unknown:
        isMinimal = false
      }
    }
    return .infeasible(
      InfeasibleSubsystem(
        groups: groups.indices.filter(kept.contains).map { groups[$0] }, isMinimal: isMinimal,
        certificate: proof))
  }

  /// Lifts the bounds of all constraints of `groups` that are in none of the `kept` ones, and gives
  /// the others those that they have in `original`.
  private mutating func keep(
    _ kept: Set<Int>, of groups: [ConstraintGroup], as original: LinearProgram
  ) {
    for group in groups.indices where !kept.contains(group) {
      for constraint in groups[group].constraints { setBounds(.free, of: constraint) }
    }
    for group in groups.indices where kept.contains(group) {
      for constraint in groups[group].constraints {
        setBounds(original.bounds(of: constraint), of: constraint)
      }
    }
  }
}
