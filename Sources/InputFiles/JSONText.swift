/// Writes JSON: the same value always gives the same bytes.
///
/// Numbers are the shortest that read back as the same double; integers have no fraction, and
/// other whole numbers keep theirs (`1.0`). Characters that could disturb a terminal are escaped.
public enum JSONText {
  /// The value on one line, without spaces.
  public static func compact(_ value: JSONValue) -> String {
    var text = ""
    append(value, to: &text, comma: ",", colon: ":", padding: "")
    return text
  }

  /// The value on several lines, indented by two spaces, with a newline at the end.
  ///
  /// An array or object that holds only scalars stands on one line where it fits 100 columns.
  public static func pretty(_ value: JSONValue) -> String {
    var text = ""
    appendPretty(value, to: &text, indentation: 0, columnsTaken: 0)
    return text + "\n"
  }

  // MARK: One line

  private static func append(
    _ value: JSONValue, to text: inout String, comma: String, colon: String, padding: String
  ) {
    switch value {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .integer(let integer): text += String(integer)
    case .number(let number):
      precondition(number.isFinite, "JSON has no number \(number)")
      text += number.description
    case .string(let string): append(string, to: &text)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += comma }
        append(element, to: &text, comma: comma, colon: colon, padding: padding)
      }
      text += "]"
    case .object(let members):
      text += members.isEmpty ? "{" : "{" + padding
      for (index, member) in members.enumerated() {
        if index > 0 { text += comma }
        append(member.key, to: &text)
        text += colon
        append(member.value, to: &text, comma: comma, colon: colon, padding: padding)
      }
      text += members.isEmpty ? "}" : padding + "}"
    }
  }

  private static func append(_ string: String, to text: inout String) {
    text += "\""
    text.append(escaping: string)
    text += "\""
  }

  // MARK: Several lines

  private static func appendPretty(
    _ value: JSONValue, to text: inout String, indentation: Int, columnsTaken: Int
  ) {
    if let line = oneLine(value), columnsTaken + line.count <= 100 || value.isScalar {
      text += line
      return
    }
    let inner = indentation + 2
    let margin = "\n" + String(repeating: " ", count: inner)
    let end = "\n" + String(repeating: " ", count: indentation)
    switch value {
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        text += (index > 0 ? "," : "") + margin
        // One column is left for the comma that follows.
        appendPretty(element, to: &text, indentation: inner, columnsTaken: inner + 1)
      }
      text += end + "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        var key = ""
        append(member.key, to: &key)
        text += (index > 0 ? "," : "") + margin + key + ": "
        appendPretty(
          member.value, to: &text, indentation: inner, columnsTaken: inner + key.count + 3)
      }
      text += end + "}"
    default: break
    }
  }

  /// A scalar, or a container of nothing but scalars, on one line.
  private static func oneLine(_ value: JSONValue) -> String? {
    switch value {
    case .array(let elements) where !elements.allSatisfy(\.isScalar): return nil
    case .object(let members) where !members.allSatisfy(\.value.isScalar): return nil
    default: break
    }
    var line = ""
    append(value, to: &line, comma: ", ", colon: ": ", padding: " ")
    return line
  }
}

extension JSONValue {
  fileprivate var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }
}
