/// Text that a POSIX shell reads as it was meant, whatever it holds.
extension String {
  /// The text as one word of a shell: bare where nothing in it is special, in single quotes
  /// otherwise.
  var shellWord: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
          || "_@%+=:,./-".unicodeScalars.contains($0)
      }
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}

extension Sequence where Element == String {
  /// Words in lines of at most 96 columns, each line with an indentation.
  func shellLines(indentation: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in self.map(\.shellWord) {
      if !line.isEmpty, indentation.count + line.count + 1 + word.count > 96 {
        lines.append(indentation + line)
        line = word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    if !line.isEmpty { lines.append(indentation + line) }
    return lines.joined(separator: "\n")
  }
}

/// A bash script under construction.
struct ShellScript {
  private(set) var text: String

  /// A script that stops at the first failure and begins with what it is for.
  init(_ launch: Launch) {
    let comments = launch.heading.map { "# \($0)\n" }.joined()
    text = "#!/usr/bin/env bash\n\(comments)set -euo pipefail\n"
  }

  /// A script whose further lines of directives stand before its first command.
  init(_ launch: Launch, directives: [String]) {
    let comments = launch.heading.map { "# \($0)\n" }.joined()
    text =
      "#!/usr/bin/env bash\n\(comments)" + directives.joined(separator: "\n")
      + "\nset -euo pipefail\n"
  }

  /// Lines as they stand.
  mutating func append(_ lines: String) { text += lines + "\n" }

  /// An array variable of words.
  mutating func array(_ name: String, _ words: [String]) {
    text += "\(name)=(\n\(words.shellLines(indentation: "  "))\n)\n"
  }

  /// A variable that holds a whole text, which the shell does not look into.
  ///
  /// The text stands between two lines that it does not hold itself.
  mutating func document(_ name: String, _ document: String) {
    let lines = Set(document.split(separator: "\n", omittingEmptySubsequences: false))
    var mark = "PLAN_\(name.uppercased())"
    while lines.contains(Substring(mark)) { mark += "_" }
    let end = document.hasSuffix("\n") ? "" : "\n"
    text += "IFS= read -r -d '' \(name) <<'\(mark)' || true\n\(document)\(end)\(mark)\n"
  }
}
