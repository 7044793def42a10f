import CGLPK

extension Session {
  /// Searches for whole numbers by branch and bound, below the optimum of the relaxation.
  mutating func search(
    from relaxation: Relaxation, _ options: SolveOptions, deadline: ContinuousClock.Instant?
  ) throws(SolverError) -> Solution {
    switch relaxation.termination {
    case .optimal:
      let outcome = try branch(options, deadline: deadline)
      if let basis = relaxation.basis { try problem.setBasis(basis) }
      return try conclude(outcome, from: relaxation, start: options.start)
    case .infeasible:
      return relaxation.solution(.infeasible, .infeasible, nil, bound: relaxation.objectiveBound)
    case .unbounded:
      return try searchUnbounded(relaxation, options)
    default:
      let known = options.start
      return relaxation.solution(
        relaxation.termination, known == nil ? .unknown : .feasible, known,
        bound: program.clamp(relaxation.objectiveBound, to: known))
    }
  }

  /// What branch and bound left behind.
  private struct Outcome {
    let code: Int32
    let status: Int32
    let watch: cglpk_watch
    let values: [Double]
  }

  private func branch(_ options: SolveOptions, deadline: ContinuousClock.Instant?)
    throws(SolverError) -> Outcome
  {
    var parameters = glp_iocp()
    glp_init_iocp(&parameters)
    parameters.msg_lev = GLP_MSG_OFF
    parameters.br_tech = options.branching.variable.rawValue
    parameters.bt_tech = options.branching.node.rawValue
    let cuts = options.branching.cuts
    parameters.mir_cuts = cuts.contains(.mixedIntegerRounding) ? GLP_ON : GLP_OFF
    parameters.gmi_cuts = cuts.contains(.gomory) ? GLP_ON : GLP_OFF
    parameters.cov_cuts = cuts.contains(.cover) ? GLP_ON : GLP_OFF
    parameters.clq_cuts = cuts.contains(.clique) ? GLP_ON : GLP_OFF
    parameters.tm_lim = deadline.millisecondsLeft

    var watch = cglpk_watch()
    watch.node_limit = Int32(clamping: options.nodeLimit)
    watch.iteration_limit = Int32(clamping: options.iterationLimit)
    watch.relative_gap = options.relativeGap > 0 ? options.relativeGap : -1
    watch.bound = program.noBound
    watch.cancelled = { Task.isCancelled ? 1 : 0 }

    var code: Int32 = 0
    let start = options.start.map { [0] + scaling.seenValues($0.values) }
    if let start {
      code = try problem.code { problem, code in
        start.withUnsafeBufferPointer { values in
          watch.start = values.baseAddress
          return cglpk_branch(problem, &parameters, &watch, code)
        }
      }
    } else {
      code = try problem.code { cglpk_branch($0, &parameters, &watch, $1) }
    }
    let status = problem.integerStatus
    let hasPoint = status == GLP_OPT || status == GLP_FEAS
    return Outcome(
      code: code, status: status, watch: watch,
      values: hasPoint
        ? scaling.ownValues(try problem.integerValues(variables: program.variableCount)) : [])
  }

  private func conclude(_ outcome: Outcome, from relaxation: Relaxation, start: FeasiblePoint?)
    throws(SolverError) -> Solution
  {
    let found = try outcome.values.isEmpty ? nil : settle(outcome.values)
    var best = start ?? found
    if let start, let found, program.isBetter(found.objective, than: start.objective) {
      best = found
    }

    var termination = self.termination(of: outcome)
    if !outcome.values.isEmpty && found == nil {
      termination = .numericalFailure("the point that the search found is not feasible")
    }
    if termination == .infeasible && best != nil {
      termination = .numericalFailure("the search found no point, though one is known")
    }

    var bound = relaxation.objectiveBound
    switch termination {
    case .optimal:
      // What the search claims to be the optimum; settling the point may have moved its objective.
      bound = program.objective(at: outcome.values)
      if let best, abs(best.objective - bound) > 1e-6 * max(program.largestCost, abs(bound)) {
        termination = .numericalFailure("the point that the search found has another objective")
        bound = relaxation.objectiveBound
      }
    case .infeasible:
      bound = -program.noBound
    case .numericalFailure:
      break
    default:
      let told = outcome.watch.bound
      // The largest number is GLPK's way of saying that it has no bound yet.
      if abs(told) < .greatestFiniteMagnitude {
        bound = program.tighter(bound, scaling.ownObjective(told))
      }
    }
    let feasibility: Feasibility =
      best != nil ? .feasible : termination == .infeasible ? .infeasible : .unknown
    return relaxation.solution(
      termination, feasibility, best, bound: program.clamp(bound, to: best),
      nodes: Int(outcome.watch.nodes), furtherIterations: Int(outcome.watch.iterations))
  }

  private func termination(of outcome: Outcome) -> Termination {
    switch outcome.code {
    case 0:
      switch outcome.status {
      case GLP_OPT: .optimal
      case GLP_NOFEAS: .infeasible
      default: .numericalFailure("GLPK's search reached no conclusion")
      }
    case GLP_ESTOP:
      switch outcome.watch.stop {
      case CGLPK_NODE_LIMIT: .nodeLimit
      case CGLPK_ITERATION_LIMIT: .iterationLimit
      case CGLPK_GAP_REACHED: .gapReached
      default: .cancelled
      }
    case GLP_ETMLIM: .timeLimit
    default: .numericalFailure("GLPK's search returned code \(outcome.code)")
    }
  }

  /// The point at `values`; where whole numbers that were rounded break a constraint, the best point
  /// with those whole numbers; nil when there is none.
  private func settle(_ values: [Double]) throws(SolverError) -> FeasiblePoint? {
    if let point = try? program.feasiblePoint(at: values) { return point }
    let settled = try program.fixingIntegers(at: values).solve()
    guard let point = settled.point else { return nil }
    return try? program.feasiblePoint(at: point.values)
  }

  /// Decides between infeasible and unbounded, where the relaxation is unbounded: with rational
  /// coefficients the program is unbounded as soon as it has a feasible point.
  /// - Source: Meyer 1974, "On the existence of optimal solutions to integer and mixed-integer
  ///   programming problems", Mathematical Programming 7.
  private func searchUnbounded(_ relaxation: Relaxation, _ options: SolveOptions)
    throws(SolverError) -> Solution
  {
    var question = program
    question.minimise(LinearExpression())
    var limits = options
    limits.start = nil
    limits.basis = nil
    let answer = try question.solve(limits)
    let point = try? answer.point.map { try program.feasiblePoint(at: $0.values) }
    switch answer.feasibility {
    case .infeasible:
      return relaxation.solution(.infeasible, .infeasible, nil, bound: -program.noBound)
    case .feasible where point != nil:
      return relaxation.solution(.unbounded, .unbounded, point, bound: program.noBound)
    default:
      return relaxation.solution(answer.termination, .unknown, nil, bound: program.noBound)
    }
  }
}

extension LinearProgram {
  /// This program without whole-number demands, its integer variables fixed at the whole numbers
  /// nearest to `values`.
  func fixingIntegers(at values: [Double]) -> LinearProgram {
    var fixed = relaxed
    for (index, column) in columns.enumerated() where column.domain.isIntegral {
      fixed.setBounds(.exactly(values[index].rounded()), ofColumn: index)
    }
    return fixed
  }
}
