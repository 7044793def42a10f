/// Constraints that a person knows by one name: the memory of one kind of accelerator, a deadline, a
/// pinned choice.
public struct ConstraintGroup: Sendable, Equatable {
  public let name: String
  public let constraints: [Constraint]
  /// What a unit by which the group gives way costs, against other groups.
  public let weight: Double

  /// - Parameter weight: positive.
  public init(_ name: String, _ constraints: [Constraint], weight: Double = 1) {
    precondition(weight > 0, "a group's weight is positive")
    self.name = name
    self.constraints = constraints
    self.weight = weight
  }
}

extension LinearProgram {
  /// - Throws: `SolverError.invalidProgram` if a group has a constraint of another program.
  func check(_ groups: [ConstraintGroup]) throws(SolverError) {
    let foreign = groups.filter { !$0.constraints.allSatisfy(owns) }
    guard foreign.isEmpty else {
      throw .invalidProgram(foreign.map { .foreignConstraint(in: "group '\($0.name)'") })
    }
  }
}
