import Testing

@testable import InputFiles

@Suite("Text in messages")
struct MessageTextTests {
  @Test(
    "What could move a terminal's cursor is escaped",
    arguments: [
      ("pod a", "pod a"), ("a\nb\tc\r", "a\\nb\\tc\\r"), ("\u{1B}[2J", "\\u001b[2J"),
      ("\u{7F}\u{9B}", "\\u007f\\u009b"), ("a\u{202E}b\u{2028}", "a\\u202eb\\u2028"), ("é😀", "é😀"),
    ])
  func onOneLine(_ text: String, _ escaped: String) {
    #expect(text.onOneLine == escaped)
  }

  @Test("A quoted name is cut after 60 characters")
  func quoted() {
    #expect("a\"b\\\n".quoted == #""a\"b\\\n""#)
    #expect(
      String(repeating: "x", count: 61).quoted == "\"" + String(repeating: "x", count: 60) + "…\"")
    #expect(
      String(repeating: "x", count: 60).quoted == "\"" + String(repeating: "x", count: 60) + "\"")
  }

  @Test("Alternatives are listed as in a sentence")
  func lists() {
    #expect(["a"].listedKeys() == "'a'")
    #expect(["a", "b"].listedKeys() == "'a' or 'b'")
    #expect(["a", "b", "c"].listed(joinedBy: "and") == "a, b and c")
    #expect([String]().listed() == "")
  }

  @Test("A fault is one line, whatever its message and its file hold")
  func faultOnOneLine() {
    let fault = InputFault(
      file: "a\nb.json", position: SourcePosition(line: 41, column: 7), severity: .warning,
      message: "name is \u{7}")
    #expect(fault.description == "a\\nb.json:41:7: warning: name is \\u0007")
  }

  @Test("Faults are sorted by file, then by place, and those of a whole file come first")
  func sorting() {
    func fault(_ file: String, _ line: Int?, _ message: String) -> InputFault {
      InputFault(
        file: file, position: line.map { SourcePosition(line: $0, column: 1) }, message: message)
    }
    let faults = InputFaults(
      reason: .malformed,
      faults: [fault("b", 2, "w"), fault("a", 1, "x"), fault("b", nil, "y"), fault("b", 2, "z")],
      omitted: 3)
    #expect(
      faults.description == """
        b: error: y
        b:2:1: error: w
        b:2:1: error: z
        a:1:1: error: x
        and 3 more
        """)
  }
}
