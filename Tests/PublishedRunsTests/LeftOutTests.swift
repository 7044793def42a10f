import InputFiles
import PublishedRuns
import Testing

@Suite("Records that are left out")
struct LeftOutTests {
  @Test("A record with nothing odd is a run")
  func plain() throws {
    #expect(try RecordBuilder().reason() == nil)
  }

  @Test(
    "A record that cannot be predicted is left out with the rule in words",
    arguments: [
      ("kind", "serve", "measures serve, and only training is predicted"),
      ("status", "formula", "states what a formula gives, not a measurement"),
      ("status", "odd", "its status 'odd' is not known"),
      ("model.layers", nil, "the number of layers is not recorded"),
      ("model.layers", "32-40", "the number of layers is \"32-40\", which is no count"),
      ("model.layers", 1e9, "the number of layers is 1000000000.0, which is no count"),
      ("model.seq", nil, "the sequence length is not recorded"),
      ("model.hidden", 0, "the hidden size is 0, which is no count"),
      ("model.attention", "hybrid gqa", "the layers of a hybrid model are not described"),
      ("hardware.gpu", nil, "the kind of GPU is not recorded"),
      ("hardware.gpu", "TPU-v5p", "TPU-v5p is no GPU whose training stacks are modelled"),
      ("hardware.gpu", "Gaudi2-96GB", "Gaudi2-96GB is no GPU whose training stacks are modelled"),
      (
        "hardware.gpu", "4x V100 + 4x T4", "the places of different kinds of GPU are not recorded"
      ),
      ("hardware.gpus", "8-16", "the number of GPUs is \"8-16\", which is no count"),
      ("hardware.gpus", 6, "6 GPUs are no multiple of tensor × context × pipeline = 4"),
      ("parallel.tp", "many", "the tp degree is \"many\", which is no count"),
      ("parallel.globalbatch", nil, "the global batch is not recorded"),
      (
        "parallel.globalbatch", 2,
        "the global batch of 2 is smaller than the data degree of 4"
      ),
      (
        "parallel.globalbatch", 6,
        "the global batch of 6 is not shared evenly by 4 replicas"
      ),
      ("parallel.pp", 16, "16 GPUs are no multiple of tensor × context × pipeline = 32"),
      ("parallel.schedule", "sideways", "the schedule 'sideways' is not known"),
      ("model.heads", 0.5, nil),
    ] as [(String, JSONValue, String?)])
  func rules(path: String, value: JSONValue, reason: String?) throws {
    #expect(try RecordBuilder([path: value]).reason() == reason)
  }

  @Test("A run of which nothing was measured is left out, and one that failed is kept")
  func nothingMeasured() throws {
    let empty: [String: JSONValue] = ["measured.step_time_s": nil, "derived.step_time_s": nil]
    #expect(
      try RecordBuilder(empty).reason() == "neither a step time nor memory was measured")
    let failed = try RecordBuilder(empty.merging(["status": "failed"]) { $1 }).read()
    #expect(failed.runs.first?.measured.outcome == .failed)
  }

  @Test("A record without sections is left out")
  func bare() throws {
    let runs = try MeasuredRuns.parse(#"{"id":"x","hardware":null,"parallel":7,"model":[]}"#)
    // Null is as good as absent, and a number is no layout.
    #expect(
      runs.leftOut.map(\.reason) == ["the model, the hardware or the layout is not recorded"])
  }

  @Test("A sharded optimiser without a number of GPUs leaves a record out, an unsharded one not")
  func unknownDevices() throws {
    let base: [String: JSONValue] = [
      "workload": "ci-test", "hardware.gpus": nil, "parallel.dp": nil,
      "measured.peak_mem_GiB": 2.5,
    ]
    #expect(try RecordBuilder(base).reason() == "the number of GPUs is not recorded")
    let whole = try RecordBuilder(base.merging(["parallel.zero": 0]) { $1 }).read()
    let run = try #require(whole.runs.first)
    #expect(run.frame.degrees.data == 1)
    #expect(
      run.assumptions.contains(
        "data degree 1: not recorded; nothing is shared out over replicas"))
  }

  @Test("A mis-filed step time leaves its record out")
  func misfiled() throws {
    let record = RecordBuilder(["note": "red_grads(s)=3.5; per-stage"])
    #expect(
      try record.reason()
        == "its step time is the gradient-reduction time of its note, so the row is mis-filed")
  }

  @Test("A dense pipeline of Megatron-Bridge without a virtual degree is left out")
  func bridge() throws {
    let record = RecordBuilder([
      "parallel.framework": "Megatron-Bridge 26.04 NeMo Container", "parallel.vpp": nil,
    ])
    #expect(
      try record.reason() == "the virtual pipeline degree of a dense model is not recorded")
  }
}
