#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Python's spelling of numbers that JSON does not have.
///
/// Python writes an unlimited bound as `Infinity`, and published configurations of state-space
/// models hold it. No size is unlimited, so null says the same.
enum PythonJSON {
  /// The text of a configuration with every `Infinity` outside strings made null, at the same
  /// places; nil where there is none, or where the text is no configuration.
  static func withoutInfinities(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(sequence: Array("\"model_type\"".utf8)) else { return nil }
    var result = bytes
    var isInString = false
    var didReplace = false
    var index = 0
    while index < result.count {
      switch result[index] {
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "\\") where isInString: index += 1
      case UInt8(ascii: "I") where !isInString && result[index...].starts(with: word):
        let isNegative = index > 0 && result[index - 1] == UInt8(ascii: "-")
        let start = isNegative ? index - 1 : index
        let end = index + word.count
        let padding = Array(repeating: UInt8(ascii: " "), count: end - start - null.count)
        result.replaceSubrange(start..<end, with: null + padding)
        didReplace = true
        index = end - 1
      default: break
      }
      index += 1
    }
    return didReplace ? result : nil
  }

  /// The bytes of a file that was readable a moment ago; nil where it is no longer.
  static func bytes(ofFileAt path: String, atMost limit: Int) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while all.count <= limit {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return all }
      all += chunk[..<count]
    }
    return nil
  }

  private static let word = Array("Infinity".utf8)
  private static let null = Array("null".utf8)
}

extension Array where Element == UInt8 {
  fileprivate func contains(sequence other: [UInt8]) -> Bool {
    guard let first = other.first, count >= other.count else { return false }
    return indices.contains { self[$0] == first && self[$0...].starts(with: other) }
  }
}
