import Foundation
import Testing

@Suite("plan experts")
struct ExpertsTests {
  /// Two layers of eight experts; tokens go from an expert to the next one.
  private static let routing: String = {
    let load = Array(repeating: "[10, 20, 10, 20, 10, 20, 10, 20]", count: 2)
      .joined(separator: ", ")
    let rows = (0..<8).map { from in
      "[" + (0..<8).map { $0 == (from + 1) % 8 ? "15" : "0" }.joined(separator: ", ") + "]"
    }.joined(separator: ", ")
    return """
      { "kind": "routing", "formatVersion": 1, "layers": [0, 1], "experts": 8,
        "load": [\(load)], "topK": 1, "transitions": [[\(rows)]] }
      """
  }()

  private static let model = """
    { "architecture": { "hiddenSize": 1024, "vocabularySize": 32000, "layers": [ { "count": 2,
      "attention": { "heads": 16 }, "feedForward": { "count": 8, "perToken": 1,
      "intermediateSize": 2048 } } ] } }
    """

  private func program(_ routing: String = Self.routing) throws -> Program {
    try Program(files: [
      "cluster.json": Samples.cluster, "model.json": Self.model, "routing.json": routing,
    ])
  }

  private static let place = [
    "experts", "routing.json", "--cluster", "cluster.json", "--model", "model.json", "--gpus", "4",
  ]

