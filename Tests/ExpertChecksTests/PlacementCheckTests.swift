import CostModel
import ExpertPlacement
import InputFiles
import Quantities
import Testing

@testable import ExpertChecks

@Suite("A placement is checked by arithmetic that shares no code with the search")
struct PlacementCheckTests {
  static let nodes = GPUHierarchy(
    nodes: 2, gpusPerNode: 2, hopWithinNode: 0.25, hopBetweenNodes: 1)
  static let racks = GPUHierarchy(
    racks: 2, nodes: 4, gpusPerNode: 1, hopWithinNode: 0.1, hopBetweenNodes: 0.4,
    hopBetweenRacks: 1)
  static let routing = """
    {"kind": "routing", "formatVersion": 1, "layers": [1, 2], "experts": 4, "topK": 1,
     "load": [[8, 4, 3, 5], [6, 6, 4, 4]],
     "transitions": [[[5, 1, 1, 1], [1, 3, 0, 0], [0, 0, 3, 0], [0, 2, 0, 3]]]}
    """

  static func document(_ text: String) throws -> JSONDocument {
    try JSONDocument.parse(text, file: "placement.json")
  }

  static func findings(
    _ placement: String, _ files: [TextFile] = [file(routing)]
  ) throws -> [String] {
    try PlacementCheck(
      placement: document(placement).root, file: "placement.json", routing: files
    ).findings().map(\.description)
  }

  static func file(_ text: String) -> TextFile {
    TextFile(file: "routing.json", bytes: Array(text.utf8))
  }

  static func hops(on hierarchy: GPUHierarchy, certify: Bool) throws -> PlacedExperts {
    let statistics = try RoutingStatistics(document(routing))
    let transitions = try #require(statistics.transitions)
    let best = try #require(HopSearch(transitions, on: hierarchy).optimum())
    let certificate =
      certify
      ? HopCertificate.semidefinite(transitions, on: hierarchy)
      : HopCertificate.matching(transitions, on: hierarchy)
    return PlacedExperts(
      best, layers: [1, 2], of: transitions, on: hierarchy, certificate: certificate)
  }

  @Test("what the search writes holds: flat, on nodes, by matchings and by squares")
  func holds() throws {
    for hierarchy in [.flat(gpus: 2), .flat(gpus: 4), Self.nodes, Self.racks] {
      for certify in [false, true] {
        let placed = try Self.hops(on: hierarchy, certify: certify)
        #expect(try Self.findings(JSONText.compact(placed.json)) == [])
      }
    }
  }

  @Test("balanced replicas hold too")
  func replicas() throws {
    let statistics = try RoutingStatistics(Self.document(Self.routing))
    let best = LoadSearch(statistics.loads, slots: 6, gpus: 2).best(SearchEffort(moves: 5_000))
    let placed = PlacedExperts(
      best, layers: [1, 2], of: statistics.loads, on: .flat(gpus: 2))
    #expect(try Self.findings(JSONText.compact(placed.json)) == [])
  }

