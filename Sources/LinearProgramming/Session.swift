/// A program that stays inside GLPK between solves, for column generation, cuts, and re-solves with
/// other bounds or costs, each from where the last one ended.
///
/// ```swift
/// var session = try Session(master)
/// while let column = price(try session.solve().duals) {
///   let pattern = session.program.variable(cost: 1)
///   for (constraint, count) in column { session.program.add(count, pattern, to: constraint) }
/// }
/// ```
///
/// Changes are made to `program`, a plain value; the next `solve` carries to GLPK what is new. A
/// session belongs to one thread, hence it is neither copyable nor `Sendable`, and has no initialiser
/// for asynchronous code, which may change threads at every `await`. Should it find itself on
/// another thread all the same, or should GLPK have given up on its thread, it starts afresh from the
/// program and the last basis.
public struct Session: ~Copyable {
  /// The program, to be changed between solves.
  public var program: LinearProgram

  var problem: GLPKProblem
  /// The units in which GLPK has the program.
  var scaling: Scaling
  /// The program as GLPK has it.
  private var carried: LinearProgram
  /// The basis of the last solve, from which a fresh start is a warm one.
  var lastBasis: Basis?
  /// The iterations after which a run of a simplex method is taken to be without end; nil for what the
  /// program's size suggests.
  var endlessIterations: Int?
  /// Whether rows or bounds changed since GLPK last had an optimum, so that the dual method fits.
  var prefersDual = false

  /// - Throws: `SolverError.invalidProgram` with all the program's faults.
  @available(
    *, noasync, message: "GLPK's memory belongs to a thread: use it in a synchronous function"
  )
  public init(_ program: LinearProgram) throws(SolverError) {
    try self.init(synchronously: program)
  }

  init(synchronously program: LinearProgram) throws(SolverError) {
    let faults = program.faults
    guard faults.isEmpty else { throw .invalidProgram(faults) }
    let scaling = Scaling(program)
    let carried = program.restated(in: scaling)
    let problem = try GLPKProblem.holding(carried)
    self.problem = problem
    self.program = program
    self.scaling = scaling
    self.carried = carried
  }
}

extension LinearProgram {
  /// Solves the program, on this thread, in one go.
  ///
  /// - Throws: an error for what is no program, for an unusable start, and for a failure of GLPK; that
  ///   the program is infeasible, or that a limit was met, is part of the solution.
  public func solve(_ options: SolveOptions = SolveOptions()) throws(SolverError) -> Solution {
    var session = try Session(synchronously: self)
    return try session.solve(options)
  }
}

extension Session {
  /// Solves the program as it now stands, from where the last solve ended.
  public mutating func solve(_ options: SolveOptions = SolveOptions()) throws(SolverError)
    -> Solution
  {
    let deadline = options.timeLimit.map { ContinuousClock.now + $0 }
    try check(options)
    try carry()
    if let basis = options.basis {
      try problem.setBasis(
        basis.grown(constraints: program.constraintCount, variables: program.variableCount))
    }
    let relaxation = try solveRelaxation(options, deadline: deadline)
    if !program.isMixedInteger { return relaxation.solution() }
    return try search(from: relaxation, options, deadline: deadline)
  }

  private func check(_ options: SolveOptions) throws(SolverError) {
    let faults = program.faults
    guard faults.isEmpty else { throw .invalidProgram(faults) }
    guard let start = options.start else { return }
    do {
      _ = try program.feasiblePoint(at: start.values)
    } catch {
      throw .unusableStart(error.violations)
    }
  }

  /// Brings GLPK's problem up to the program.
  private mutating func carry() throws(SolverError) {
    if problem.isAlive, program.hasGrown(from: carried) {
      scaling.grow(with: program)
      let restated = program.restated(in: scaling)
      if let growth = GLPKProblem.Growth(from: carried, to: restated) {
        prefersDual = prefersDual || growth.favoursDual
        try problem.apply(growth, of: restated)
        carried = restated
        return
      }
    }
    let isSameProgram = program.identity == carried.identity
    scaling = Scaling(program)
    carried = program.restated(in: scaling)
    problem = try GLPKProblem.holding(carried)
    // A program that did not grow from the old one may have no use for the old basis.
    if isSameProgram, let lastBasis,
      let basis = try? lastBasis.grown(
        constraints: program.constraintCount, variables: program.variableCount)
    {
      try problem.setBasis(basis)
    }
  }
}

extension LinearProgram {
  /// Whether this may be `old` with more variables and constraints.
  fileprivate func hasGrown(from old: LinearProgram) -> Bool {
    identity == old.identity && variableCount >= old.variableCount
      && constraintCount >= old.constraintCount
  }
}
