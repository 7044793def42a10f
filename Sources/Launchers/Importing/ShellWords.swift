import InputFiles

/// The words of a shell script or of a list of arguments, in order, each with its line.
///
/// Quotes, comments, continued lines and the script's own variables (`TP=8`, `$TP`, `${TP:-4}`) are
/// understood; nothing is run. A word that depends on something else, such as a command's output, is
/// marked as unknown.
struct ShellWords: Sendable, Hashable {
  struct Word: Sendable, Hashable {
    var text: String
    var line: Int
    /// Whether part of it could not be told from the script alone.
    var isUnknown = false
    /// The arithmetic or the command in `$(…)` that it depends on, if there is one.
    var computed = ""
    /// Whether it stood in quotes, at least in part.
    var isQuoted = false
  }

  private(set) var words: [Word] = []
  private var variables: [String: Word] = [:]

  init(_ text: String) {
    var reader = Reader(text)
    while let word = reader.next(variables) {
      if let (name, value) = Self.assignment(word) {
        variables[name] = value
      } else {
        words.append(word)
      }
    }
  }

  /// The name and value of `NAME=value`, which may be an option's in a list of arguments: names of
  /// variables begin with a letter.
  private static func assignment(_ word: Word) -> (name: String, value: Word)? {
    guard let sign = word.text.firstIndex(of: "="), word.text.first?.isLetter ?? false else {
      return nil
    }
    let name = word.text[..<sign]
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
      return nil
    }
    var value = word
    value.text = String(word.text[word.text.index(after: sign)...])
    return (String(name), value)
  }
}

extension ShellWords {
  /// Reads words from left to right.
  private struct Reader {
    private let characters: [Character]
    private var next = 0
    private var line = 1

    init(_ text: String) { characters = Array(text) }

    private var current: Character? { next < characters.count ? characters[next] : nil }

    private mutating func take() -> Character? {
      guard let character = current else { return nil }
      next += 1
      if character.isNewline { line += 1 }
      return character
    }

    mutating func next(_ variables: [String: Word]) -> Word? {
      skipBetweenWords()
      guard current != nil else { return nil }
      var word = Word(text: "", line: line)
      while let character = current, !isBetweenWords(character) {
        next += 1
        switch character {
        case "'": quoted(&word)
        case "\"": doublyQuoted(&word, variables)
        case "\\": if let escaped = take(), !escaped.isNewline { word.text.append(escaped) }
        case "$": expand(&word, variables)
        case "`": word.isUnknown = true
        default: word.text.append(character)
        }
      }
      return word
    }

    /// Blanks, ends of commands, brackets of arrays, and comments, which begin where a word could.
    private mutating func skipBetweenWords() {
      while let character = current {
        if character == "#" {
          while let comment = current, !comment.isNewline { _ = comment; next += 1 }
        } else if character == "\\", next + 1 < characters.count, characters[next + 1].isNewline {
          next += 1
          _ = take()
        } else if isBetweenWords(character) {
          _ = take()
        } else {
          return
        }
      }
    }

    private func isBetweenWords(_ character: Character) -> Bool {
      character.isWhitespace || ";&|()<>".contains(character)
    }

    private mutating func quoted(_ word: inout Word) {
      word.isQuoted = true
      while let character = take(), character != "'" { word.text.append(character) }
    }

    private mutating func doublyQuoted(_ word: inout Word, _ variables: [String: Word]) {
      word.isQuoted = true
      while let character = take(), character != "\"" {
        switch character {
        case "\\": if let escaped = take(), !escaped.isNewline { word.text.append(escaped) }
        case "$": expand(&word, variables)
        case "`": word.isUnknown = true
        default: word.text.append(character)
        }
      }
    }

    /// What stands after a dollar: a name, a name in braces with a default, or something unknown.
    private mutating func expand(_ word: inout Word, _ variables: [String: Word]) {
      guard let character = current else { return word.text.append("$") }
      if character == "(" {
        word.computed = brackets()
        word.isUnknown = true
      } else if character == "{" {
        next += 1
        let inside = take(until: "}")
        substitute(inside, into: &word, variables)
      } else {
        let start = next
        while let letter = current, letter.isASCII,
          letter.isLetter || letter.isNumber || letter == "_"
        { next += 1 }
        let name = String(characters[start..<next])
        if name.isEmpty {
          // A special parameter, such as `$@`.
          next += 1
          word.isUnknown = true
        } else {
          substitute(name, into: &word, variables)
        }
      }
    }

    private mutating func take(until end: Character) -> String {
      var text = ""
      while let character = take(), character != end { text.append(character) }
      return text
    }

    /// What stands in `(…)`, brackets inside it included.
    private mutating func brackets() -> String {
      var text = ""
      var depth = 0
      while let character = take() {
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        text.append(character)
        if depth == 0 { break }
      }
      return text
    }

    private func substitute(
      _ inside: String, into word: inout Word, _ variables: [String: Word]
    ) {
      let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      let rest = inside.dropFirst(name.count)
      if let value = variables[String(name)], rest.isEmpty || rest.hasPrefix(":-") {
        word.text += value.text
        word.isUnknown = word.isUnknown || value.isUnknown
      } else if rest.hasPrefix(":-") || rest.hasPrefix(":=") {
        word.text += rest.dropFirst(2)
      } else {
        word.isUnknown = true
      }
    }
  }
}
