extension JSONParser {
  /// Reads a number, or passes over what was meant as one.
  mutating func number() throws(Stop) {
    let start = next
    let decimal = Decimal(text, from: start)
    let firstDigit = decimal.isNegative ? start + 1 : start
    let isDelimited = decimal.end == text.count || !text[decimal.end].isWordByte
    guard decimal.wholeDigits > 0, isDelimited,
      decimal.hasPoint == (decimal.fractionDigits > 0),
      decimal.hasExponent == (decimal.exponentDigits > 0)
    else {
      try other(passWord(), at: start)
      return
    }
    next = decimal.end
    if decimal.wholeDigits > 1, text[firstDigit] == UInt8(ascii: "0") {
      try note(at: start, "remove the leading zeros of \(written(from: start).quoted)")
    }
    if let integer = decimal.integer {
      append(.integer, UInt64(bitPattern: Int64(integer)), at: start)
      return
    }
    let double = decimal.double(text, from: start)
    if !double.isFinite {
      try note(at: start, "\(written(from: start)) is too large: numbers go up to 1.797e308")
    } else if double == 0, !decimal.isZero(text, from: start) {
      try note(at: start, "\(written(from: start)) is too small: numbers go down to 4.941e-324")
    }
    append(.number, double.bitPattern, at: start)
  }

  /// Reads `true`, `false` or `null`, or passes over another word, which is a fault.
  mutating func word() throws(Stop) {
    let start = next
    let byte = text[start]
    if byte == UInt8(ascii: "'") {
      try stop(at: start, "put the string in double quotes")
    }
    guard byte.isWordByte else {
      try stop(at: start, "expected a value, but found \(text.character(at: start))")
    }
    let word = passWord()
    switch word {
    case "true": append(.true, 0, at: start)
    case "false": append(.false, 0, at: start)
    case "null": append(.null, 0, at: start)
    default: try other(word, at: start)
    }
  }

  /// Takes a word that JSON does not have.
  private mutating func other(_ word: String, at start: Int) throws(Stop) {
    // What is at fault gets a token too: the paths of later faults depend on it.
    append(.notFinite, 0, at: start)
    if dialect == .python, ["NaN", "Infinity", "-Infinity"].contains(word) { return }
    try note(at: start, Self.remedy(for: word))
  }

  private static func remedy(for word: String) -> String {
    let bare = word.drop { "+-.".contains($0) }.lowercased()
    switch bare {
    case "nan", "inf", "infinity":
      return "\(word.quoted) is not a number; leave the key out, or write null, where none is known"
    case "true", "false": return "write \(bare) for \(word.quoted)"
    case "none", "nil", "undefined": return "write null for \(word.quoted)"
    case _ where bare.first?.isNumber ?? true:
      return "\(word.quoted) is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"
    default: return "put \(word.quoted) in double quotes, if it is meant as a string"
    }
  }

  /// Passes over the letters, digits and signs that stand together.
  private mutating func passWord() -> String {
    let start = next
    while next < text.count, text[next].isWordByte { next += 1 }
    return written(from: start)
  }

  private func written(from start: Int) -> String { text.string(start..<next) }

  private mutating func append(_ kind: JSONToken.Kind, _ payload: UInt64, at start: Int) {
    tokens.append(JSONToken(payload: payload, offset: UInt32(start), kind: kind))
  }
}

extension UInt8 {
  /// Whether the byte belongs to a number or a bare word.
  var isWordByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Whether a value could start with the byte.
  var canStartValue: Bool {
    isWordByte || self == UInt8(ascii: "\"") || self == UInt8(ascii: "{")
      || self == UInt8(ascii: "[")
  }
}
