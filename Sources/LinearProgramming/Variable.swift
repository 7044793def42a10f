import Synchronization

/// The values that a variable may take within its bounds.
public enum Domain: Sendable, Equatable {
  /// Any real number.
  case continuous
  /// A whole number.
  case integer
  /// 0 or 1.
  case binary

  var isIntegral: Bool { self != .continuous }
}

/// An unknown of one linear program: the name under which expressions and solutions know it.
///
/// It belongs to the program that made it and to that program's copies; any other program rejects it.
@frozen
public struct Variable: Hashable, Sendable {
  /// Its place among the variables of its program, from 0 in the order of creation.
  public let index: Int32
  @usableFromInline let program: ProgramIdentity

  @inlinable
  init(index: Int32, program: ProgramIdentity) {
    self.index = index
    self.program = program
  }
}

/// A row of one linear program: the name under which its dual and its group know it.
///
/// It belongs to the program that made it and to that program's copies.
@frozen
public struct Constraint: Hashable, Sendable {
  /// Its place among the constraints of its program, from 0 in the order of creation.
  public let index: Int32
  @usableFromInline let program: ProgramIdentity

  @inlinable
  init(index: Int32, program: ProgramIdentity) {
    self.index = index
    self.program = program
  }
}

/// What tells one program's variables from another's: a number that only one program, with its
/// copies, has in this process.
///
/// The counter is the library's only shared state. Nothing that is printed or solved depends on it.
@usableFromInline
struct ProgramIdentity: Hashable, Sendable {
  @usableFromInline let number: UInt32

  private static let last = Atomic<UInt32>(0)

  static func next() -> ProgramIdentity {
    ProgramIdentity(number: last.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
