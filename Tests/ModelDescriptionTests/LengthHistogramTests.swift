import InputFiles
import ModelDescription
import Testing

@Suite("Lengths of sequences are a histogram, given or made from a sample")
struct LengthHistogramTests {
  @Test("a sample of few lengths is counted exactly")
  func few() throws {
    let histogram = try #require(LengthHistogram(sample: [300, 100, 300]))
    #expect(histogram.entries == [.init(tokens: 100, count: 1), .init(tokens: 300, count: 2)])
    #expect(histogram.total == 3 && histogram.longest == 300)
    #expect(abs(histogram.mean - 700.0 / 3) < 1e-9)
    // 600 of 700 tokens are in the longer ones.
    #expect(histogram.medianByTokens == 300)
    #expect(LengthHistogram(sample: []) == nil)
    #expect(LengthHistogram(sample: [4, 0]) == nil)
  }

  @Test("of many lengths, each is rounded up by at most a sixteenth")
  func many() throws {
    let sample = (1...3000).map { $0 * 7 }
    let histogram = try #require(LengthHistogram(sample: sample))
    #expect(histogram.total == 3000)
    #expect(histogram.entries.count < 256)
    #expect(histogram.longest >= 21_000 && Double(histogram.longest) < 21_000 * 17 / 16)
    let mean = Double(sample.reduce(0, +)) / 3000
    #expect(histogram.mean >= mean && histogram.mean < mean * 17 / 16)
  }

  @Test("a workload of lengths is packed into windows of the longest, and counts sequences")
  func workload() throws {
    let text = """
      { "architecture": { "hiddenSize": 64, "vocabularySize": 10, "layers": 1,
        "attention": { "heads": 2 }, "feedForward": { "intermediateSize": 100 } },
        "workload": { "globalBatch": 80, "lengthHistogram":
          [ { "tokens": 8192, "count": 1 }, { "tokens": 512, "count": 9 } ] } }
      """
    let file = try ModelFile.parse(Array(text.utf8), file: "model.json")
    let completed = file.workload.completed(for: file.model)
    // 80 sequences of 1,280 tokens on average fill 12.5 windows of 8,192.
    #expect(completed.workload.sequenceLength == 8192)
    #expect(completed.workload.globalBatch == 13)
    #expect(completed.workload.lengths?.sequences == 80)
    #expect(
      completed.defaults.contains(
        "packed, 80 sequences of 1,280 tokens on average fill 13 windows of 8,192"),
      "\(completed.defaults)")
    let faulty = text.replacing("\"globalBatch\": 80", with: "\"sequenceLength\": 4096")
    let faults = #expect(throws: InputFaults.self) {
      try ModelFile.parse(Array(faulty.utf8), file: "model.json")
    }
    #expect(
      faults?.description.contains("must be at least 8192, the longest of 'lengthHistogram'")
        == true)
  }
}
