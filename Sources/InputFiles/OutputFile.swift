/// Why a file could not be written.
public struct OutputFault: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  /// What failed, and the system's reason.
  public let message: String

  public var description: String { "\(path.onOneLine): error: \(message.onOneLine)" }
}

/// Files that the tool writes.
public enum OutputFile {
  /// Puts `contents` in place of what the file held, or creates it; on failure the file is what
  /// it was before.
  public static func replace(path: String, with contents: String) throws(OutputFault) {
    throw OutputFault(path: path, message: "")
  }
}
