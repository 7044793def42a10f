import Testing

@testable import InputFiles

@Suite("Writing JSON")
struct JSONTextTests {
  static let value: JSONValue = [
    "name": "two \"pods\"\n\u{1B}[2J é", "zebra": 1, "apple": -0.5, "whole": 1.0, "none": nil,
    "flags": [true, false], "empty": [], "nothing": [:],
    "stages": [
      ["stage": 0, "layers": 20],
      ["stage": 1, "parts": ["weights": 1e300]],
    ],
  ]

  @Test("Compact text has no space, and members keep their order")
  func compact() {
    #expect(
      JSONText.compact(Self.value)
        == #"{"name":"two \"pods\"\n\u001b[2J é","zebra":1,"apple":-0.5,"whole":1.0,"none":null,"#
        + #""flags":[true,false],"empty":[],"nothing":{},"#
        + #""stages":[{"stage":0,"layers":20},{"stage":1,"parts":{"weights":1e+300}}]}"#)
  }

  @Test("Pretty text is indented by two spaces, with short rows of scalars on one line")
  func pretty() {
    #expect(
      JSONText.pretty(Self.value) == #"""
        {
          "name": "two \"pods\"\n\u001b[2J é",
          "zebra": 1,
          "apple": -0.5,
          "whole": 1.0,
          "none": null,
          "flags": [true, false],
          "empty": [],
          "nothing": {},
          "stages": [
            { "stage": 0, "layers": 20 },
            {
              "stage": 1,
              "parts": { "weights": 1e+300 }
            }
          ]
        }

        """#)
  }

  @Test("A row of scalars that is longer than 100 columns is broken")
  func longRows() {
    let fits = JSONValue.array((0..<33).map { _ in .integer(1) })
    #expect(JSONText.pretty(fits).split(separator: "\n").map(\.count) == [99])
    let tooLong = JSONValue.array((0..<34).map { _ in .integer(1) })
    #expect(JSONText.pretty(tooLong).split(separator: "\n").count == 36)
  }

  @Test(
    "Doubles are the shortest that read back as themselves",
    arguments: [
      (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e16, "1e+16"), (123456.789, "123456.789"),
      (1.0 / 3, "0.3333333333333333"), (5e-5, "5e-05"),
    ] as [(Double, String)])
  func doubles(_ number: Double, _ text: String) {
    #expect(JSONText.compact(.number(number)) == text)
  }

  @Test("A number that is not finite is null where the caller allows it")
  func notFinite() {
    #expect(JSONValue.number(orNull: .infinity) == nil)
    #expect(JSONValue.number(orNull: .nan) == nil)
    #expect(JSONValue.number(orNull: 2) == 2.0)
  }

  @Test("What is written reads back as the same value")
  func roundTrip() throws {
    #expect(
      try JSONDocument.parse(JSONText.compact(Self.value), file: "x").root.value == Self.value)
    #expect(try JSONDocument.parse(JSONText.pretty(Self.value), file: "x").root.value == Self.value)
  }
}
