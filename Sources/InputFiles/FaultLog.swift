/// The faults met so far while a file is read, so that all of them can be told at once.
///
/// It belongs to one reading, on one thread, and ends in `throwIfFaulty()`.
public final class FaultLog {
  /// The file that the faults are in, as the user named it.
  public let file: String
  /// The number of errors kept; the rest are only counted.
  public let capacity: Int
  private var errorsMet: [InputFault] = []
  private var warningsMet: [InputFault] = []
  private var omitted = 0

  /// An empty log for one file.
  public init(file: String, capacity: Int = 50) {
    self.file = file
    self.capacity = capacity
  }

  /// Whether an error was met.
  public var isFaulty: Bool { !errorsMet.isEmpty || omitted > 0 }

  /// The errors kept, by position.
  public var errors: [InputFault] { errorsMet.sortedByPosition() }

  /// What deserves attention but does not stop the reading, by position.
  public var warnings: [InputFault] { warningsMet.sortedByPosition() }

  /// Reports that what the node holds is not allowed: `message` is a full sentence.
  ///
  /// Once the log is full, neither the place nor the message is worked out.
  public func error(at node: JSONNode, _ message: @autoclosure () -> String) {
    error(at: node.position, message())
  }

  /// Reports what is wrong at a place, or with the file as a whole when there is none.
  public func error(
    at position: @autoclosure () -> SourcePosition?, _ message: @autoclosure () -> String
  ) {
    if errorsMet.count >= capacity {
      omitted += 1
    } else {
      errorsMet.append(InputFault(file: file, position: position(), message: message()))
    }
  }

  /// Notes what deserves attention at the node: `message` is a full sentence.
  public func warning(at node: JSONNode, _ message: String) {
    warning(at: node.position, message)
  }

  /// Notes what deserves attention at a place, or in the file as a whole when there is none.
  public func warning(at position: SourcePosition?, _ message: String) {
    if warningsMet.count < capacity {
      warningsMet.append(
        InputFault(file: file, position: position, severity: .warning, message: message))
    }
  }

  /// Throws all errors at once, if there is one.
  public func throwIfFaulty() throws(InputFaults) {
    if isFaulty { throw InputFaults(reason: .malformed, faults: errors, omitted: omitted) }
  }

  /// Takes back an error that a later finding explains better.
  func withdraw(_ message: String, at position: SourcePosition) {
    let index = errorsMet.lastIndex { $0.position == position && $0.message == message }
    if let index {
      errorsMet.remove(at: index)
    } else if omitted > 0 {
      omitted -= 1
    }
  }
}
