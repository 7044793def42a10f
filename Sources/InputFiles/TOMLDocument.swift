/// The values of a TOML file, by table and key, each with its line.
///
/// What configurations of trainers hold is read: tables, dotted keys, strings on one line, numbers,
/// booleans, arrays and comments. Dates, inline tables, arrays of tables and strings of several lines
/// are refused by name.
/// - Source: TOML 1.0.0.
public struct TOMLDocument: Sendable {
  /// A value and the line that it stands on.
  public struct Entry: Sendable, Hashable {
    public let value: JSONValue
    public let line: Int
  }

  /// The file as the user named it.
  public let file: String
  /// By dotted path: `parallelism.tensor_parallel_degree`.
  public let entries: [String: Entry]

  /// Whether a text begins as TOML: with a table or a key and its value.
  public static func isRecognised(_ text: String) -> Bool {
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
    guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else {
      return false
    }
    return first.wholeMatch(of: /\[[A-Za-z0-9_.\-]+\]\s*(#.*)?/) != nil
  }

  /// - Throws: the first fault, with its line.
  public static func parse(_ text: String, file: String) throws(InputFaults) -> TOMLDocument {
    var parser = Parser(text)
    do {
      return TOMLDocument(file: file, entries: try parser.document())
    } catch {
      throw InputFaults(
        reason: .malformed,
        faults: [
          InputFault(
            file: file, position: SourcePosition(line: error.line, column: 1),
            message: error.message)
        ])
    }
  }
}

extension TOMLDocument {
  private struct Malformed: Error {
    var line: Int
    var message: String
  }

  /// Reads from left to right.
  private struct Parser {
    private let characters: [Character]
    private var next = 0
    private var line = 1

    init(_ text: String) { characters = Array(text) }

    private var current: Character? { next < characters.count ? characters[next] : nil }

    private mutating func advance() {
      if let current, current.isNewline { line += 1 }
      next += 1
    }

    private func malformed(_ message: String) -> Malformed {
      Malformed(line: line, message: message)
    }

    mutating func document() throws(Malformed) -> [String: Entry] {
      var entries: [String: Entry] = [:]
      var table = ""
      skip(lines: true)
      while let character = current {
        if character == "[" {
          advance()
          if current == "[" { throw malformed("has an array of tables, which is not read") }
          table = try key() + "."
          guard current == "]" else { throw malformed("has a table without its ']'") }
          advance()
        } else {
          let name = table + (try key())
          guard current == "=" else { throw malformed("has the key '\(name)' without a value") }
          advance()
          skip(lines: false)
          let start = line
          guard entries[name] == nil else { throw malformed("has the key '\(name)' twice") }
          entries[name] = Entry(value: try value(), line: start)
        }
        skip(lines: false)
        guard current.map(\.isNewline) ?? true else {
          throw malformed("has more on the line than a key and its value")
        }
        skip(lines: true)
      }
      return entries
    }

    /// Blanks and comments; ends of lines too where they mean nothing.
    private mutating func skip(lines: Bool) {
      while let character = current {
        if character == "#" {
          while let comment = current, !comment.isNewline { advance() }
        } else if character == " " || character == "\t" || (lines && character.isNewline) {
          advance()
        } else {
          return
        }
      }
    }

    private mutating func key() throws(Malformed) -> String {
      var parts: [String] = []
      repeat {
        if !parts.isEmpty { advance() }
        skip(lines: false)
        if let quote = current, quote == "\"" || quote == "'" {
          parts.append(try string())
        } else {
          var part = ""
          while let letter = current,
            letter.isASCII, letter.isLetter || letter.isNumber || letter == "_" || letter == "-"
          {
            part.append(letter)
            advance()
          }
          guard !part.isEmpty else { throw malformed("has something else where a key must be") }
          parts.append(part)
        }
        skip(lines: false)
      } while current == "."
      return parts.joined(separator: ".")
    }

    private mutating func value(depth: Int = 0) throws(Malformed) -> JSONValue {
      switch current {
      case "\"", "'": return .string(try string())
      case "[" where depth < 16: return try array(depth: depth)
      case "{": throw malformed("has an inline table, which is not read")
      default: return try bare()
      }
    }

    private mutating func array(depth: Int) throws(Malformed) -> JSONValue {
      var elements: [JSONValue] = []
      advance()
      skip(lines: true)
      while current != "]" {
        elements.append(try value(depth: depth + 1))
        skip(lines: true)
        if current == "," {
          advance()
          skip(lines: true)
        } else if current != "]" {
          throw malformed("has an array without its ']'")
        }
      }
      advance()
      return .array(elements)
    }

    private mutating func string() throws(Malformed) -> String {
      guard let quote = current else { throw malformed("ends inside a string") }
      advance()
      var text = ""
      while let character = current, character != quote {
        if character.isNewline { throw malformed("has a string that does not end on its line") }
        advance()
        guard character == "\\", quote == "\"" else {
          text.append(character)
          continue
        }
        switch current {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "\"": text.append("\"")
        case "\\": text.append("\\")
        default: throw malformed("has an escape in a string that is not read")
        }
        advance()
      }
      guard current == quote else { throw malformed("ends inside a string") }
      advance()
      if text.isEmpty, current == quote {
        throw malformed("has a string of several lines, which is not read")
      }
      return text
    }

    private mutating func bare() throws(Malformed) -> JSONValue {
      var word = ""
      while let character = current, !character.isWhitespace, !",]#".contains(character) {
        word.append(character)
        advance()
      }
      let digits = word.replacing("_", with: "")
      switch word {
      case "true": return true
      case "false": return false
      default:
        if let integer = Int(digits) { return .integer(integer) }
        if let number = Double(digits), number.isFinite { return .number(number) }
        throw malformed("has the value \(word.quoted), which is no string, number or boolean")
      }
    }
  }
}
