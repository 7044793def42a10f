import Testing

@testable import Launchers

@Suite("Words of a shell")
struct ShellTextTests {
  @Test(
    "a word stands bare where nothing in it is special, and in quotes otherwise",
    arguments: [
      ("a01.rack-3", "a01.rack-3"), ("", "''"), ("two words", "'two words'"),
      ("it's", #"'it'\''s'"#), ("$(touch x)", "'$(touch x)'"), ("`x`", "'`x`'"),
      ("line\nline", "'line\nline'"), ("Et*19|t*21L", "'Et*19|t*21L'"), ("ü", "'ü'"),
      ("--flag=1,2", "--flag=1,2"), ("~", "'~'"), ("#", "'#'"), ("a\\b", #"'a\b'"#),
    ])
  func word(text: String, word: String) {
    #expect(text.shellWord == word)
  }

  @Test("words fill lines of at most 96 columns")
  func lines() {
    let lines = (100..<160).map { "node-\($0)" }.shellLines(indentation: "  ").split(
      separator: "\n")
    #expect(lines.count == 6)
    #expect(lines.allSatisfy { $0.count <= 96 && $0.hasPrefix("  node-") })
  }
}
