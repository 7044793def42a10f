/// A JSON file that has been read whole, and in which every value knows its place.
public struct JSONDocument: Sendable {
  /// The file as the user named it; `<stdin>` for standard input.
  public let file: String
  /// The document's outermost value.
  public let root: JSONNode

  /// Who is expected to have written a document.
  public enum Dialect: Sendable, Hashable {
    /// JSON as RFC 8259 defines it.
    case standard
    /// Python's `json`, which also writes `NaN`, `Infinity` and `-Infinity`. They may stand where
    /// nobody reads them; every shape refuses them, as it refuses a value of a wrong kind.
    case python
  }

  /// The document in a file, or on standard input when `path` is `-`.
  ///
  /// - Throws: all faults of the syntax at once.
  public static func read(
    path: String, limit: InputLimit, dialect: Dialect = .standard
  ) throws(InputFaults) -> JSONDocument {
    let input = try InputBytes.read(path: path, limit: limit)
    return try parse(input.bytes, file: input.file, dialect: dialect)
  }

  /// The document in `bytes`, which `file` names in messages.
  ///
  /// - Parameter firstLine: the line of the file that the bytes start with.
  /// - Complexity: O(bytes).
  public static func parse(
    _ bytes: [UInt8], file: String, dialect: Dialect = .standard, firstLine: Int = 1
  ) throws(InputFaults) -> JSONDocument {
    guard bytes.count <= UInt32.max else {
      throw InputFaults(malformed: "is larger than 4 GiB, the most that is read", in: file)
    }
    let (tape, notes) = bytes.withUnsafeBufferPointer { text in
      var parser = JSONParser(text, dialect: dialect)
      parser.lines.firstLine = firstLine
      // What stopped the parser is its last note.
      try? parser.document()
      return (JSONTape(text: bytes, tokens: parser.tokens, lines: parser.lines), parser.notes)
    }
    if !notes.isEmpty {
      let faults = notes.map { note in
        let subject = note.container.map { JSONNode(tape, at: $0).subject + " " } ?? ""
        return InputFault(
          file: file, position: tape.position(ofByte: note.offset), message: subject + note.message)
      }
      throw InputFaults(reason: .malformed, faults: faults)
    }
    return JSONDocument(file: file, root: JSONNode(tape, at: 0))
  }

  /// The document in `text`, which `file` names in messages.
  public static func parse(
    _ text: String, file: String, dialect: Dialect = .standard
  ) throws(InputFaults) -> JSONDocument {
    try parse(Array(text.utf8), file: file, dialect: dialect)
  }

  /// What the document says, read as `shape`; throws all that is wrong with it at once.
  public func read<Value>(_ shape: JSONShape<Value>) throws(InputFaults) -> Value {
    let log = FaultLog(file: file)
    let value = shape.read(root, log)
    try log.throwIfFaulty()
    guard let value else {
      log.error(at: root, "the document is not \(shape.expectation)")
      throw InputFaults(reason: .malformed, faults: log.errors)
    }
    return value
  }
}
