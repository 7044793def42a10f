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
        + #""load":[[2,1,2,1],[1,2,2,1]],"transitions":[[[1,2,1,0],[1,1,0,0],[0,1,2,1],[0,0,1,1]]]}"#
        + "\n")
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
