import Testing

@testable import InputFiles

@Suite("Text that is not JSON")
struct JSONSyntaxTests {
  /// A text, and all that is said about it.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let faults: [String]

    init(_ text: String, _ faults: String...) {
      self.text = text
      self.faults = faults
    }

    var testDescription: String { text.quoted }
  }

  static let cases = [
    // The document.
    Case("", "1:1: error: the document is empty, but must be a JSON value"),
    Case(" \n ", "2:2: error: the document is empty, but must be a JSON value"),
    Case("{} 5", "1:4: error: found '5' behind the end of the document"),
    Case("{}\n}", "2:1: error: found '}' behind the end of the document"),
    Case(
      "\u{FEFF}{}", "1:1: error: remove the byte order mark: save the file as UTF-8 without one"),
    // Structure.
    Case(
      "{\n  \"a\": [1,\n 2",
      "3:3: error: the document ends, but the array that starts at 2:8 needs its ']'"),
    Case(
      "{\"a\": 1",
      "1:8: error: the document ends, but the object that starts at 1:1 needs its '}'"),
    Case("{\"a\":", "1:6: error: the document ends where a value must stand"),
    Case("{\"a\"", "1:5: error: expected ':' behind the key, but found the end"),
    Case("{\"a\" 1}", "1:6: error: expected ':' behind the key, but found '1'"),
    Case("{a: 1}", "1:2: error: expected a key, but found 'a'; put the key in double quotes"),
    Case("{'a': 1}", "1:2: error: expected a key, but found '''; put the key in double quotes"),
    Case("{,}", "1:2: error: expected a key, but found ','"),
    Case("[,]", "1:2: error: expected a value, but found ','"),
    Case("[1;2]", "1:3: error: expected ',' or ']', but found ';'"),
    Case("{\"a\": 1]", "1:8: error: expected ',' or '}', but found ']'"),
    Case("[1 2]", "1:4: error: expected ',' between elements, but found '2'"),
    Case(
      "{\"a\": 1\n \"b\": 2}", "2:2: error: expected ',' between members, but found '\"'"),
    Case("[1,]", "1:3: error: remove this comma: none may stand before ']'"),
    Case("{\"a\": 1 , }", "1:9: error: remove this comma: none may stand before '}'"),
    Case("[1] // one", "1:5: error: remove the comment: JSON has none"),
    Case("[/* a\nb */ 1]", "1:2: error: remove the comment: JSON has none"),
    Case("# x\n1", "1:1: error: remove the comment: JSON has none"),
    Case("[1, /]", "1:5: error: found '/', which stands for nothing in JSON"),
    Case(
      String(repeating: "[", count: 129),
      "1:129: error: arrays and objects are nested more than 128 deep"),
    // Keys.
    Case(
      "{\"a\": 1, \"b\": 2, \"a\": 3}",
      "1:18: error: the document has the key 'a' more than once, first at 1:2"),
    Case(
      "{\"x\": [{}, {\"\\u0061\": 1,\n \"a\": 2}]}",
      "2:2: error: x[1] has the key 'a' more than once, first at 1:13"),
    Case(
      "{" + (0..<20).map { "\"k\($0)\": 0" }.joined(separator: ",") + ",\"k3\": 1}",
      "1:172: error: the document has the key 'k3' more than once, first at 1:26"),
    // Words.
    Case(
      "[NaN]",
      "1:2: error: \"NaN\" is not a number; leave the key out, or write null, where none is known"),
    Case(
      "[-Infinity]",
      "1:2: error: \"-Infinity\" is not a number; leave the key out, or write null, where none is known"
    ),
    Case(
      "[Infinity]",
      "1:2: error: \"Infinity\" is not a number; leave the key out, or write null, where none is known"
    ),
    Case("[True]", "1:2: error: write true for \"True\""),
    Case("[None]", "1:2: error: write null for \"None\""),
    Case("[bf16]", "1:2: error: put \"bf16\" in double quotes, if it is meant as a string"),
    Case("['bf16']", "1:2: error: put the string in double quotes"),
    // Numbers.
    Case("[016]", "1:2: error: remove the leading zeros of \"016\""),
    Case("[-00.5]", "1:2: error: remove the leading zeros of \"-00.5\""),
    Case("[1.]", "1:2: error: \"1.\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case("[.5]", "1:2: error: \".5\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case("[+5]", "1:2: error: \"+5\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case("[-]", "1:2: error: \"-\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case("[1e]", "1:2: error: \"1e\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case(
      "[0x1F]", "1:2: error: \"0x1F\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case(
      "[1_000]", "1:2: error: \"1_000\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case(
      "[80GB]", "1:2: error: \"80GB\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9"),
    Case("[1e400]", "1:2: error: 1e400 is too large: numbers go up to 1.797e308"),
    Case("[-1e400]", "1:2: error: -1e400 is too large: numbers go up to 1.797e308"),
    Case("[1e-400]", "1:2: error: 1e-400 is too small: numbers go down to 4.941e-324"),
    // Strings.
    Case("[\"a", "1:2: error: the string has no closing quote"),
    Case(
      "[\"a\nb\"]",
      "1:2: error: the string has no closing quote on its line; write a newline as \\n"),
    Case("[\"a\tb\"]", "1:4: error: write \\t for the control character in this string"),
    Case("[\"é\u{1B}[2J\"]", "1:4: error: write \\u001b for the control character in this string"),
    Case("[\"\\q\"]", "1:3: error: a backslash does not go with 'q'; write \\\\ for a backslash"),
    Case("[\"\\u12G4\"]", "1:3: error: \\u needs four hexadecimal digits"),
    Case(
      "[\"\\ud800\"]", "1:3: error: \\ud800 is half of a surrogate pair; write both halves"),
    Case(
      "[\"\\ud800\\u0041\"]", "1:3: error: \\ud800 is half of a surrogate pair; write both halves"),
    Case(
      "[\"\\udc00\"]", "1:3: error: \\udc00 is half of a surrogate pair; write both halves"),
    // Characters that are hard to see.
    Case("[1,\u{A0}2]", "1:4: error: expected a value, but found the character \\u00a0"),
    Case("[“a”]", "1:2: error: expected a value, but found '“'"),
    Case("[\u{0}]", "1:2: error: expected a value, but found the character \\u0000"),
    // Several at once.
    Case(
      "{\"p\": nope, \"q\": {\"b\": 0x1, \"b\": 2}}",
      "1:7: error: put \"nope\" in double quotes, if it is meant as a string",
      "1:24: error: \"0x1\" is not a number; JSON writes numbers as 12, -0.5 or 1.5e9",
      "1:29: error: q has the key 'b' more than once, first at 1:19"),
    Case(
      "{ \"nodes\": 016, // sixteen\n  \"rate\": NaN,\n  \"kind\": None,\n}",
      "1:12: error: remove the leading zeros of \"016\"",
      "1:17: error: remove the comment: JSON has none",
      "2:11: error: \"NaN\" is not a number; leave the key out, or write null, where none is known",
      "3:11: error: write null for \"None\"",
      "3:15: error: remove this comma: none may stand before '}'"),
  ]

  @Test("Each fault of the syntax has its place and its remedy", arguments: cases)
  func faults(_ bad: Case) throws {
    let faults = try #require(throws: InputFaults.self) {
      try JSONDocument.parse(bad.text, file: "x.json")
    }
    #expect(faults.faults.map(\.description) == bad.faults.map { "x.json:" + $0 })
    #expect(faults.exitStatus == 65)
  }

  @Test(
    "Bytes that are not UTF-8 are refused at their place",
    arguments: [
      ([0x22, 0x61, 0xE9, 0x22], "1:3: error: found the byte 0xE9, which is not UTF-8"),
      ([0x22, 0xC0, 0x80, 0x22], "1:2: error: found the byte 0xC0, which is not UTF-8"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "1:2: error: found the byte 0xED, which is not UTF-8"),
      ([0x22, 0xF4, 0x90, 0x80, 0x80], "1:2: error: found the byte 0xF4, which is not UTF-8"),
      ([0x22, 0xE2, 0x82], "1:2: error: found the byte 0xE2, which is not UTF-8"),
    ] as [([UInt8], String)])
  func invalidUTF8(_ bytes: [UInt8], _ message: String) throws {
    let faults = try #require(throws: InputFaults.self) {
      try JSONDocument.parse(bytes, file: "x.json")
    }
    #expect(faults.description == "x.json:\(message); save the file as UTF-8")
  }

  @Test("A file in UTF-16 is told apart from garbage")
  func utf16() throws {
    let faults = try #require(throws: InputFaults.self) {
      try JSONDocument.parse([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], file: "x.json")
    }
    #expect(
      faults.description == "x.json:1:1: error: the text is UTF-16; save the file as UTF-8")
  }

  @Test("After 50 faults the parser gives up")
  func manyFaults() throws {
    let text = "[" + Array(repeating: "NaN", count: 1000).joined(separator: ",") + "]"
    let faults = try #require(throws: InputFaults.self) {
      try JSONDocument.parse(text, file: "x.json")
    }
    #expect(faults.faults.count == 50)
  }

  @Test("A nesting of exactly 128 is read")
  func deepestNesting() throws {
    let text = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try JSONDocument.parse(text, file: "x.json").root.elements?.count == 1)
  }
}
