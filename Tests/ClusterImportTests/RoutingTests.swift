import Foundation
import InputFiles
import Testing

@testable import ClusterImport

@Suite("Routing traces become loads and transitions of experts")
struct RoutingTests {
  private func routing(_ texts: String..., experts: Int? = nil) throws -> ExpertRouting {
    var routing = RoutingImport()
    for text in texts { try routing.add(TextFile(text, "trace.jsonl")) }
    return try routing.routing(experts: experts)
  }

  private func refusal(_ text: String) -> String? {
    #expect(throws: InputFaults.self) { try self.routing(text) }?.description
  }

  /// A line of Megatron-Core's trace.
  private func line(
    _ layer: Int, _ tokens: [[Int]], step: Int = 0, rank: Int = 0, block: String = "decoder"
  ) -> String {
    #"{"step": \#(step), "stage": "pre_dispatch", "block": "\#(block)", "layer": \#(layer), "#
      + #""rank": \#(rank), "num_tokens": \#(tokens.count), "topk": 2, "top_indices": \#(tokens)}"#
  }

  @Test("3 tokens through layers 1 and 3 of 4 experts: 6 places each, 12 pairs between them")
  func megatron() throws {
    let result = try routing(
      [line(1, [[0, 1], [2, 3], [0, 2]]), line(3, [[1, 0], [3, 2], [1, 2]])].joined(separator: "\n")
    )
    #expect(result.layers == [1, 3])
    #expect(result.experts == 4)
    #expect(result.topK == 2)
    #expect(result.load == [[2, 1, 2, 1], [1, 2, 2, 1]])
    #expect(
      result.transitions == [
        [
          1, 2, 1, 0,
          1, 1, 0, 0,
          0, 1, 2, 1,
          0, 0, 1, 1,
        ]
      ])
    #expect(
      result.text
        == #"{"kind":"routing","formatVersion":1,"layers":[1,3],"experts":4,"topK":2,"#
        + #""load":[[2,1,2,1],[1,2,2,1]],"transitions":[[[1,2,1,0],[1,1,0,0],[0,1,2,1],[0,0,1,1]]],"#
        + #""pairs":[[[0,1,1,0],[1,0,0,0],[1,0,0,1],[0,0,1,0]],"#
        + #"[[0,1,0,0],[1,0,1,0],[0,1,0,1],[0,0,1,0]]]}"# + "\n")
  }

  @Test("tokens of one expert, and of unlike numbers, have no pairs")
  func noPairs() throws {
    #expect(try routing(line(1, [[0], [1]])).pairs == nil)
    #expect(try routing(line(1, [[0, 1], [1]])).pairs == nil)
    #expect(try routing(line(1, [[0, 1], [1, 0]])).pairs == [[0, 2, 2, 0]])
  }

  @Test("layers of different steps or ranks are no pass of the same tokens")
  func passes() throws {
    let trace = [
      line(0, [[0]], step: 0), line(1, [[1]], step: 0), line(0, [[1]], step: 1),
      line(1, [[1]], step: 1),
      line(0, [[0]], step: 1, rank: 1), line(1, [[0]], step: 2, rank: 1),
    ].joined(separator: "\n")
    let result = try routing(trace)
    #expect(result.load == [[2, 1], [1, 2]])
    #expect(result.transitions == [[0, 1, 0, 1]])
  }

  @Test("multi-token prediction is left out, and several ranks are warned of")
  func warnings() throws {
    var routing = RoutingImport()
    try routing.add(
      TextFile(
        [line(0, [[0]]), line(0, [[1]], rank: 1), line(0, [[5]], block: "mtp")].joined(
          separator: "\n")))
    #expect(routing.warnings.count == 2)
    #expect(routing.warnings[0].message == "1 records of multi-token prediction are left out")
    #expect(try routing.routing(experts: nil).load == [[1, 1]])
  }

  @Test(
    "SGLang's sums: steps are added, layers of nothing but zeros are dense, transitions unknown")
  func sums() throws {
    let result = try routing(#"{"rank": 0, "logical_count": [[[0, 0], [3, 4]], [[0, 0], [1, 0]]]}"#)
    #expect(result.layers == [1])
    #expect(result.load == [[4, 4]])
    #expect(result.transitions == nil)
    #expect(try routing(#"{"logical_count": [[1.0, 2.0]]}"#, experts: 3).load == [[1, 2, 0]])
  }

  @Test("SGLang's records of tokens: physical experts become logical ones, -1 is nobody")
  func tokens() throws {
    let result = try routing(
      #"{"records": [{"topk_ids_of_layer": [[[-1, -1]], [[2, 0]], [[1, 2]]]}], "#
        + #""last_physical_to_logical_map": [[0, 1, 0], [0, 1, 0], [0, 1, 1]]}"#)
    #expect(result.layers == [1, 2])
    #expect(result.load == [[2, 0], [0, 2]])
    #expect(result.transitions == [[0, 4, 0, 0]])
  }

  @Test("what cannot be counted is refused with the remedy")
  func refusals() {
    #expect(
      refusal("PK\u{3}\u{4}rest")
        == "trace.jsonl: error: is a file of PyTorch; write its content as JSON first: tensors by "
        + "tolist(), then json.dump")
    #expect(
      refusal("{}")
        == "trace.jsonl:1:1: error: is neither a routing trace of Megatron-Core ('top_indices' in every "
        + "line) nor SGLang's expert distribution ('logical_count' or 'records')")
    #expect(
      refusal(line(0, [[1024]]))
        == "trace.jsonl:1:126: error: top_indices[0][0] is 1024, but must be from -1 to 1023")
    #expect(refusal(#"{"logical_count": [[0, 0]]}"#) == "import: error: the records route no token")
    #expect(
      refusal(#"{"logical_count": [[1, -2]]}"#)?.contains(
        "logical_count[0][1] is -2, but must be from 0") == true)
  }
}

