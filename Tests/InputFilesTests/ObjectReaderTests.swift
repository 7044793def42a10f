import Testing

@testable import InputFiles

@Suite("Reading objects against a schema")
struct ObjectReaderTests {
  enum Fabric: String, CaseIterable { case infiniband, roce, ethernet }
  enum Precision: String, CaseIterable { case bf16, fp8 }

  struct NICs: Equatable {
    let perNode: Int
    let gigabitsPerSecond: Double
    let fabric: Fabric

    init?(_ object: ObjectReader) {
      let perNode = object.optional("perNode", .integer(.between(1, 16)), default: 1)
      let rate = object.required("gigabitsPerSecond", .number(.above(0)))
      let fabric = object.optional("fabric", .choice(Fabric.self), default: .infiniband)
      object.finish()
      guard let perNode, let rate, let fabric else { return nil }
      (self.perNode, gigabitsPerSecond, self.fabric) = (perNode, rate, fabric)
    }
  }

  struct Group: Equatable {
    let name: String
    let nodes: Int
    let nics: NICs?
    let peak: [Precision: Double]
    let ranks: [Int]

    init?(_ object: ObjectReader) {
      let name = object.required("name", .name)
      let nodes = object.required(["nodes", "nodeCount"], .integer(.atLeast(1)))
      let nics = object.optional("nics", .object(NICs.init))
      let peak = object.optional(
        "peakTeraFLOPS", .table(Precision.self, of: .number(.above(0))), default: [:])
      let ranks = object.optional("ranks", .array(of: .integer(.atLeast(0))), default: [])
      object.finish()
      guard let name, let nodes, let peak, let ranks else { return nil }
      (self.name, self.nodes, self.nics, self.peak, self.ranks) = (name, nodes, nics, peak, ranks)
    }
  }

  static func faults<Value>(_ text: String, _ shape: JSONShape<Value>) throws -> [String] {
    let document = try JSONDocument.parse(text, file: "c")
    let faults = try #require(throws: InputFaults.self) { _ = try document.read(shape) }
    return faults.faults.map { String($0.description.dropFirst(2)) }
  }

  /// The faults of a member `x` that must have the shape.
  static func faults<Value>(of member: String, _ shape: JSONShape<Value>) throws -> [String] {
    try faults("{\"x\": \(member)}", .object { $0.required("x", shape) })
  }

  @Test("A good object gives its value")
  func goodObject() throws {
    let text = """
      { "name": "a \\"b\\"\\n$(rm)", "nodes": 2.0, "peakTeraFLOPS": { "fp8": 1979, "bf16": 989 },
        "nics": { "gigabitsPerSecond": 400, "fabric": "roce" }, "ranks": [0, 3] }
      """
    let group = try JSONDocument.parse(text, file: "c").read(.object(Group.init))
    #expect(group.name == "a \"b\"\n$(rm)")
    #expect(group.nodes == 2)
    #expect(group.nics?.fabric == .roce && group.nics?.perNode == 1)
    #expect(group.peak == [.bf16: 989, .fp8: 1979])
    #expect(group.ranks == [0, 3])
  }

