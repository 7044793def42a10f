import InputFiles
import PublishedRuns
import Quantities
import Testing

@Suite("SimuMax's summary")
struct SimuMaxTests {
  private func summary(_ row: String) -> String {
    #"{"provenance":"here: there","rows":[\#(row)]}"#
  }

  @Test("A case's name spells its layout, and ranks share stages in order")
  func layout() throws {
    let row = """
      {"case":"llama3_8b_tp2_pp2_dp2_seq8192_mbc4","model":"llama3-8b","layer_num":8,"mbc":4,\
      "real_ms":250.0,"rank_alloc_reserved_mb":{"0":[1024,2048],"1":[512,2048],"2":[512,1024],\
      "3":[1024,1024]}}
      """
    let run = try #require(try MeasuredRuns.parse(summary(row)).runs.first)
    #expect(run.frame.degrees.tensor == 2 && run.frame.degrees.data == 2)
    #expect(run.workload.globalBatch == 8 && run.workload.sequenceLength == 8_192)
    #expect(run.measured.step == .milliseconds(250))
    #expect(
      run.measured.peaks == [
        .init(stage: 0, bytes: .gibibytes(1), kind: .allocated),
        .init(stage: 0, bytes: .gibibytes(2), kind: .reserved),
        .init(stage: 1, bytes: .gibibytes(1), kind: .allocated),
        .init(stage: 1, bytes: .gibibytes(1), kind: .reserved),
      ])
  }

  @Test(
    "A row that cannot run on eight GPUs, or of an unknown model, is left out",
    arguments: [
      ("x_tp3", "llama3-8b", "the degrees of the case's name do not fit the eight GPUs"),
      ("x_tp99999999999", "llama3-8b", "the degrees of the case's name do not fit the eight GPUs"),
      ("x_tp2", "own-7b", "the dimensions of the model 'own-7b' are not recorded"),
    ])
  func leftOut(name: String, model: String, reason: String) throws {
    let row = #"{"case":"\#(name)","model":"\#(model)","layer_num":8,"mbc":4,"real_ms":250.0}"#
    #expect(try MeasuredRuns.parse(summary(row)).leftOut.map(\.reason) == [reason])
  }

  @Test("A row of another shape is a fault of the file")
  func faults() throws {
    let row = #"{"case":"x","model":"llama3-8b","layer_num":"8","mbc":4}"#
    let faults = try #require(throws: InputFaults.self) { try MeasuredRuns.parse(summary(row)) }
    #expect(
      faults.description == """
        runs.jsonl:1:37: error: rows[0] needs the key 'real_ms'
        runs.jsonl:1:81: error: rows[0].layer_num is "8", but must be a whole number from 1 to 1048576
        """)
  }
}