  @Test("experts that follow each other lie together, which the check proves for the same routing")
  func hops() throws {
    let program = try program()
    let outcome = try program.run(Self.place + ["-o", "experts.json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("0.0000 of a token's steps"), "\(outcome.errors)")
    let check = try program.run(["check", "experts.json", "--routing", "routing.json"])
    #expect(check.status == 0, "\(check.output)\(check.errors)")
    let alone = try program.run(["check", "experts.json"])
    #expect(alone.status == 64)
    #expect(alone.errors.contains("A placement of experts is checked with --routing FILE."))
  }

  @Test("nodes under switches that are oversubscribed above are racks, which the check counts too")
  func racks() throws {
    let program = try program()
    try program.write(
      """
      { "name": "leaves", "nodeGroups": [ { "name": "pod", "nodes": 4, "acceleratorsPerNode": 2,
          "accelerator": "H100-SXM-80GB", "scaleUp": { "accelerators": 2, "kind": "nvswitch",
            "gigabytesPerSecond": 450 },
          "nics": { "fabric": "ib", "perNode": 2, "gigabitsPerSecond": 400 } } ],
        "fabrics": [ { "name": "ib", "kind": "infiniband",
          "levels": [ { "nodesPerSwitch": 2, "oversubscription": 4 } ] } ] }
      """, to: "cluster.json")
    for objective in ["hop", "load"] {
      let outcome = try program.run(
        Self.place.dropLast(2) + ["--objective", objective, "-o", "experts.json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let placed = try program.read("experts.json")
      #expect(placed.contains(#""nodes":4,"gpusPerNode":2,"hopWithinNode":0.02"#), "\(placed)")
      #expect(placed.contains(#""hopBetweenNodes":0.25,"racks":2,"hopBetweenRacks":1"#))
      let check = try program.run(["check", "experts.json", "--routing", "routing.json"])
      #expect(check.status == 0, "\(check.output)\(check.errors)")
    }
    try program.write(
      program.read("experts.json").replacing(#""racks":2"#, with: #""racks":3"#), to: "odd.json")
    let odd = try program.run(["check", "odd.json", "--routing", "routing.json"])
    #expect(odd.status == 65)
    #expect(odd.errors.contains("has 4 nodes in 3 racks"), "\(odd.errors)")
  }

  @Test("counts of pairs are imported from an array, placed by, and said to be the least")
  func pairs() throws {
    let program = try program()
    // Two layers of eight experts, of which two neighbours go together.
    let header = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 8, 8), }"
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]
    bytes += Array(header.utf8)
    for _ in 0..<2 {
      for one in 0..<8 {
        for other in 0..<8 { bytes += [one != other && (one + other) % 8 == 1 ? 40 : 0, 0, 0, 0] }
      }
    }
    try program.write(Data(bytes), to: "pairs.npy")
    let imported = try program.run(
      ["import", "routing", "pairs.npy", "--pairs-of", "2", "-o", "pairs.json"])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(try program.read("pairs.json").contains(#""topK":2,"load":[[40,40,40,40,"#))
    try program.write(
      Self.model.replacing("\"perToken\": 1", with: "\"perToken\": 2"), to: "model.json")
    let place = [
      "experts", "pairs.json", "--cluster", "cluster.json", "--model", "model.json", "--gpus", "4",
    ]
    for objective in ["dispatch", "time"] {
      let outcome = try program.run(place + ["--objective", objective, "-o", "experts.json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      if objective == "dispatch" {
        #expect(
          outcome.errors.hasPrefix(
            "1.0000 GPUs hold the experts of a token in a layer, at least, by pairs of experts"),
          "\(outcome.errors)")
      }
      let check = try program.run(["check", "experts.json", "--routing", "pairs.json"])
      #expect(check.status == 0, "\(check.output)\(check.errors)")
    }
    let bad = try program.run(["import", "routing", "pairs.npy", "--pairs-of", "9"])
    #expect(bad.status == 65)
    #expect(
      bad.errors.contains(
        "pairs.npy: error: has shape [2, 8, 8], but must have layers × experts × experts for "
          + "--pairs-of 9, with 9 to 1024 experts"), "\(bad.errors)")
    bytes[bytes.count - 256 + 4] = 7
    try program.write(Data(bytes), to: "pairs.npy")
    let unequal = try program.run(["import", "routing", "pairs.npy", "--pairs-of", "2"])
    #expect(unequal.status == 65)
    #expect(
      unequal.errors.contains(
        "has 40 and 7 for experts 1 and 0 of layer 1, but must have equal counts, of at least 0"),
      "\(unequal.errors)")
  }

  @Test("every form of a placement is written", arguments: ["sglang", "tensorrt-llm", "vllm"])
  func forms(form: String) throws {
    let outcome = try program().run(
      Self.place + ["--redundant", "4", "--format", form, "--quiet"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }

  @Test(
    "what cannot be placed is told with the numbers",
    arguments: [
      (
        ["--redundant", "3"], Int32(65),
        "routing.json: error: has 8 experts, which with 3 redundant ones are not divisible by 4 GPUs; "
          + "--redundant 4 would be"
      ),
      (["--objective", "hop", "--redundant", "4"], 64, "--objective hop places each expert once"),
      (
        ["--redundant", "4", "--slots-per-gpu", "2"], 65,
        "routing.json: error: has 8 experts, which with 4 redundant ones take 3 slots on each of 4 "
          + "GPUs, but --slots-per-gpu allows 2"
      ),
      (
        ["--redundant", "40000"], 65,
        "cluster.json: error: 10002 slots in each of 2 layers need 234.4 GiB on every GPU, more than the "
      ),
      (
        ["--objective", "time"], 65, "routing.json: error: does not have the experts of every token"
      ),
      (["--gpus", "12"], 64, "--gpus must be whole nodes of 8, or part of one"),
      (["--format", "csv"], 64, "\"csv\" is no form of a placement"),
    ] as [([String], Int32, String)])
  func usage(arguments: [String], status: Int32, words: String) throws {
    let outcome = try program().run(Self.place + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test(
    "routing that is none is refused with its place",
    arguments: [
      (routing.replacing("\"experts\": 8", with: "\"experts\": 16"), "routing.json"),
      (routing.replacing("[10, 20,", with: "[-10, 20,"), "routing.json:2:"),
      (routing.replacing("\"layers\": [0, 1]", with: "\"layers\": [0, 7]"), "routing.json"),
      ("[1, 2", "routing.json:1:"),
    ])
  func faults(routing: String, opening: String) throws {
    let outcome = try program(routing).run(Self.place)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix(opening), "\(outcome.errors)")
    #expect(outcome.errors.contains("error: "))
  }
}
