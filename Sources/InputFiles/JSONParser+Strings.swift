extension JSONParser {
  /// Reads a string or a key; the text is checked here, and decoded when it is asked for.
  mutating func string(as kind: JSONToken.Kind) throws(Stop) {
    let start = next
    var escaped: UInt64 = 0
    next += 1
    while next < text.count {
      switch text[next] {
      case UInt8(ascii: "\""):
        let length = UInt64(next - start - 1)
        tokens.append(JSONToken(payload: length | escaped, offset: UInt32(start), kind: kind))
        next += 1
        return
      case UInt8(ascii: "\\"):
        escaped = JSONToken.escaped
        try escape()
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        try stop(at: start, "the string has no closing quote on its line; write a newline as \\n")
      case 0..<0x20:
        let escape = Unicode.Scalar(text[next]).jsonEscape
        try note(at: next, "write \(escape) for the control character in this string")
        next += 1
      case 0x80...:
        guard let length = text.lengthOfScalar(at: next) else {
          try stop(
            at: next,
            "found \(text.character(at: next)), which is not UTF-8; save the file as UTF-8")
        }
        next += length
      default: next += 1
      }
    }
    try stop(at: start, "the string has no closing quote")
  }

  /// Passes one escape, or a pair of them that stands for one scalar.
  private mutating func escape() throws(Stop) {
    let start = next
    let letter = next + 1 < text.count ? text[next + 1] : 0
    if letter == UInt8(ascii: "u") {
      try unicodeEscape()
    } else if letter.simpleEscape != nil {
      next += 2
    } else {
      next += 1
      try note(
        at: start,
        "a backslash does not go with \(text.character(at: next)); write \\\\ for a backslash")
    }
  }

  private mutating func unicodeEscape() throws(Stop) {
    let start = next
    guard let unit = text.escapedUnit(at: start) else {
      next += 2
      try note(at: start, "\\u needs four hexadecimal digits")
      return
    }
    next += 6
    guard UTF16.isLeadSurrogate(unit) || UTF16.isTrailSurrogate(unit) else { return }
    if UTF16.isLeadSurrogate(unit), let trail = text.escapedUnit(at: next),
      UTF16.isTrailSurrogate(trail)
    {
      next += 6
    } else {
      try note(
        at: start, "\(text.string(start..<next)) is half of a surrogate pair; write both halves")
    }
  }
}

extension JSONToken {
  /// The text of a string or key.
  func string(in text: UnsafeBufferPointer<UInt8>) -> String {
    let start = Int(offset) + 1
    let range = start..<start + Int(payload & ~JSONToken.escaped)
    return payload & JSONToken.escaped == 0
      ? text.string(range) : text.decodingEscapes(in: range)
  }
}

extension UnsafeBufferPointer where Element == UInt8 {
  /// The UTF-16 unit of the `\uXXXX` at `offset`, if there is one.
  fileprivate func escapedUnit(at offset: Int) -> UInt16? {
    guard offset + 6 <= count, self[offset] == UInt8(ascii: "\\"),
      self[offset + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for index in offset + 2..<offset + 6 {
      guard let digit = Character(Unicode.Scalar(self[index])).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// The text of a string's bytes; what is not a legal escape becomes U+FFFD.
  fileprivate func decodingEscapes(in range: Range<Int>) -> String {
    var units: [UInt16] = []
    var plain = range.lowerBound
    var next = plain
    func flush(_ end: Int) { units += string(plain..<end).utf16 }
    while next < range.upperBound {
      guard self[next] == UInt8(ascii: "\\") else {
        next += 1
        continue
      }
      flush(next)
      if let unit = escapedUnit(at: next) {
        units.append(unit)
        next += 6
      } else {
        let letter = next + 1 < range.upperBound ? self[next + 1] : 0
        units.append(letter.simpleEscape.map(UInt16.init) ?? 0xFFFD)
        next = Swift.min(next + 2, range.upperBound)
      }
      plain = next
    }
    flush(next)
    return String(decoding: units, as: UTF16.self)
  }
}

extension UInt8 {
  /// The character that a backslash and this letter stand for.
  fileprivate var simpleEscape: UInt8? {
    switch self {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): self
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }
}
