import CGLPK

extension Session {
  /// Solves the program without its whole-number demands by a simplex method.
  ///
  /// A claim that arithmetic does not confirm, a failure, or a run that turns in a circle, is tried
  /// again from scratch with the other method before it becomes `Termination.numericalFailure`.
  mutating func solveRelaxation(_ options: SolveOptions, deadline: ContinuousClock.Instant?)
    throws(SolverError) -> Relaxation
  {
    let first: SimplexMethod =
      switch options.simplex {
      case .automatic: prefersDual || program.asksForAnyPoint ? .dual : .primal
      case .primal, .dual: options.simplex
      }
    let attempts: [SimplexMethod] = [first, first == .primal ? .dual : .primal, .primal]
    var failure = Relaxation(
      termination: .numericalFailure("no simplex method ran"), objectiveBound: program.noBound)
    var iterations = 0
    for (number, method) in attempts.enumerated() {
      if number > 0 { try problem.call(cglpk_standard_basis) }
      // The methods take a few times as many iterations as there are rows, but have no rule that keeps
      // them from turning in a circle.
      let endless =
        endlessIterations ?? 1_000 + 10 * (program.constraintCount + program.variableCount)
      let limit = min(options.iterationLimit, endless)
      var outcome = try run(
        method, limit: limit, exact: options.exact || number == attempts.count - 1,
        deadline: deadline)
      iterations += outcome.iterations
      outcome.iterations = iterations
      if outcome.termination == .iterationLimit, limit < options.iterationLimit {
        outcome.termination = .numericalFailure(
          "GLPK's simplex method did not end in \(limit) iterations")
      }
      if case .numericalFailure = outcome.termination {
        failure = outcome
        continue
      }
      prefersDual = false
      lastBasis = outcome.basis
      return outcome
    }
    try problem.call(cglpk_standard_basis)
    lastBasis = nil
    return failure
  }

  /// One run of one method, and of rational arithmetic behind it where `exact`.
  private func run(
    _ method: SimplexMethod, limit: Int, exact: Bool, deadline: ContinuousClock.Instant?
  ) throws(SolverError) -> Relaxation {
    var parameters = glp_smcp()
    glp_init_smcp(&parameters)
    parameters.msg_lev = GLP_MSG_OFF
    parameters.meth = method == .dual ? GLP_DUALP : GLP_PRIMAL
    if method == .dual { parameters.r_test = GLP_RT_FLIP }
    parameters.it_lim = Int32(clamping: limit)
    parameters.tm_lim = deadline.millisecondsLeft

    let before = problem.iterations
    var code = try problem.code { cglpk_simplex($0, &parameters, $1) }
    if code == 0 && exact {
      parameters.tm_lim = deadline.millisecondsLeft
      code = try problem.code { cglpk_exact($0, &parameters, $1) }
    }
    var outcome = try assess(code)
    outcome.iterations = max(0, problem.iterations - before)
    return outcome
  }

  /// What GLPK's return code and status mean, as far as arithmetic confirms them.
  private func assess(_ code: Int32) throws(SolverError) -> Relaxation {
    let seen = try problem.relaxation(
      variables: program.variableCount, constraints: program.constraintCount)
    let values = scaling.ownValues(seen.values)
    let duals = scaling.ownDuals(seen.duals)
    var outcome = Relaxation(
      termination: .numericalFailure("GLPK's simplex method returned code \(code)"),
      values: values, point: try? program.feasiblePoint(at: values, relaxed: true),
      objectiveBound: program.noBound, duals: duals,
      reducedCosts: scaling.ownReducedCosts(seen.reducedCosts))
    outcome.basis = try problem.basis(
      variables: program.variableCount, constraints: program.constraintCount)

    if code == GLP_EITLIM || code == GLP_ETMLIM {
      outcome.termination = code == GLP_EITLIM ? .iterationLimit : .timeLimit
      outcome.objectiveBound = program.clamp(program.safeBound(duals: duals), to: outcome.point)
      return outcome
    }
    guard code == 0 else { return outcome }
    switch problem.relaxationStatus {
    case GLP_OPT: confirmOptimum(&outcome)
    case GLP_NOFEAS: try confirmInfeasibility(&outcome)
    case GLP_UNBND: try confirmUnboundedness(&outcome)
    default: outcome.termination = .numericalFailure("GLPK's simplex method reached no conclusion")
    }
    return outcome
  }

  private func confirmOptimum(_ outcome: inout Relaxation) {
    guard let point = outcome.point else {
      outcome.termination = .numericalFailure("the point of the claimed optimum is not feasible")
      return
    }
    guard
      let bound = program.confirmedBound(objective: point.objective, duals: outcome.duals)
    else {
      outcome.termination = .numericalFailure("the duals do not confirm the claimed optimum")
      return
    }
    outcome.termination = .optimal
    outcome.objectiveBound = program.clamp(bound, to: point)
  }

  private func confirmInfeasibility(_ outcome: inout Relaxation) throws(SolverError) {
    outcome.point = nil
    outcome.values = []
    // The primal method ends where the sum of infeasibilities is least; the dual method at a single
    // constraint that nothing can repair, which is sought among the first violated ones.
    for violated in 0...32 {
      guard
        let multipliers = try problem.farkasMultipliers(
          only: violated, constraints: program.constraintCount)
      else { break }
      if let proof = FarkasCertificate.found(
        in: scaling.ownMultipliers(multipliers), for: program)
      {
        outcome.termination = .infeasible
        outcome.farkasCertificate = proof
        outcome.objectiveBound = -program.noBound
        return
      }
    }
    outcome.termination = .numericalFailure("no certificate confirms the claimed infeasibility")
  }

  private func confirmUnboundedness(_ outcome: inout Relaxation) throws(SolverError) {
    guard outcome.point != nil,
      let direction = try problem.ray(variables: program.variableCount),
      let ray = program.confirmedRay(scaling.ownValues(direction))
    else {
      outcome.termination = .numericalFailure("no ray confirms the claimed unboundedness")
      return
    }
    outcome.termination = .unbounded
    outcome.ray = ray
  }
}

extension ContinuousClock.Instant? {
  /// The time that is left, as GLPK takes it: whole milliseconds, at least 1, at most 24 days.
  var millisecondsLeft: Int32 {
    guard let self else { return .max }
    let left = ContinuousClock.now.duration(to: self)
    let (seconds, attoseconds) = left.components
    return max(1, Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }
}