  @Test("a better value, a higher bound and a lost expert are found")
  func faults() throws {
    let placed = try Self.hops(on: .flat(gpus: 2), certify: true)
    let text = JSONText.compact(placed.json)
    let value = "\"value\":\(placed.value)"
    #expect(
      try Self.findings(text.replacing(value, with: "\"value\":0.01"))
        == ["value is 0.01, but the placement's is \(placed.value)"])
    let raised = text.replacing("\"bound\":\(placed.bound)", with: "\"bound\":0.9")
    #expect(try Self.findings(raised).first?.hasPrefix("bound is 0.9, but only ") == true)
    let slots = JSONText.compact(.array(placed.slots[0].map(JSONValue.integer)))
    #expect(
      try Self.findings(text.replacing(slots, with: "[0,0,1,2]")).first
        == "slots[0] leaves expert 3 without a slot")
    #expect(
      try Self.findings(text.replacing("\"layers\":[1,2]", with: "\"layers\":[1,3]"))
        == ["layers is not what the routing has"])
  }

  /// 60 tokens of 2 experts of 8 in 2 layers, and the array that holds them.
  static let trace: (routes: TokenRoutes, file: TextFile) = {
    var choices: [UInt16] = []
    for token in 0..<120 {
      let first = UInt16(token * 7 % 8)
      choices += [first, (first + 1 + UInt16(token % 3)) % 8]
    }
    let header = "{'descr': '<u2', 'fortran_order': False, 'shape': (60, 2, 2), }"
    let bytes: [UInt8] =
      [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + choices.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    return (
      TokenRoutes(tokens: 60, layers: 2, topK: 2, experts: 8, choices: choices),
      TextFile(file: "trace.npy", bytes: bytes)
    )
  }()

  static let times = ExpertTimes(
    perLoad: Seconds(2e-3), perGPU: Seconds(1e-3), perNode: Seconds(3e-3))

  static func dispatched(
    on hierarchy: GPUHierarchy, inTime: Bool, by routes: some TokenChoices = trace.routes
  ) -> PlacedExperts {
    if inTime {
      let best = TimeSearch(routes, on: hierarchy, times).best(SearchEffort(moves: 20_000))
      return PlacedExperts(best, layers: [1, 2], of: routes, on: hierarchy, times)
    }
    let best = DispatchSearch(routes, on: hierarchy, loadLimit: 1.1).best(
      SearchEffort(moves: 20_000))
    return PlacedExperts(best, layers: [1, 2], of: routes, on: hierarchy)
  }

  @Test("destinations and seconds hold, flat and on nodes, and are better than in order")
  func destinations() throws {
    for hierarchy in [.flat(gpus: 4), Self.nodes, Self.racks] {
      for inTime in [false, true] {
        let placed = Self.dispatched(on: hierarchy, inTime: inTime)
        #expect(placed.bound > 0)
        #expect(placed.value <= placed.valueInOrder ?? 0)
        #expect(try Self.findings(JSONText.compact(placed.json), [Self.trace.file]) == [])
      }
    }
  }

  @Test(
    "destinations by pairs of experts hold, and are checked by the pairs of a trace and a file alike"
  )
  func pairs() throws {
    let pairs = try #require(Self.trace.routes.pairs)
    let rows = pairs.counts.map { matrix in
      (0..<8).map { Array(matrix[($0 * 8)..<($0 * 8 + 8)]) }
    }
    let file = Self.file(
      """
      { "kind": "routing", "layers": [1, 2], "experts": 8, "topK": 2,
        "load": \(Self.trace.routes.load), "pairs": \(rows) }
      """)
    #expect(try RoutingStatistics(file).pairs == pairs)
    for hierarchy in [.flat(gpus: 4), Self.nodes] {
      for inTime in [false, true] {
        let placed = Self.dispatched(on: hierarchy, inTime: inTime, by: pairs)
        #expect(placed.countsPairs && placed.bound > 0)
        let text = JSONText.compact(placed.json)
        #expect(try Self.findings(text, [file]) == [])
        // Two experts a token: pairs tell all.
        #expect(try Self.findings(text, [Self.trace.file]) == [])
        let forged = text.replacing("\"value\":\(placed.value)", with: "\"value\":0.0001")
        #expect(try Self.findings(forged, [file]).first?.hasPrefix("value is 0.0001, but") == true)
      }
    }
    // Together with a trace, the pairs of both count.
    let both = try RoutingStatistics([
      RoutingStatistics(file), RoutingStatistics(Self.trace.file, experts: 8),
    ])
    #expect(both.pairs?.counts == pairs.counts.map { $0.map { 2 * $0 } })
  }

  @Test(
    "pairs that are none are refused with their place",
    arguments: [
      ("\"topK\": 2,", "", "counts pairs of a token's experts, which needs 'topK' of at least 2"),
      ("[0, 3]", "[1, 3]", "pairs expert 0 of layer 4 with itself"),
      (
        "[3, 0]", "[2, 0]", "is not symmetric in layer 4: experts 0 and 1 have 3.0 and 2.0"
      ),
      (", [3, 0]", "", "has 1 element, but must have 2"),
    ])
  func pairFaults(from: String, to: String, words: String) throws {
    let text = """
      { "kind": "routing", "layers": [4], "experts": 2, "topK": 2, "load": [[3, 3]],
        "pairs": [[[0, 3], [3, 0]]] }
      """
    #expect(throws: Never.self) { try RoutingStatistics(Self.file(text)) }
    let changed = Self.file(text.replacing(from, with: to))
    #expect {
      try RoutingStatistics(changed)
    } throws: {
      "\($0)".hasPrefix("routing.json:2:") && "\($0)".contains(words)
    }
  }

  @Test("destinations that are too few, a bound that is too high and other multipliers are found")
  func forgedDestinations() throws {
    for inTime in [false, true] {
      let placed = Self.dispatched(on: Self.nodes, inTime: inTime)
      let text = JSONText.compact(placed.json)
      func findings(_ from: String, _ to: String) throws -> String {
        #expect(text.contains(from))
        return try Self.findings(text.replacing(from, with: to), [Self.trace.file]).joined()
      }
      #expect(
        try findings("\"value\":\(placed.value)", "\"value\":0.0001").hasPrefix(
          "value is 0.0001, but"))
      #expect(
        try findings("\"bound\":\(placed.bound)", "\"bound\":\(placed.value)").hasPrefix("bound is")
      )
      #expect(try findings("{\"rows\":[", "{\"rows\":[-9,").hasPrefix("bound is"))
      #expect(
        try findings("\"valueInOrder\":", "\"valueInOrder\":1").hasPrefix("valueInOrder is 1"))
    }
  }

  @Test("prices so large that they swallow the weights prove nothing")
  func cancellation() throws {
    let placed = try Self.hops(on: .flat(gpus: 2), certify: false)
    let huge = "{\"rows\":[1e20,1e20,1e20,1e20],\"columns\":[-1e20,-1e20,-1e20,-1e20]}"
    let text = JSONText.compact(placed.json)
    let start = try #require(text.firstRange(of: "\"across\":["))
    let forged = (String(text[..<start.upperBound]) + huge + "],\"within\":[]}]}")
      .replacing("\"bound\":\(placed.bound)", with: "\"bound\":\(placed.value)")
    let findings = try Self.findings(forged)
    #expect(findings == ["bound is \(placed.value), but only 0.0 is proven"])
  }

  @Test("routing of the wrong shape, negative or without tokens is refused with its place")
  func routingFaults() {
    func refusal(_ from: String, _ to: String) -> String? {
      do {
        _ = try RoutingStatistics(
          JSONDocument.parse(Self.routing.replacing(from, with: to), file: "routing.json"))
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(
      refusal("[8, 4, 3, 5]", "[8, 4, 3]")
        == "routing.json:2:11: error: load[0] has 3 elements, but must have 4")
    #expect(
      refusal("[8, 4, 3, 5]", "[8, -4, 3, 5]")
        == "routing.json:2:15: error: load[0][1] is -4, but must be at least 0")
    #expect(
      refusal("[8, 4, 3, 5]", "[0, 0, 0, 0]")
        == "routing.json:2:10: error: load has no token in layer 1")
  }

  @Test("files for SGLang, TensorRT-LLM, vLLM, vllm-ascend, and a permutation")
  func formats() throws {
    let placed = try Self.hops(on: .flat(gpus: 2), certify: false)
    let rows = placed.slots.map { JSONText.compact(.array($0.map(JSONValue.integer))) }
    func text(_ format: PlacementFormat) -> String? { placed.text(format, modelLayers: 3) }
    #expect(text(.sglang) == "{\"physical_to_logical_map\":[[0,0,0,0],\(rows[0]),\(rows[1])]}\n")
    #expect(
      text(.tensorrtLLM)
        == "num_slots: 4\nlayer_updates_per_iter: 0\ninitial_global_assignments:\n"
        + "  1: \(rows[0])\n  2: \(rows[1])\n")
    #expect(text(.vllm) == "[\(rows[0]),\(rows[1])]\n")
    #expect(text(.vllmAscend)?.hasPrefix("{\"moe_layer_count\":2,\"layer_list\":[{") == true)
    #expect(text(.permutation) == "{\"expertPermutation\":{\"1\":\(rows[0]),\"2\":\(rows[1])}}\n")
  }
}
