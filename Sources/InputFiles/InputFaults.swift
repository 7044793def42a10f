/// All faults of the files that were read, in the order of their positions.
public struct InputFaults: Error, Sendable, Hashable, CustomStringConvertible {
  /// Why reading failed, which decides the exit status.
  public enum Reason: Sendable, Hashable {
    /// The file could not be opened or read: exit status 66.
    case cannotOpen
    /// The file was read, but what it says is not allowed: exit status 65.
    case malformed
  }

  /// Whether a file could not be opened, or says what is not allowed.
  public let reason: Reason
  /// The faults by file (in the order of their first fault), then by position.
  public let faults: [InputFault]
  /// The number of further faults that were met after the log was full.
  public let omitted: Int

  /// The faults, which are sorted here.
  public init(reason: Reason, faults: [InputFault], omitted: Int = 0) {
    self.reason = reason
    self.faults = faults.sortedByPosition()
    self.omitted = omitted
  }

  /// One fault of what a file says.
  public init(malformed message: String, in file: String, at position: SourcePosition? = nil) {
    self.init(
      reason: .malformed, faults: [InputFault(file: file, position: position, message: message)])
  }

  /// The exit status of a program that stops because of these faults (as in `sysexits.h`).
  public var exitStatus: Int32 {
    switch reason {
    case .cannotOpen: 66
    case .malformed: 65
    }
  }

  /// One line a fault, and a last one that counts those left out.
  public var description: String {
    var lines = faults.map(\.description)
    if omitted > 0 { lines.append("and \(omitted) more") }
    return lines.joined(separator: "\n")
  }
}

extension Array where Element == InputFault {
  /// The faults with the files in the order of their first fault, each file's by position.
  ///
  /// Faults about a whole file come first; those at one place keep the order they were met in.
  func sortedByPosition() -> [InputFault] {
    var ranks: [String: Int] = [:]
    for fault in self where ranks[fault.file] == nil { ranks[fault.file] = ranks.count }
    let start = SourcePosition(line: 0, column: 0)
    let keyed = enumerated().map { index, fault in
      (file: ranks[fault.file] ?? 0, position: fault.position ?? start, index: index, fault: fault)
    }
    return keyed.sorted {
      ($0.file, $0.position, $0.index) < ($1.file, $1.position, $1.index)
    }.map(\.fault)
  }
}
