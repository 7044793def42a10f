/// Takes the cells of a CSV text one by one (RFC 4180, with `#` comments and blank lines passed
/// over, and LF or CRLF at a line's end).
struct CSVScanner {
  /// A cell: its bytes without the blanks and quotes around them.
  struct Cell {
    /// The bytes between the quotes, or all of them.
    let content: Range<Int>
    let isQuoted: Bool
    /// Where the cell starts, its quote included.
    let start: Int
  }

  let text: UnsafeBufferPointer<UInt8>
  private(set) var next: Int
  private(set) var lines = LineTable()

  /// A scanner at the first record of a text; a byte order mark, which spreadsheets write, is
  /// passed over.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    next = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  func position(ofByte offset: Int) -> SourcePosition {
    lines.position(ofByte: offset, in: text)
  }

  /// Goes to the next record, past blank lines and comments; false at the end of the text.
  mutating func startRecord() -> Bool {
    while next < text.count {
      switch text[next] {
      case UInt8(ascii: "\n"): passLineEnd()
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        // A line of blanks only is as good as empty.
        var end = next
        while end < text.count, text[end].isBlank { end += 1 }
        guard end == text.count || text[end] == UInt8(ascii: "\n") else { return true }
        next = end
      default: return true
      }
    }
    return false
  }

  /// Goes to the line's end.
  mutating func skipLine() {
    while next < text.count, text[next] != UInt8(ascii: "\n") { next += 1 }
  }

  /// Passes over the comma behind a cell; false at the end of the record.
  mutating func hasFurtherCell() -> Bool {
    guard next < text.count, text[next] == UInt8(ascii: ",") else { return false }
    next += 1
    return true
  }

  /// Takes the cell that starts here; nil, with `next` at the fault, when its quotes are wrong.
  mutating func cell() -> Cell? {
    skipBlanks()
    let start = next
    if next < text.count, text[next] == UInt8(ascii: "\"") { return quotedCell() }
    while next < text.count, text[next] != UInt8(ascii: ","), text[next] != UInt8(ascii: "\n") {
      next += 1
    }
    var end = next
    while end > start, text[end - 1].isBlank { end -= 1 }
    return Cell(content: start..<end, isQuoted: false, start: start)
  }

  /// The text of a cell, with each doubled quote inside quotes made one.
  func string(of cell: Cell) -> String {
    let string = text.string(cell.content)
    guard cell.isQuoted else { return string }
    var isFirstOfPair = false
    var scalars = String.UnicodeScalarView()
    for scalar in string.unicodeScalars {
      isFirstOfPair = scalar == "\"" && !isFirstOfPair
      if !isFirstOfPair { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// Whether only blanks stand between `offset` and the end of the cell.
  func endsCell(at offset: Int) -> Bool {
    var end = offset
    while end < text.count, text[end].isBlank { end += 1 }
    return end == text.count || text[end] == UInt8(ascii: ",") || text[end] == UInt8(ascii: "\n")
  }

  /// Goes to the end of the cell whose last byte that counts is before `offset`.
  mutating func pass(to offset: Int) {
    next = offset
    skipBlanks()
  }

  mutating func skipBlanks() {
    while next < text.count, text[next].isBlank { next += 1 }
  }

  private mutating func quotedCell() -> Cell? {
    let start = next
    next += 1
    let first = next
    while next < text.count {
      if text[next] == UInt8(ascii: "\n") {
        passLineEnd()
        continue
      }
      guard text[next] == UInt8(ascii: "\"") else {
        next += 1
        continue
      }
      if next + 1 < text.count, text[next + 1] == UInt8(ascii: "\"") {
        next += 2
        continue
      }
      let content = first..<next
      pass(to: next + 1)
      guard endsCell(at: next) else { return nil }
      return Cell(content: content, isQuoted: true, start: start)
    }
    next = start
    return nil
  }

  private mutating func passLineEnd() {
    next += 1
    lines.startLine(at: next)
  }
}

extension UInt8 {
  /// A space, a tab or a carriage return.
  var isBlank: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
  }
}
