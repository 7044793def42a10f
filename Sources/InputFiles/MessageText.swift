extension StringProtocol {
  /// The text on one line, safe to print to a terminal: control characters, line separators and
  /// the characters that reverse the direction of writing stand as JSON escapes.
  public var onOneLine: String {
    guard unicodeScalars.contains(where: \.needsEscape) else { return String(self) }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.needsEscape {
        text += scalar.jsonEscape
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The text in double quotes as JSON writes it, on one line, cut to a readable length.
  ///
  /// For names and values that a user chose, in messages.
  public var quoted: String {
    var text = "\""
    text.append(escaping: cut)
    return text + "\""
  }

  /// The text, with an ellipsis for what is beyond a readable length.
  var cut: String {
    guard let end = unicodeScalars.index(startIndex, offsetBy: 60, limitedBy: endIndex),
      end < endIndex
    else { return String(self) }
    return String(self[..<end]) + "…"
  }
}

extension Sequence where Element == String {
  /// `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`: keys in a sentence.
  public func listedKeys(joinedBy conjunction: String = "or") -> String {
    map { "'\($0)'" }.listed(joinedBy: conjunction)
  }

  /// `a`, `a or b`, `a, b or c`: the members of a sentence.
  public func listed(joinedBy conjunction: String = "or") -> String {
    let items = Array(self)
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}

extension String {
  /// Appends what stands between the quotes of a JSON string with that text.
  mutating func append(escaping string: String) {
    if string.utf8.allSatisfy(\.isPlain) {
      self += string
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": self += "\\\""
      case "\\": self += "\\\\"
      case _ where scalar.needsEscape: self += scalar.jsonEscape
      default: unicodeScalars.append(scalar)
      }
    }
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII character that stands for itself in a JSON string.
  fileprivate var isPlain: Bool {
    (0x20..<0x7F).contains(self) && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }
}

extension Unicode.Scalar {
  /// Whether printing the scalar could move a terminal's cursor or hide text.
  var needsEscape: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C, 0xFEFF: true
    default: false
    }
  }

  /// The scalar as an escape in a JSON string.
  var jsonEscape: String {
    switch self {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    default:
      let digits = String(value, radix: 16)
      return "\\u" + String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
  }
}