  @Test("All faults are told at once, each misspelt key once")
  func allFaults() throws {
    let text = """
      { "nodeGroups": [
        { "name": "a", "nodes": 1,
          "nics": { "gigabitPerSecond": 400, "fabric": "infinband" } },
        { "name": " ", "nodes": 0, "ranks": [0, -1, 1.5, "2"], "colour": "red" },
        { "nics": [], "nodes": 3.5, "peakTeraFLOPS": { "fp8": 0, "fp9": 1 } },
        7
      ] }
      """
    let shape = JSONShape.object {
      $0.required("nodeGroups", .array(of: .object(Group.init), count: .atLeast(1)))
    }
    #expect(
      try Self.faults(text, shape) == [
        "3:15: error: nodeGroups[0].nics has no key 'gigabitPerSecond'; "
          + "did you mean 'gigabitsPerSecond'?",
        "3:50: error: nodeGroups[0].nics.fabric is \"infinband\", but must be one of "
          + "\"infiniband\", \"roce\" or \"ethernet\"; did you mean \"infiniband\"?",
        "4:13: error: nodeGroups[1].name is \" \", but must be a string that is not blank",
        "4:27: error: nodeGroups[1].nodes is 0, but must be at least 1",
        "4:43: error: nodeGroups[1].ranks[1] is -1, but must be at least 0",
        "4:47: error: nodeGroups[1].ranks[2] is 1.5, but must be a whole number of at least 0",
        "4:52: error: nodeGroups[1].ranks[3] is \"2\", but must be a whole number of at least 0",
        "4:58: error: nodeGroups[1] has no key 'colour'; it may have 'name', 'nodes', "
          + "'nodeCount', 'nics', 'peakTeraFLOPS' and 'ranks'",
        "5:3: error: nodeGroups[2] needs the key 'name'",
        "5:13: error: nodeGroups[2].nics is an array, but must be an object",
        "5:26: error: nodeGroups[2].nodes is 3.5, but must be a whole number of at least 1",
        "5:57: error: nodeGroups[2].peakTeraFLOPS.fp8 is 0, but must be above 0",
        "5:60: error: nodeGroups[2].peakTeraFLOPS has no key 'fp9'; it may have 'bf16' and 'fp8'",
        "6:3: error: nodeGroups[3] is 7, but must be an object",
      ])
  }

  @Test("Numbers out of their limits say which are allowed")
  func limits() throws {
    #expect(
      try Self.faults(of: "1e19", .integer(.atLeast(1))) == [
        "1:7: error: x is 1e19, but must be a whole number of at most 9223372036854775807"
      ])
    #expect(
      try Self.faults(of: "1000000000000000000", .integer(.between(1, 8))) == [
        "1:7: error: x is 1000000000000000000, but must be from 1 to 8"
      ])
    #expect(
      try Self.faults(of: "2", .number(.above(0, atMost: 1))) == [
        "1:7: error: x is 2, but must be above 0 and at most 1"
      ])
    #expect(
      try Self.faults(of: "[]", .integer(.between(1, 8))) == [
        "1:7: error: x is an array, but must be a whole number from 1 to 8"
      ])
    #expect(
      try Self.faults(of: "\"a\"", .number(.exactly(2))) == [
        "1:7: error: x is \"a\", but must be a number equal to 2"
      ])
    #expect(
      try Self.faults(of: "-0.5", .number(.between(0, 0.5))) == [
        "1:7: error: x is -0.5, but must be from 0 to 0.5"
      ])
    #expect(
      try Self.faults(of: "true", .number(.atMost(3))) == [
        "1:7: error: x is true, but must be a number of at most 3"
      ])
    #expect(
      try Self.faults(of: "null", .bool) == ["1:7: error: x is null, but must be true or false"])
    #expect(
      try Self.faults(of: "{}", .string) == ["1:7: error: x is an object, but must be a string"])
  }

  @Test("Arrays of a wrong length, and rows of different lengths, are counted")
  func lengths() throws {
    #expect(
      try Self.faults(of: "[]", .array(of: .string, count: .atLeast(1))) == [
        "1:7: error: x has 0 elements, but must have at least 1"
      ])
    #expect(
      try Self.faults(of: "[1, 2]", .numbers(count: .exactly(3))) == [
        "1:7: error: x has 2 elements, but must have 3"
      ])
    #expect(
      try Self.faults(of: "[[1, 2], [3], [4, \"5\"], [6, -7]]", .matrix(.atLeast(0))) == [
        "1:16: error: x[1] has 1 element, but must have 2",
        "1:25: error: x[2][1] is \"5\", but must be a number of at least 0",
        "1:35: error: x[3][1] is -7, but must be at least 0",
      ])
  }

  @Test("A matrix of numbers is read row by row")
  func matrix() throws {
    let matrix = try JSONDocument.parse("[[1, 2.5, 3], [4, 5, 6]]", file: "m").read(.matrix())
    #expect(matrix == NumberMatrix(rows: 2, columns: 3, values: [1, 2.5, 3, 4, 5, 6]))
    #expect(matrix[1, 0] == 4)
  }

  @Test("Alternative keys exclude each other")
  func alternatives() throws {
    let shape = JSONShape.object { object -> String? in
      defer { object.finish() }
      return object.exactlyOne(of: ["node", "accelerator", "preset"])
    }
    #expect(
      try Self.faults("{}", shape) == [
        "1:1: error: the document needs one of the keys 'node', 'accelerator' or 'preset'"
      ])
    #expect(
      try Self.faults("{\"accelerator\": 1, \"node\": 2}", shape) == [
        "1:20: error: the document has 'node' and 'accelerator', but must have only one of them"
      ])
    #expect(
      try Self.faults("{\"acelerator\": 1}", shape) == [
        "1:2: error: the document has no key 'acelerator'; did you mean 'accelerator'?"
      ])
    #expect(try JSONDocument.parse("{\"preset\": 1}", file: "c").read(shape) == "preset")
  }

  @Test("Two spellings of one key may stand together when they agree")
  func spellings() throws {
    let shape = JSONShape.object { object -> Int? in
      defer { object.finish() }
      return object.required(["layers", "n_layer"], .integer())
    }
    #expect(try JSONDocument.parse("{\"n_layer\": 3}", file: "c").read(shape) == 3)
    #expect(try JSONDocument.parse("{\"n_layer\": 3, \"layers\": 3}", file: "c").read(shape) == 3)
    #expect(
      try Self.faults("{\"n_layer\": 3, \"layers\": 4}", shape) == [
        "1:2: error: the document has 'layers' and 'n_layer' with different values, "
          + "but they are two spellings of one key"
      ])
    #expect(try Self.faults("{}", shape) == ["1:1: error: the document needs the key 'layers'"])
  }

  @Test("A null counts as absent only where the reader says so")
  func nulls() throws {
    func shape(_ nullIsAbsent: Bool) -> JSONShape<Int> {
      .object { object in
        object.nullIsAbsent = nullIsAbsent
        defer { object.finish() }
        return object.optional("window", .integer(), default: -1)
      }
    }
    #expect(try JSONDocument.parse("{\"window\": null}", file: "c").read(shape(true)) == -1)
    #expect(
      try Self.faults("{\"window\": null}", shape(false)) == [
        "1:12: error: window is null, but must be a whole number"
      ])
  }

  @Test("A name that must exist is looked for among those that do")
  func names() throws {
    let names = ["DGX-H100", "DGX-A100"]
    #expect(
      try Self.faults(of: "\"DGX-H10\"", .name(among: names, of: "node of the catalogue")) == [
        "1:7: error: x is \"DGX-H10\", which names no node of the catalogue; "
          + "did you mean \"DGX-H100\"?"
      ])
    #expect(
      try Self.faults(of: "\"Cray\"", .name(among: names, of: "node of the catalogue")) == [
        "1:7: error: x is \"Cray\", which names no node of the catalogue; "
          + "there is \"DGX-H100\" and \"DGX-A100\""
      ])
  }

  @Test("A product of counts that overflows is a fault")
  func products() throws {
    let shape = JSONShape.object { $0.product(Int.max, 8, of: "accelerators") }
    #expect(
      try Self.faults("{}", shape) == [
        "1:1: error: the document has 9223372036854775807 × 8 accelerators, "
          + "but must have at most 9223372036854775807"
      ])
  }

  @Test("A reader's own findings stand at the member that they are about")
  func ownFaults() throws {
    let shape = JSONShape.object { object -> Int? in
      object.ignore("comment")
      object.error(at: "tensor", "is 3, but must divide 8")
      object.error("holds nothing of use")
      object.finish()
      return 0
    }
    #expect(
      try Self.faults("{\"comment\": 1, \"tensor\": 3}", shape) == [
        "1:1: error: the document holds nothing of use",
        "1:16: error: the document has no key 'tensor'; it may have 'comment'",
        "1:26: error: tensor is 3, but must divide 8",
      ])
  }

  @Test("Python's infinities may stand where nobody reads them")
  func pythonDialect() throws {
    let text = "{\"limits\": [0.0, Infinity, -Infinity, NaN], \"layers\": 3}"
    let document = try JSONDocument.parse(text, file: "c", dialect: .python)
    let layers = JSONShape.object { $0.required("layers", .integer()) }
    #expect(try document.read(layers) == 3)
    #expect(document.root["limits"]?.value == [0.0, nil, nil, nil])
    let limits = JSONShape.object { $0.required("limits", .numbers(.atLeast(0))) }
    let faults = try #require(throws: InputFaults.self) { try document.read(limits) }
    #expect(
      faults.description == """
        c:1:18: error: limits[1] is Infinity, but must be a number of at least 0
        c:1:28: error: limits[2] is -Infinity, but must be a number of at least 0
        c:1:39: error: limits[3] is NaN, but must be a number of at least 0
        """)
  }

  @Test("Warnings do not stop the reading")
  func warnings() throws {
    let document = try JSONDocument.parse("{\"a\": 1}", file: "c")
    let log = FaultLog(file: document.file)
    log.warning(at: document.root, "nothing is known of this")
    try log.throwIfFaulty()
    #expect(log.warnings.map(\.description) == ["c:1:1: warning: nothing is known of this"])
  }

  @Test("A reader that gives nothing and says nothing is still a fault")
  func silentReader() throws {
    let silent = JSONShape<Int>.object { _ in nil }
    #expect(try Self.faults("{}", silent) == ["1:1: error: the document is not an object"])
  }

  @Test("A matrix of faults is cut after 50 and counted on")
  func manyFaults() throws {
    let row = "[" + Array(repeating: "-1", count: 400).joined(separator: ",") + "]"
    let text = "[" + Array(repeating: row, count: 400).joined(separator: ",\n") + "]"
    let document = try JSONDocument.parse(text, file: "m")
    let faults = try #require(throws: InputFaults.self) {
      try document.read(.matrix(.atLeast(0)))
    }
    #expect(faults.faults.count == 50 && faults.omitted == 159_950)
    #expect(faults.description.hasSuffix("and 159950 more"))
  }
}
