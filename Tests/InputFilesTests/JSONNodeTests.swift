import SeededRandom
import Testing

@testable import InputFiles

@Suite("Values in a JSON document")
struct JSONNodeTests {
  static let text = """
    {
      "name": "two pods",
      "nodeGroups": [
        { "name": "a", "nics": { "perNode": 8 } },
        { "näme": "é", "odd key": [1, [2, 3]], "": null }
      ]
    }
    """

  @Test("A node knows its line, its column in Unicode scalars and its path")
  func places() throws {
    let root = try JSONDocument.parse(Self.text, file: "c.json").root
    let groups = try #require(root["nodeGroups"]?.elements.map(Array.init))
    let perNode = try #require(groups[0]["nics"]?["perNode"])
    #expect(perNode.path == "nodeGroups[0].nics.perNode")
    #expect(perNode.position == SourcePosition(line: 4, column: 41))

    let members = try #require(groups[1].members.map(Array.init))
    #expect(members.map(\.key) == ["näme", "odd key", ""])
    #expect(members.map(\.keyPosition.description) == ["5:7", "5:20", "5:44"])
    #expect(
      members.map(\.value.path) == [
        "nodeGroups[1].näme", "nodeGroups[1][\"odd key\"]", "nodeGroups[1][\"\"]",
      ])
    let three = try #require(members[1].value.elements?.dropFirst().first { _ in true }?.elements)
    #expect(Array(three).map(\.path).last == "nodeGroups[1][\"odd key\"][1][1]")
    #expect(root.path == "" && root.subject == "the document")
  }

  @Test(
    "A number is whole when its value is, however it is written",
    arguments: [
      ("0", 0, 0), ("-0", -0.0, 0), ("8", 8, 8), ("8.0", 8, 8), ("8e3", 8000, 8000),
      ("3.5", 3.5, nil),
      ("-17", -17, -17), ("1000000000000000000", 1e18, 1_000_000_000_000_000_000),
      ("9223372036854775807", 0x1p63, Int.max), ("9223372036854775808", 0x1p63, nil),
      ("9007199254740993", 9_007_199_254_740_992, 9_007_199_254_740_993),
      ("1e19", 1e19, nil), ("0.1", 0.1, nil), ("5e-324", .leastNonzeroMagnitude, nil),
      ("0.000000000000000000000000", 0, 0),
      ("123456789012345678901234567890", 1.2345678901234568e29, nil),
      ("1.7976931348623157e308", .greatestFiniteMagnitude, nil), ("2.5E+2", 250, 250),
    ] as [(String, Double, Int?)])
  func numbers(_ text: String, _ double: Double, _ integer: Int?) throws {
    let root = try JSONDocument.parse(text, file: "x").root
    #expect(root.number == double)
    #expect(root.number?.sign == double.sign || double == 0 && text != "-0")
    #expect(root.integer == integer)
  }

  @Test("Any double that is printed reads back as itself")
  func doublesRoundTrip() throws {
    var generator = SplitMix(seed: 7)
    let doubles = (0..<10_000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
    let text = JSONText.compact(.array(doubles.map(JSONValue.number)))
    #expect(try JSONDocument.parse(text, file: "x").read(.numbers()) == doubles)
  }

  @Test("Numbers of up to 19 digits are rounded as the standard library rounds them")
  func rounding() throws {
    var generator = SplitMix(seed: 8)
    var texts = ["9007199254740993.0", "4503599627370496.5", "4503599627370497.5"]
    for _ in 0..<20_000 {
      let digits = String(generator.next() >> generator.next() % 12).prefix(19)
      let point = Int.random(in: 1...digits.count, using: &generator)
      let fraction = point == digits.count ? "0" : digits.dropFirst(point)
      let exponent = Int.random(in: -25...25, using: &generator)
      texts.append("\(digits.prefix(point)).\(fraction)")
      texts.append("\(digits.prefix(point)).\(fraction)e\(exponent)")
    }
    let read = try JSONDocument.parse("[\(texts.joined(separator: ","))]", file: "x")
    #expect(try read.read(.numbers()) == texts.compactMap(Double.init))
  }

  @Test("Escapes stand for their characters, in strings and in keys")
  func escapes() throws {
    let text = #"{"\u006eame": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000é😀"}"#
    let root = try JSONDocument.parse(text, file: "x").root
    #expect(root["name"]?.string == "\"\\/\u{8}\u{C}\n\r\té😀\u{0}é😀")
  }

  @Test("Every kind of value is read")
  func kinds() throws {
    let root = try JSONDocument.parse("[null, true, false, 1, 2.5, \"s\", [], {}]", file: "x").root
    let nodes = try Array(#require(root.elements))
    #expect(nodes.map(\.kind) == [.null, .bool, .bool, .number, .number, .string, .array, .object])
    #expect(nodes[0].isNull && nodes[1].bool == true && nodes[2].bool == false)
    #expect(nodes[5].string == "s" && nodes[5].number == nil && nodes[3].string == nil)
    #expect(nodes[6].elements?.isEmpty == true && nodes[7].members?.isEmpty == true)
    #expect(
      root.value == [nil, true, false, 1, 2.5, "s", [], .object([])])
  }
}
