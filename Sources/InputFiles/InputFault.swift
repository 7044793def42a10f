/// A place in a file: a line and a column, both counted from 1.
///
/// Columns count Unicode scalars, so that a tab or an accented letter is one column.
public struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column in Unicode scalars, from 1.
  public let column: Int

  /// The place in that line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line:column`.
  public var description: String { "\(line):\(column)" }

  public static func < (one: SourcePosition, other: SourcePosition) -> Bool {
    (one.line, one.column) < (other.line, other.column)
  }
}

/// One thing wrong in a file: where, what was read, what is allowed.
///
/// The description is one line, `cluster.json:44:16: error: nodes is 0, but must be at least 1`,
/// whatever characters the file put into the message or its own name.
public struct InputFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the fault stops the reading.
  public enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  /// The file as the user named it; `<stdin>` for standard input.
  public let file: String
  /// Where in the file, or nil when the fault is about the file as a whole.
  public let position: SourcePosition?
  /// An error, unless the file can be used in spite of it.
  public let severity: Severity
  /// What was read, what is allowed and what to try, in words.
  public let message: String

  /// A fault at a place, or of the file as a whole.
  public init(
    file: String, position: SourcePosition?, severity: Severity = .error, message: String
  ) {
    self.file = file
    self.position = position
    self.severity = severity
    self.message = message
  }

  public var description: String {
    let place = position.map { ":\($0)" } ?? ""
    return "\(file.onOneLine)\(place): \(severity.rawValue): \(message.onOneLine)"
  }
}
