import InputFiles
import ModelDescription
import Testing

@Suite("A summary shows what was understood")
struct ModelSummaryTests {
  private static let text = ModelText.native(
    """
    "hiddenSize": 64, "vocabularySize": 1000, "maximumSequenceLength": 512,
    "layers": [
      { "attention": { "heads": 2 }, "feedForward": { "intermediateSize": 100 } },
      { "count": 2, "attention": { "heads": 2, "window": 128 },
        "feedForward": { "count": 4, "perToken": 1, "intermediateSize": 10 } }
    ]
    """)

  @Test("as text: parameters by part, layers by kind, arithmetic and activations of a token")
  func text() throws {
    let summary = ModelSummary(try ModelFile.parse(Self.text).model)
    #expect(
      summary.text == """
        test: hidden size 64, vocabulary 1,000, up to 512 tokens

        parameters                                        212,672
          embedding                                        64,000  30.1 %
          attention                                        49,152  23.1 %
          dense feed-forward                               19,200  9.0 %
          router                                              512  0.2 %
          routed experts                                   15,360  7.2 %
          normalisation                                       448  0.2 %
          head                                             64,000  30.1 %
        active for a token                                201,152

        layers                 3
          1 × attention+feedForward                        35,712  parameters each
          2 × slidingAttention+experts                     24,448  parameters each

        at 512 tokens a sequence
          arithmetic           0.00119 GFLOP a token, forward and backward (causal attention as half, no recomputation)
          activations          4.01 KiB a token, kept in 16 bits

        """)
  }

  @Test("as JSON: exact numbers under stable keys")
  func json() throws {
    let summary = ModelSummary(try ModelFile.parse(Self.text).model, sequenceLength: 512)
    let document = try JSONDocument.parse(JSONText.pretty(summary.json), file: "summary.json")
    let root = document.root
    #expect(root["parameters"]?["total"]?.integer == 212_672)
    #expect(root["parameters"]?["active"]?.integer == 201_152)
    #expect(root["parameters"]?["multiTokenPrediction"]?.integer == 0)
    #expect(root["parameters"]?["vision"]?.integer == 0)
    #expect(root["parameters"]?["byPart"]?["routedExperts"]?.integer == 15_360)
    let layers = root["layers"]?.elements.map(Array.init) ?? []
    #expect(layers.map { $0["count"]?.integer } == [1, 2])
    #expect(
      layers.map { $0["kind"]?.string } == ["attention+feedForward", "slidingAttention+experts"])
    #expect(
      root["flopsPerToken"]?["total"]?.number
        == summary.flopsPerToken.value)
    let operators = layers.first?["operators"]?.elements.map(Array.init) ?? []
    let scores = operators.first { $0["name"]?.string == "scores" }
    // Two heads of 32, queries with keys and weights with values, 256 keys on average, twice.
    let backward: Double = 2 * 2 * 2 * 64 * 256
    #expect(scores?["backwardFlopsPerToken"]?.number == backward)
  }
}
