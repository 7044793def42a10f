/// Where a simplex method stands: which variables and constraints are determined by the others.
///
/// A program that is re-solved from the basis of its last solution, or of a similar program, needs
/// few iterations.
public struct Basis: Sendable, Equatable {
  /// The place of one variable, or of the value of one constraint.
  public enum Status: UInt8, Sendable, Equatable {
    /// Determined by the others.
    case basic = 1
    case atLower = 2
    case atUpper = 3
    /// Without bounds, at 0.
    case free = 4
    case fixed = 5
  }

  public internal(set) var constraints: [Status]
  public internal(set) var variables: [Status]

  public subscript(variable: Variable) -> Status { variables[Int(variable.index)] }
  public subscript(constraint: Constraint) -> Status { constraints[Int(constraint.index)] }

  /// This basis for a program that has grown: new constraints basic, new variables at a bound.
  ///
  /// - Throws: a basis that is larger than the program, or whose number of basic variables and
  ///   constraints is not the number of constraints.
  func grown(constraints: Int, variables: Int) throws(SolverError) -> Basis {
    let extra = (constraints - self.constraints.count, variables - self.variables.count)
    guard extra.0 >= 0, extra.1 >= 0 else {
      throw .unusableBasis(
        "it has \(self.constraints.count) constraints and \(self.variables.count) variables, "
          + "the program \(constraints) and \(variables)")
    }
    let grown = Basis(
      constraints: self.constraints + Array(repeating: .basic, count: extra.0),
      variables: self.variables + Array(repeating: .atLower, count: extra.1))
    let basics =
      grown.constraints.count { $0 == .basic } + grown.variables.count { $0 == .basic }
    guard basics == constraints else {
      throw .unusableBasis("\(basics) basic for \(constraints) constraints")
    }
    return grown
  }
}
