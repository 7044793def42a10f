/// Where the lines of a text start, which turns the offset of a byte into a line and a column.
struct LineTable: Sendable {
  /// The offsets of the lines' first bytes, the first of them 0.
  private var starts: [UInt32] = [0]
  /// The number of the first line: above 1 where the text is a part of a file.
  var firstLine = 1

  /// Notes that a line starts at `offset`, behind all those noted before.
  mutating func startLine(at offset: Int) { starts.append(UInt32(offset)) }

  /// The place of the byte at `offset` in `text`. O(log lines + length of the line).
  func position(ofByte offset: Int, in text: UnsafeBufferPointer<UInt8>) -> SourcePosition {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let line = text[Int(starts[low])..<min(offset, text.count)]
    return SourcePosition(line: low + firstLine, column: line.count(where: \.startsScalar) + 1)
  }
}

extension UInt8 {
  /// Whether the byte is the first of a Unicode scalar in UTF-8.
  var startsScalar: Bool { self & 0xC0 != 0x80 }
}
