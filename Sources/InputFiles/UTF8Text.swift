extension UnsafeBufferPointer where Element == UInt8 {
  /// The number of bytes of the Unicode scalar that starts at `offset`, or nil when the bytes
  /// there are not UTF-8.
  ///
  /// - Source: RFC 3629, §4.
  func lengthOfScalar(at offset: Int) -> Int? {
    let first = self[offset]
    let second = offset + 1 < count ? self[offset + 1] : 0
    let length: Int
    switch (first, second) {
    case (0..<0x80, _): length = 1
    case (0xC2...0xDF, _): length = 2
    case (0xE0, 0xA0...), (0xE1...0xEC, _), (0xED, 0x80...0x9F), (0xEE...0xEF, _): length = 3
    case (0xF0, 0x90...), (0xF1...0xF3, _), (0xF4, 0x80...0x8F): length = 4
    default: return nil
    }
    guard offset + length <= count else { return nil }
    for index in offset + 1..<offset + length where self[index].startsScalar { return nil }
    return length
  }

  /// The text of some bytes.
  func string(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }

  /// The character that starts at `offset`, for a message: `'x'`, `a line break`, `the end`.
  func character(at offset: Int) -> String {
    guard offset < count else { return "the end" }
    guard let length = lengthOfScalar(at: offset) else {
      return "the byte 0x\(String(self[offset], radix: 16, uppercase: true))"
    }
    let text = string(offset..<offset + length)
    guard let scalar = text.unicodeScalars.first else { return "nothing" }
    if scalar == "\n" || scalar == "\r" { return "the end of the line" }
    let isPlain = !scalar.needsEscape && (scalar.isASCII || !scalar.properties.isWhitespace)
    return isPlain ? "'\(text)'" : "the character \(scalar.jsonEscape)"
  }
}
