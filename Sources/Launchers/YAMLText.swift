import InputFiles

/// Writes YAML that readers of version 1.1 and 1.2 understand alike.
///
/// Objects and arrays stand in block style. A string stands bare where it is a plain word, as a
/// literal block where it has several lines of printable text, and otherwise in double quotes, with
/// the escapes that both versions know.
enum YAMLText {
  /// Documents one after another, below comments of one line each.
  static func documents(_ values: [JSONValue], comments: [String]) -> String {
    let head = comments.map { "# \($0.onOneLine)\n" }.joined()
    return head + values.map { block($0, indentation: 0) }.joined(separator: "---\n")
  }

  /// A string as one scalar on one line.
  static func scalar(_ string: String) -> String {
    string.isPlainInYAML ? string : quoted(string)
  }

  // MARK: Blocks

  /// Lines of a container, or of a scalar at the top of a document.
  private static func block(_ value: JSONValue, indentation: Int) -> String {
    let margin = String(repeating: " ", count: indentation)
    switch value {
    case .object(let members) where !members.isEmpty:
      return members.map { member in
        margin + scalar(member.key) + ":" + entry(member.value, indentation: indentation)
      }.joined()
    case .array(let elements) where !elements.isEmpty:
      return elements.map { element in
        // The first line of a container follows its dash.
        isContainer(element)
          ? margin + "- " + block(element, indentation: indentation + 2).dropFirst(indentation + 2)
          : margin + "-" + entry(element, indentation: indentation)
      }.joined()
    default: return entry(value, indentation: indentation).dropFirst() + ""
    }
  }

  /// What follows a key or a dash, with the end of its line.
  private static func entry(_ value: JSONValue, indentation: Int) -> String {
    switch value {
    case .object, .array:
      guard isContainer(value) else { return value == .array([]) ? " []\n" : " {}\n" }
      return "\n" + block(value, indentation: indentation + 2)
    case .string(let string):
      return string.isLiteralInYAML
        ? " " + literal(string, indentation: indentation + 2) : " " + scalar(string) + "\n"
    case .number(let number): return " " + float(number) + "\n"
    case .null, .bool, .integer: return " " + JSONText.compact(value) + "\n"
    }
  }

  private static func isContainer(_ value: JSONValue) -> Bool {
    switch value {
    case .object(let members): !members.isEmpty
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }

  // MARK: Scalars

  /// Several lines as they stand, after a header that says how they are indented and how they end.
  private static func literal(_ string: String, indentation: Int) -> String {
    let margin = String(repeating: " ", count: indentation)
    let isIndented = string.first.map { " \n\t".contains($0) } ?? false
    let body = string.hasSuffix("\n") ? string.dropLast() : string[...]
    let chomping = !string.hasSuffix("\n") ? "-" : body.hasSuffix("\n") ? "+" : ""
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    return "|" + (isIndented ? "2" : "") + chomping + "\n"
      + lines.map { $0.isEmpty ? "\n" : margin + $0 + "\n" }.joined()
  }

  /// Version 1.1 takes an exponent for a number only after a fraction.
  private static func float(_ number: Double) -> String {
    let text = JSONText.compact(.number(number))
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case _ where scalar.isPrintableInYAML: text.unicodeScalars.append(scalar)
      default: text += scalar.escape
      }
    }
    return text + "\""
  }
}

extension String {
  /// Words that some version reads as something else than a string.
  private static let reserved: Set = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
  ]

  /// Whether the text is a word that no version reads as anything but itself.
  fileprivate var isPlainInYAML: Bool {
    guard let first = unicodeScalars.first, first.isLetter, !Self.reserved.contains(lowercased())
    else { return false }
    return unicodeScalars.allSatisfy {
      $0.isLetter || ("0"..."9").contains($0) || "-._/".unicodeScalars.contains($0)
    }
  }

  /// Whether the text has several lines that a literal block can hold.
  fileprivate var isLiteralInYAML: Bool {
    unicodeScalars.contains("\n") && unicodeScalars.contains { $0 != "\n" && $0 != " " }
      && unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.isPrintableInYAML }
  }
}

extension Unicode.Scalar {
  fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }

  /// Whether the scalar may stand in a YAML file and breaks no line there in any version.
  fileprivate var isPrintableInYAML: Bool {
    switch value {
    case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: !isInvisible
    default: false
    }
  }

  /// Separators of lines, marks of direction and the mark of byte order.
  private var isInvisible: Bool {
    switch value {
    case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0x061C, 0xFEFF: true
    default: false
    }
  }

  /// The scalar by its number, as both versions write it in double quotes.
  fileprivate var escape: String {
    let digits = String(value, radix: 16)
    let width = value > 0xFFFF ? 8 : 4
    return (width == 8 ? "\\U" : "\\u")
      + String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
