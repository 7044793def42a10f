/// A text that is read line by line, with the name of its file in messages.
public struct TextFile: Sendable {
  /// A line without its end.
  public struct Line: Sendable {
    /// Counted from 1.
    public let number: Int
    public let text: Substring

    /// A line of a number.
    public init(number: Int, text: Substring) {
      self.number = number
      self.text = text
    }

    /// The line's first character.
    public var position: SourcePosition { SourcePosition(line: number, column: 1) }

    /// The words between blanks, each with its place. O(length of the line).
    public var words: [(text: Substring, position: SourcePosition)] {
      var words: [(text: Substring, position: SourcePosition)] = []
      var column = 1
      var start: (index: Substring.Index, column: Int)?
      for index in text.unicodeScalars.indices {
        let isBlank = text.unicodeScalars[index] == " " || text.unicodeScalars[index] == "\t"
        if isBlank, let word = start {
          let position = SourcePosition(line: number, column: word.column)
          words.append((text[word.index..<index], position))
          start = nil
        } else if !isBlank, start == nil {
          start = (index, column)
        }
        column += 1
      }
      if let start {
        words.append((text[start.index...], SourcePosition(line: number, column: start.column)))
      }
      return words
    }
  }

  /// The file as the user named it; `<stdin>` for standard input.
  public let file: String
  /// The text as it was read.
  public let bytes: [UInt8]

  /// A text that is at hand.
  public init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  /// The text of a file, or of standard input when `path` is `-`.
  ///
  /// - Throws: one fault, for a file that cannot be opened, is empty, or larger than the limit.
  public static func read(path: String, limit: InputLimit) throws(InputFaults) -> TextFile {
    let input = try InputBytes.read(path: path, limit: limit)
    return TextFile(file: input.file, bytes: input.bytes)
  }

  /// The lines in order, whatever their ends; bytes that are not UTF-8 stand as U+FFFD.
  public var lines: [Line] { lines(ofFirst: bytes.count) }

  /// The lines of the first bytes, enough to tell what a file is.
  public func lines(ofFirst count: Int) -> [Line] {
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let text = String(decoding: bytes[min(mark, count)..<min(count, bytes.count)], as: UTF8.self)
    var lines: [Line] = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let isReturned = line.last == UInt8(ascii: "\r")
      lines.append(
        Line(number: lines.count + 1, text: Substring(isReturned ? line.dropLast() : line)))
    }
    return lines
  }

  /// Whether the bytes can be a text: there is no NUL among the first of them.
  public var isText: Bool { !bytes.prefix(4096).contains(0) }

  /// The fault of the file as a whole, or at a place of it.
  public func fault(at position: SourcePosition? = nil, _ message: String) -> InputFaults {
    InputFaults(malformed: message, in: file, at: position)
  }
}
