import Testing

@testable import InputFiles

@Suite("Matrices in CSV files")
struct CSVMatrixTests {
  static func faults(
    _ text: String, shape: CSVMatrix.Shape = .square, cells: CSVMatrix.Cells = .init(.atLeast(0))
  ) throws -> [String] {
    let faults = try #require(throws: InputFaults.self) {
      _ = try CSVMatrix.parse(text, file: "m.csv", shape: shape, cells: cells)
    }
    #expect(faults.exitStatus == 65)
    return faults.faults.map { String($0.description.dropFirst("m.csv:".count)) }
  }

  @Test(
    "A header names the columns; a first column of names is recognised",
    arguments: [
      "a,b\n1,2.5\n3e1,4\n", "a,b\r\n1,2.5\r\n3e1,4", ",a,b\na,1,2.5\nb,3e1,4\n",
      "from,a,b\na,1,2.5\nb,3e1,4\n", "a,b\na,1,2.5\nb,3e1,4\n",
      "# Monday\n\n a , \"b\" \n# first\n 1 ,\t\"2.5\"\n\n3e1,4\n  \n", "\u{FEFF}a,b\n1,2.5\n30.,4",
    ])
  func formats(_ text: String) throws {
    let csv = try CSVMatrix.parse(text, file: "m.csv")
    #expect(csv.columnNames == ["a", "b"])
    #expect(csv.rowNames == nil || csv.rowNames == ["a", "b"])
    #expect(csv.matrix == NumberMatrix(rows: 2, columns: 2, values: [1, 2.5, 30, 4]))
  }

  @Test("Names may hold commas, quotes and line breaks inside quotes")
  func quotedNames() throws {
    let csv = try CSVMatrix.parse("\"a,\"\"b\"\"\",\"c\nd\"\n1,2\n3,4\n", file: "m.csv")
    #expect(csv.columnNames == ["a,\"b\"", "c\nd"])
    #expect(
      try Self.faults("\"a\nb\",c\n1,-2\n3,4\n") == [
        "3:3: error: row 1, column \"c\" is -2, but must be at least 0"
      ])
  }

  @Test("Nodes that are numbered are names where a word heads their column")
  func numberedNodes() throws {
    let named = try CSVMatrix.parse("node,0,1\n0,5,6\n1,7,8\n", file: "m.csv")
    #expect(named.columnNames == ["0", "1"] && named.rowNames == ["0", "1"])
    let bare = try CSVMatrix.parse("0,1\n1,5\n6,7\n", file: "m.csv")
    #expect(bare.columnNames == ["0", "1"] && bare.rowNames == nil)
  }

  @Test("A rectangle has rows of any number and name")
  func rectangle() throws {
    let csv = try CSVMatrix.parse(
      "size,a,b\nx,1,2\ny,3,4\nx,5,-6\n", file: "m.csv", shape: .rectangle, cells: .init())
    #expect(csv.columnNames == ["a", "b"] && csv.rowNames == ["x", "y", "x"])
    #expect(csv.matrix.values == [1, 2, 3, 4, 5, -6])
  }

  @Test("The diagonal may hold anything where it does not count")
  func diagonal() throws {
    let cells = CSVMatrix.Cells(.above(0), ignoresDiagonal: true)
    let csv = try CSVMatrix.parse(
      ",a,b,c\na,,1,2\nb,3,-,4\nc,5,6,99\n", file: "m.csv", cells: cells)
    #expect(csv.matrix.values == [0, 1, 2, 3, 0, 4, 5, 6, 0])
    #expect(
      try Self.faults("a,b\n-,0\n1,nan\n", cells: cells) == [
        "2:3: error: row 1, column \"b\" is 0, but must be above 0"
      ])
  }

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
    Case("", "1:1: error: the file needs a header that names the columns"),
    Case("# nothing\n\n", "1:1: error: the file needs a header that names the columns"),
    Case("a,b\n", "2:1: error: the header needs rows of numbers below it"),
    Case("a;b\n1;2\n", "1:1: error: the columns are separated by ';', but must be by ','"),
    Case("a\tb\n1\t2\n", "1:1: error: the columns are separated by tabs, but must be by ','"),
    Case(
      "a,,c\n", "1:3: error: column 2 has no name",
      "2:1: error: the header needs rows of numbers below it"),
    Case(
      "a,b,a\n1,2,3\n1,2,3\n1,2,3\n", "1:5: error: columns 1 and 3 are both named \"a\""),
    // Cells.
    Case(
      "a,b,c\n1,,x\n-1,nan, inf \n1e400,1.2.3,0x1F\n",
      "2:3: error: row 1, column \"b\" is empty, but must be a number of at least 0",
      "2:4: error: row 1, column \"c\" is \"x\", but must be a number of at least 0",
      "3:1: error: row 2, column \"a\" is -1, but must be at least 0",
      "3:4: error: row 2, column \"b\" is \"nan\", but must be a number of at least 0",
      "3:9: error: row 2, column \"c\" is \"inf\", but must be a number of at least 0",
      "4:1: error: row 3, column \"a\" is 1e400, but must be at most 1.797e308",
      "4:7: error: row 3, column \"b\" is \"1.2.3\", but must be a number of at least 0",
      "4:13: error: row 3, column \"c\" is \"0x1F\", but must be a number of at least 0"),
    Case(
      ",é,b\né,1,\"-2\"\nb,3,1e\n",
      "2:5: error: row \"é\", column \"b\" is -2, but must be at least 0",
      "3:5: error: row \"b\", column \"b\" is \"1e\", but must be a number of at least 0"),
    Case(
      "a,b\n1,\"2\n3,4\n",
      "2:3: error: the quotes of this cell do not match; inside quotes, write \"\" for a quote"),
    Case(
      "a,b\n1,\"2\"3\n3,4\n",
      "2:6: error: the quotes of this cell do not match; inside quotes, write \"\" for a quote"),
    Case(
      "a,b\n1,\u{1B}[2J\n3,4\n",
      "2:3: error: row 1, column \"b\" is \"\\u001b[2J\", but must be a number of at least 0"),
    // The shape.
    Case(
      "a,b\n1\n1,2,3\n",
      "2:2: error: row 1 has 1 number, but the header names 2 columns",
      "3:5: error: row 2 has 3 numbers, but the header names 2 columns"),
    Case(
      "a,b,c\n1,2,3\n4,5,6\n",
      "4:1: error: the matrix has 2 rows and 3 columns, but must have as many rows as columns; "
        + "does the first line name the columns?"),
    Case(
      "a,b\n1,2\n3,4\n5,6\n7,8\n",
      "4:1: error: the matrix has 4 rows and 2 columns, but must have as many rows as columns"),
    Case(
      ",a,b\na,1,2\nc,3,4\n",
      "3:1: error: row 2 is named \"c\", but column 2 is named \"b\"; "
        + "rows and columns must have the same names in one order"),
    Case(",a,b\na\nb,1,2\n", "2:2: error: row 1 has 0 numbers, but the header names 2 columns"),
  ]

  @Test("Each bad cell, row and shape has its place", arguments: cases)
  func faults(_ bad: Case) throws {
    #expect(try Self.faults(bad.text) == bad.faults)
  }

  @Test("Names that are not UTF-8 are refused at their place")
  func invalidUTF8() throws {
    let faults = try #require(throws: InputFaults.self) {
      _ = try CSVMatrix.parse([0x61, 0x2C, 0xE9, 0x0A, 0x31, 0x2C, 0x32], file: "m.csv")
    }
    #expect(
      faults.description
        == "m.csv:1:3: error: found the byte 0xE9, which is not UTF-8; save the file as UTF-8")
  }
}
