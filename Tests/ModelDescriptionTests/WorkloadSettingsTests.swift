import InputFiles
import ModelDescription
import Testing

@Suite("A workload is put together from flags, files and stated defaults")
struct WorkloadSettingsTests {
  private func settings(_ text: String) throws -> WorkloadSettings {
    try ModelFile.parse(
      ModelText.native(
        """
        "hiddenSize": 64, "vocabularySize": 10, "layers": 1, "attention": { "heads": 2 },
        "feedForward": { "intermediateSize": 100 }
        """, workload: text)
    ).workload
  }

  @Test("each setting may stand alone")
  func partial() throws {
    #expect(try settings("{}") == WorkloadSettings())
    #expect(
      try settings(#"{ "globalBatch": 1024 }"#)
        == WorkloadSettings(globalBatch: .sequences(1024)))
    #expect(
      try settings(#"{ "globalBatchTokens": 4194304, "precision": "fp8" }"#)
        == WorkloadSettings(globalBatch: .tokens(4_194_304), precision: .fp8))
    #expect(
      try settings(#"{ "sequenceLength": 4096, "optimizer": "sgd" }"#)
        == WorkloadSettings(sequenceLength: 4096, optimizer: .sgd))
  }

  @Test("a flag wins over a workload file, which wins over the model file")
  func precedence() {
    let flags = WorkloadSettings(sequenceLength: 1)
    let file = WorkloadSettings(globalBatch: .sequences(2), sequenceLength: 2)
    let model = WorkloadSettings(
      globalBatch: .sequences(3), sequenceLength: 3, precision: .fp8, optimizer: .sgd)
    #expect(
      flags.over(file).over(model)
        == WorkloadSettings(
          globalBatch: .sequences(2), sequenceLength: 1, precision: .fp8, optimizer: .sgd))
  }

  @Test("what nobody said is assumed aloud")
  func defaults() throws {
    let model = try ModelFile.parse(ModelText.llama8B).model
    let completed = WorkloadSettings().completed(for: model)
    #expect(completed.workload == Workload(globalBatch: 512, sequenceLength: 8192))
    #expect(
      completed.defaults == [
        "sequence length 8,192: not given; the model allows more",
        "global batch 512 sequences: not given; about 4 Mi tokens a step (4,194,304)",
        "precision bf16: not given",
        "optimiser adam: not given",
      ])
    let given = WorkloadSettings(
      globalBatch: .sequences(8), sequenceLength: 100, precision: .fp8, optimizer: .sgd)
    #expect(given.completed(for: model).defaults.isEmpty)
  }

  @Test("a sequence is no longer than the model's longest")
  func shortModel() throws {
    var model = try ModelFile.parse(ModelText.llama8B).model
    model.maximumSequenceLength = 2048
    #expect(
      WorkloadSettings().completed(for: model).defaults.prefix(2) == [
        "sequence length 2,048: not given; the longest that the model states",
        "global batch 2,048 sequences: not given; about 4 Mi tokens a step (4,194,304)",
      ])
    model.maximumSequenceLength = nil
    #expect(
      WorkloadSettings().completed(for: model).defaults.first
        == "sequence length 8,192: not given; the model states none")
  }

  @Test("a batch in tokens is rounded to whole sequences, and says so")
  func tokens() throws {
    let model = try ModelFile.parse(ModelText.llama8B).model
    let settings = WorkloadSettings(
      globalBatch: .tokens(4_000_000), sequenceLength: 8192, precision: .bf16, optimizer: .adam)
    let completed = settings.completed(for: model)
    #expect(completed.workload.globalBatch == 488)
    #expect(
      completed.defaults == [
        "global batch 488 sequences: the whole number nearest to 4,000,000 tokens"
      ])
  }
}
