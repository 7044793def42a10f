import InputFiles
import Reports

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output carries the result, and nothing else.
enum StandardOutput {
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Colours only on a terminal, and not where the user asked for none (no-color.org).
  static var style: Style {
    let noColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return Style(isColoured: isTerminal && !noColour)
  }

  /// Why standard output does not take the result: a full disk, a closed descriptor.
  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  /// - Throws: `Fault`, where the text cannot be written.
  static func write(_ text: String) throws(Fault) {
    guard writeAll(text, to: STDOUT_FILENO) else {
      let reason = String(cString: strerror(errno))
      throw Fault(description: "<stdout>: error: cannot be written: \(reason)")
    }
  }
}

/// Standard error carries warnings, errors and, on a terminal, progress.
enum StandardError {
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }
}

private func writeAll(_ text: String, to descriptor: Int32) -> Bool {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count < 0 { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
