import InputFiles
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
  private func values(_ text: String) throws -> [JSONValue] {
    try JSONLines.parse(Array(text.utf8), file: "a.jsonl").map(\.root.value)
  }

  @Test("A document a line, blank lines passed over, with either line end")
  func lines() throws {
    #expect(try values("1\n\n[2]\r\n  \n{}\n") == [1, [2], [:]])
  }

  @Test("A document over several lines is one document")
  func whole() throws {
    #expect(try values("{\n  \"a\":\n  1\n}\n") == [["a": 1]])
  }

  @Test("Positions count the lines of the file")
  func positions() throws {
    let documents = try JSONLines.parse(Array("1\n {\"a\": 2}\n".utf8), file: "a.jsonl")
    #expect(documents[1].root["a"]?.position == SourcePosition(line: 2, column: 8))
  }

  @Test("The faults of all lines are told at once")
  func faults() throws {
    let faults = try #require(throws: InputFaults.self) { try values("1\nx\n{\"a\":}\n") }
    #expect(faults.faults.map(\.position?.line) == [2, 3])
  }
}
