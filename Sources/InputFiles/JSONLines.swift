/// A text of JSON documents, one a line; or of a single document over several lines.
///
/// - Source: the JSON Lines format (jsonlines.org): UTF-8, a value a line, blank lines ignored.
public enum JSONLines {
  /// The documents of a file, or of standard input when `path` is `-`.
  ///
  /// - Throws: the faults of the syntax in all lines at once.
  public static func read(path: String, limit: InputLimit) throws(InputFaults) -> [JSONDocument] {
    let input = try InputBytes.read(path: path, limit: limit)
    return try parse(input.bytes, file: input.file)
  }

  /// The documents in `bytes`, which `file` names in messages.
  ///
  /// A text whose first line is no document of its own is read as one document.
  public static func parse(_ bytes: [UInt8], file: String) throws(InputFaults) -> [JSONDocument] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var documents: [JSONDocument] = []
    var faults: [InputFault] = []
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isJSONBlank) {
      do throws(InputFaults) {
        documents.append(
          try JSONDocument.parse(Array(line), file: file, firstLine: index + 1))
      } catch {
        let isFirst = documents.isEmpty && faults.isEmpty
        if isFirst, line.spansLines { return [try JSONDocument.parse(bytes, file: file)] }
        faults += error.faults
      }
    }
    if !faults.isEmpty {
      throw InputFaults(
        reason: .malformed, faults: Array(faults.prefix(50)), omitted: max(0, faults.count - 50))
    }
    return documents
  }
}

extension UInt8 {
  fileprivate var isJSONBlank: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}

extension ArraySlice<UInt8> {
  /// Whether the line opens an object or array that it does not close.
  fileprivate var spansLines: Bool {
    let seen = filter { !$0.isJSONBlank }
    guard let first = seen.first, let last = seen.last else { return false }
    return (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
      && last != UInt8(ascii: "}") && last != UInt8(ascii: "]")
  }
}
