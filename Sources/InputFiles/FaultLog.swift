/// The faults met so far while a file is read, so that all of them can be told at once.
///
/// It belongs to one reading, on one thread, and ends in `throwIfFaulty()`.
public final class FaultLog {
  /// The file that the faults are in, as the user named it.
  public let file: String
  /// The number of errors kept; the rest are only counted.
  public let capacity: Int
  private var isFull: Bool { met.count >= capacity }
  private var met: [InputFault] = []
  private var omitted = 0

  public init(file: String, capacity: Int = 50) {
    self.file = file
    self.capacity = capacity
  }

  public var isFaulty: Bool { omitted > 0 || met.contains { $0.severity == .error } }

  /// What deserves attention but does not stop the reading, by position.
  public var warnings: [InputFault] {
    met.filter { $0.severity == .warning }.sortedByPosition()
  }

  /// The errors kept, by position.
  public var errors: [InputFault] {
    met.filter { $0.severity == .error }.sortedByPosition()
  }

  /// Reports that what the node holds is not allowed: `message` is a full sentence.
  ///
  /// Once the log is full, neither the position nor the message is worked out.
  public func error(at node: JSONNode, _ message: @autoclosure () -> String) {
    if isFull { omitted += 1 } else { error(at: node.position, message()) }
  }

  public func error(at position: SourcePosition?, _ message: @autoclosure () -> String) {
    if isFull {
      omitted += 1
    } else {
      add(InputFault(file: file, position: position, message: message()))
    }
  }

  public func warning(at node: JSONNode, _ message: String) {
    warning(at: node.position, message)
  }

  public func warning(at position: SourcePosition?, _ message: String) {
    add(InputFault(file: file, position: position, severity: .warning, message: message))
  }

  /// Throws all errors at once, if there is one.
  public func throwIfFaulty() throws(InputFaults) {
    if isFaulty { throw InputFaults(reason: .malformed, faults: errors, omitted: omitted) }
  }

  func add(_ fault: InputFault) {
    if met.count < capacity { met.append(fault) } else if fault.severity == .error { omitted += 1 }
  }

  /// Takes back a fault that a later finding explains better.
  func withdraw(_ fault: InputFault) {
    if let index = met.lastIndex(of: fault) { met.remove(at: index) }
  }
}