@Suite("Routing in arrays")
struct RoutingArrayTests {
  /// An array of NumPy in bytes.
  private func array(_ shape: String, _ values: [UInt8]) -> TextFile {
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': \(shape), }"
    return TextFile(
      file: "trace.npy",
      bytes: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]
        + Array(header.utf8) + values)
  }

  private func safetensors(_ header: String, _ body: [UInt8]) -> TextFile {
    let count = header.utf8.count
    return TextFile(
      file: "rank0.safetensors",
      bytes: [UInt8(count & 255), UInt8(count >> 8), 0, 0, 0, 0, 0, 0] + Array(header.utf8) + body)
  }

  @Test("two tokens in three layers, one expert each, from layer 3 on")
  func numPy() throws {
    var routing = RoutingImport(firstLayer: 3)
    try routing.add(array("(2, 3)", [0, 1, 1, 0, 0, 1]))
    let result = try routing.routing(experts: nil)
    #expect(result.layers == [3, 4, 5])
    #expect(result.load == [[2, 0], [1, 1], [0, 2]])
    #expect(result.transitions == [[1, 1, 0, 0], [0, 1, 0, 1]])
    #expect(result.topK == 1)
    #expect(throws: InputFaults.self) { try routing.add(self.array("(2,)", [0, 1])) }
  }

  @Test("TensorRT-LLM's folder: the counts of ranks and iterations are added up by layer")
  func folder() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "plan-statistics-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
    func refusal() throws -> String? {
      let input = try #require(try InputFolder(path: folder.path))
      var routing = RoutingImport()
      return #expect(throws: InputFaults.self) { try routing.add(input) }?.description
        .replacing(folder.path, with: "statistics")
    }
    #expect(
      try refusal()
        == "statistics: error: is no folder of TensorRT-LLM's expert statistics: it has no "
        + "meta_info.json")
    try write(
      Array(#"{"num_experts": 3, "num_experts_per_token": 1}"#.utf8), "meta_info.json")
    #expect(
      try refusal()
        == "statistics: error: has no rank0.safetensors, which would hold the tokens of each expert"
    )
    let header =
      #"{"50_3":{"dtype":"I32","shape":[3],"data_offsets":[0,12]},"#
      + #""51_3":{"dtype":"I32","shape":[3],"data_offsets":[12,24]}}"#
    let counts: [UInt8] = [5, 1, 0, 2].flatMap { [$0, 0, 0, 0] } + [0, 1, 0, 0, 7, 0, 0, 0]
    for rank in 0..<2 {
      try write(safetensors(header, counts).bytes, "rank\(rank).safetensors")
    }
    try write([1, 2, 3], "rank0_raw.safetensors")
    var routing = RoutingImport()
    try routing.add(try #require(try InputFolder(path: folder.path)))
    let result = try routing.routing(experts: nil)
    #expect(result.layers == [3])
    #expect(result.load == [[14, 514, 14]])
    #expect(result.transitions == nil)
    try write(safetensors(header, Array(counts.dropLast())).bytes, "rank1.safetensors")
    #expect(try refusal()?.contains("rank1.safetensors") == true)
    try write(
      safetensors(header.replacing("[3]", with: "[2]"), counts).bytes, "rank1.safetensors")
    #expect(
      try refusal()
        == "statistics/rank1.safetensors: error: has 12 bytes in \"50_3\", but its shape [2] asks for "
        + "other than that")
    try write([255, 255, 255, 255, 255, 255, 255, 127, 0], "rank1.safetensors")
    #expect(
      try refusal()?.hasPrefix(
        "statistics/rank1.safetensors: error: is no file of safetensors, or truncated: its header")
        == true)
  }
}
