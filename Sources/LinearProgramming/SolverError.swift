/// Why no solution at all came back.
///
/// What a solve can learn about a program, that it is infeasible or that a limit was met, is no error
/// but part of its `Solution`.
public enum SolverError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The value is no program; all its faults.
  case invalidProgram([ProgramFault])
  /// The point to start from is not feasible, or belongs to another program.
  case unusableStart([Violation])
  /// The basis to start from has not one basic variable for each constraint.
  case unusableBasis(String)
  /// The solver gave up with this message. The process is unharmed, and the next solve works.
  case solverGaveUp(String)

  public var description: String {
    switch self {
    case .invalidProgram(let faults):
      "not a program: " + faults.map(\.description).joined(separator: "; ")
    case .unusableStart(let violations):
      "cannot start from this point: " + violations.map(\.description).joined(separator: "; ")
    case .unusableBasis(let why):
      "cannot start from this basis: \(why)"
    case .solverGaveUp(let message):
      "GLPK gave up: \(message)"
    }
  }
}
