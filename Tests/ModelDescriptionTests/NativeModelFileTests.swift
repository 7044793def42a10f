import InputFiles
import ModelDescription
import Testing

@Suite("A native model file says in few lines what a model is")
struct NativeModelFileTests {
  @Test("Llama-3.1-8B written natively is the model that its config.json describes")
  func equalsConfiguration() throws {
    let native = try ModelFile.parse(ModelText.llama8B)
    let published = try ModelFile.parse(ModelText.llama8BConfiguration)
    #expect(native.format == .native)
    #expect(published.format == .huggingFace)
    #expect(native.model.kinds == published.model.kinds)
    #expect(native.model.layers == published.model.layers)
    #expect(native.model.embedding == published.model.embedding)
    #expect(native.model.head == published.model.head)
    #expect(native.model.parameters.total == 8_030_261_248)
  }

  @Test("a name that is absent is the file's")
  func defaultName() throws {
    let text = ModelText.llama8B.replacing("\"name\": \"test\",", with: "")
    let file = try ModelFile.parse(Array(text.utf8), file: "models/tiny.json")
    #expect(file.model.name == "tiny")
  }

  @Test("layers of several kinds stand in a list, and patterns repeat")
  func mixedLayers() throws {
    let model = try ModelFile.parse(
      ModelText.native(
        """
        "hiddenSize": 1024, "vocabularySize": 32000,
        "layers": [
          { "count": 2, "attention": { "heads": 16 },
            "feedForward": { "intermediateSize": 4096 } },
          { "count": 3, "layers": [
            { "attention": { "kind": "linear", "keyHeads": 8, "valueHeads": 16, "keySize": 64,
                             "valueSize": 64 },
              "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 512 } },
            { "attention": { "kind": "none" },
              "feedForward": { "kind": "plain", "intermediateSize": 4096 } } ] }
        ]
        """)
    ).model
    #expect(model.layers == [0, 0, 1, 2, 1, 2, 1, 2])
    #expect(
      model.kinds.map(\.name) == [
        "attention+feedForward", "linearAttention+experts", "feedForward",
      ])
    #expect(model.layersOfKind == [2, 3, 3])
  }

  @Test("one long run of layers and the same in two runs are one model")
  func splittingARunChangesNothing() throws {
    func model(_ counts: [Int]) throws -> ModelDescription {
      let entries = counts.map {
        """
        { "count": \($0), "attention": { "heads": 8, "window": 512 },
          "feedForward": { "count": 4, "perToken": 1, "intermediateSize": 64 } }
        """
      }
      return try ModelFile.parse(
        ModelText.native(
          """
          "hiddenSize": 256, "vocabularySize": 1000, "layers": [\(entries.joined(separator: ","))]
          """)
      ).model
    }
    let whole = try model([24])
    for first in 1..<24 {
      let split = try model([first, 24 - first])
      #expect(split == whole)
      #expect(split.parameters == whole.parameters)
      #expect(
        split.trainingFLOPsPerToken(sequenceLength: 4096)
          == whole.trainingFLOPsPerToken(sequenceLength: 4096))
    }
  }

  @Test("parameters of each kind of block follow from its sizes")
  func handCounts() throws {
    func layer(_ attention: String, _ feedForward: String) throws -> Int {
      let text = ModelText.native(
        """
        "hiddenSize": 64, "vocabularySize": 10, "layers": 1,
        "attention": \(attention), "feedForward": \(feedForward)
        """)
      return try ModelFile.parse(text).model.kinds[0].weights
    }
    let none = #"{ "kind": "none" }"#
    // Two heads of 32: three projections in, one out, one normalisation of 64.
    #expect(try layer(#"{ "heads": 2 }"#, none) == 4 * 64 * 64 + 64)
    // Biases on all four; a scale of queries and one of keys.
    #expect(
      try layer(#"{ "heads": 2, "bias": true, "queryKeyNorm": true }"#, none)
        == 4 * (64 * 64 + 64) + 2 * 32 + 64)
    // Grouped keys: 64 wide queries, 32 wide keys and values; a gate as wide as the queries.
    #expect(
      try layer(#"{ "heads": 2, "keyValueHeads": 1, "outputGate": true, "sinks": true }"#, none)
        == 64 * (64 + 64 + 32 + 32) + 64 * 64 + 2 + 64)
    // Latent: queries through 16, keys and values through 8 beside 4 rotary, heads of 6 + 4 and 6.
    #expect(
      try layer(
        #"""
        { "kind": "mla", "heads": 2, "queryRank": 16, "keyValueRank": 8, "plainSize": 6,
          "rotarySize": 4, "valueSize": 6 }
        """#, none)
        == 64 * 16 + 16 + 16 * 2 * 10 + 64 * 12 + 8 + 8 * 2 * 12 + 12 * 64 + 64)
    // State space: 2 heads of 16, 8 states, 1 group, 4 taps with a bias.
    #expect(
      try layer(
        #"{ "kind": "stateSpace", "heads": 2, "headSize": 16, "stateSize": 8 }"#, none)
        == 64 * (2 * 32 + 16 + 2) + 48 * 5 + 3 * 2 + 32 + 32 * 64 + 64)
    #expect(try layer(none, #"{ "intermediateSize": 100 }"#) == 3 * 6400 + 64)
    #expect(
      try layer(none, #"{ "kind": "plain", "intermediateSize": 100, "bias": true }"#)
        == 2 * 6400 + 164 + 64)
    // Four experts of 10, a shared one of 20, a dense network of 30 beside them, a router.
    #expect(
      try layer(
        none,
        #"""
        { "count": 4, "perToken": 2, "intermediateSize": 10, "sharedIntermediateSize": 20,
          "denseIntermediateSize": 30 }
        """#) == 3 * 64 * (4 * 10 + 20 + 30) + 64 * 4 + 64)
  }

  @Test("layers that predict further tokens are counted apart")
  func multiTokenPrediction() throws {
    let model = try ModelFile.parse(
      ModelText.native(
        """
        "hiddenSize": 64, "vocabularySize": 10, "tiedHead": true, "layers": 1,
        "attention": { "heads": 2 }, "feedForward": { "intermediateSize": 100 },
        "multiTokenPrediction": [
          { "attention": { "heads": 2 }, "feedForward": { "intermediateSize": 100 } } ]
        """)
    ).model
    let layer = 4 * 64 * 64 + 64 + 3 * 6400 + 64
    #expect(model.parameters.total == layer + 10 * 64 + 64)
    #expect(model.parameters.multiTokenPrediction == layer + 2 * 64 * 64 + 3 * 64)
    #expect(model.parameters.byPart[.head] == nil)
  }
}
