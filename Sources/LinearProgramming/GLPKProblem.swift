import CGLPK

/// A problem inside GLPK, and the only place where Swift calls GLPK.
///
/// GLPK keeps its memory by thread, and loses all of a thread's problems when it gives up. A problem
/// is therefore alive only while the environment in which it was made is the current one; every call
/// asks first, and a problem that is no longer alive is left to its own thread to free.
struct GLPKProblem: ~Copyable {
  private let pointer: OpaquePointer
  private let environment: UInt64

  init(_ sense: LinearProgram.Sense) throws(SolverError) {
    var made: OpaquePointer?
    let failed = cglpk_create(sense.direction, &made)
    guard failed == 0, let made else { throw Self.gaveUp() }
    pointer = made
    environment = cglpk_environment()
  }

  deinit {
    if isAlive { cglpk_delete(pointer) }
  }

  /// Whether the problem may be touched: it is on its own thread, and GLPK has not given up since.
  var isAlive: Bool { environment == cglpk_environment() }

  /// Calls GLPK on the problem.
  ///
  /// - Throws: what GLPK said when it gave up; the problem is then no longer alive.
  func call(_ body: (OpaquePointer) -> Int32) throws(SolverError) {
    guard isAlive else {
      throw .solverGaveUp("the problem belongs to another thread, or was lost in a failure")
    }
    if body(pointer) != 0 { throw Self.gaveUp() }
  }

  /// As `call`, for GLPK routines that also return a code of their own.
  func code(_ body: (OpaquePointer, UnsafeMutablePointer<Int32>) -> Int32) throws(SolverError)
    -> Int32
  {
    var code: Int32 = 0
    try call { body($0, &code) }
    return code
  }

  fileprivate static func gaveUp() -> SolverError {
    let message = String(cString: cglpk_message())
    return .solverGaveUp(message.split(separator: "\n").joined(separator: ", "))
  }
}

/// Makes GLPK give up on purpose, by a bad index (0), a failed assertion (1) or exhausted memory (2),
/// so that tests can see the process survive.
package func provokeSolverFailure(kind: Int) throws(SolverError) {
  if cglpk_provoke(Int32(kind)) != 0 { throw GLPKProblem.gaveUp() }
}

// MARK: - Reading

extension GLPKProblem {
  var relaxationStatus: Int32 { isAlive ? glp_get_status(pointer) : GLP_UNDEF }
  var isPrimalFeasible: Bool { isAlive && glp_get_prim_stat(pointer) == GLP_FEAS }
  var isDualFeasible: Bool { isAlive && glp_get_dual_stat(pointer) == GLP_FEAS }
  var integerStatus: Int32 { isAlive ? glp_mip_status(pointer) : GLP_UNDEF }
  var iterations: Int { isAlive ? Int(glp_get_it_cnt(pointer)) : 0 }

  /// The relaxation's values and reduced costs by variable, and its duals by constraint.
  func relaxation(variables: Int, constraints: Int) throws(SolverError)
    -> (values: [Double], reducedCosts: [Double], duals: [Double])
  {
    var values = [Double](repeating: 0, count: variables)
    var reducedCosts = values
    var duals = [Double](repeating: 0, count: constraints)
    try call { cglpk_read_relaxation($0, &values, &reducedCosts, &duals) }
    return (values, reducedCosts, duals)
  }

  func integerValues(variables: Int) throws(SolverError) -> [Double] {
    var values = [Double](repeating: 0, count: variables)
    try call { cglpk_read_integer($0, &values) }
    return values
  }

  func basis(variables: Int, constraints: Int) throws(SolverError) -> Basis {
    var columns = [UInt8](repeating: 0, count: variables)
    var rows = [UInt8](repeating: 0, count: constraints)
    try call { cglpk_read_basis($0, &rows, &columns) }
    return Basis(
      constraints: rows.map { Basis.Status(rawValue: $0) ?? .basic },
      variables: columns.map { Basis.Status(rawValue: $0) ?? .atLower })
  }

  func setBasis(_ basis: Basis) throws(SolverError) {
    let rows = basis.constraints.map(\.rawValue)
    let columns = basis.variables.map(\.rawValue)
    try call { cglpk_write_basis($0, rows, columns) }
  }

  /// Multipliers that may prove infeasibility, from the violated basic variable of this number, or
  /// from all of them for 0; nil when there is no such variable.
  func farkasMultipliers(only violated: Int, constraints: Int) throws(SolverError) -> [Double]? {
    var multipliers = [Double](repeating: 0, count: constraints)
    var found: Int32 = 0
    try call { cglpk_farkas($0, Int32(violated), &multipliers, &found) }
    return found == 0 ? nil : multipliers
  }

  func ray(variables: Int) throws(SolverError) -> [Double]? {
    var direction = [Double](repeating: 0, count: variables)
    var found: Int32 = 0
    try call { cglpk_ray($0, &direction, &found) }
    return found == 0 ? nil : direction
  }
}

extension LinearProgram.Sense {
  var direction: Int32 { self == .minimise ? GLP_MIN : GLP_MAX }
  /// What turns the objective into one to be minimised.
  var sign: Double { self == .minimise ? 1 : -1 }
}
