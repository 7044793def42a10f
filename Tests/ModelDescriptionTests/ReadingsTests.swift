import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@Suite("Arithmetic and activations are readings of the operators")
struct ReadingsTests {
  @Test("a query meets half of the keys before it, of a window, or of a piece")
  func meanKeys() {
    func keys(_ change: (inout AttentionShape) -> Void, at length: Int = 8192) -> Double {
      var shape = AttentionShape(heads: 1, keyValueHeads: 1, queryKeySize: 1, valueSize: 1)
      change(&shape)
      return shape.meanKeys(sequenceLength: length)
    }
    #expect(keys { _ in } == 4096)
    #expect(keys { $0.window = 1024 } == 1024 - 64)
    #expect(keys { $0.window = 100_000 } == 4096)
    #expect(keys { $0.selectedKeys = 2048 } == 2048 - 256)
    #expect(keys { $0.chunk = 1024 } == 512)
    #expect(keys { $0.compression = 4 } == 1024)
    #expect(keys({ _ in }, at: 0) == 0)
  }

  @Test("training Llama-3.1-8B takes 6 operations a parameter and 6·h·s a layer for a token")
  func modelFLOPs() throws {
    let model = try ModelFile.parse(ModelText.llama8B).model
    let products = model.parameters.total - 128_256 * 4096 - 65 * 4096
    let expected = 6 * Double(products) + 32 * 6 * 4096 * 8192
    #expect(model.trainingFLOPsPerToken(sequenceLength: 8192).value == expected)
    #expect(model.forwardFLOPsPerToken(sequenceLength: 8192).value * 3 == expected)
  }

  @Test("only the chosen experts work, and each extra layer runs the head again")
  func expertsAndExtraLayers() throws {
    func flops(_ extra: String) throws -> Double {
      let model = try ModelFile.parse(
        ModelText.native(
          """
          "hiddenSize": 64, "vocabularySize": 10, "layers": 1, "attention": { "kind": "none" },
          "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 16 }\(extra)
          """)
      ).model
      return model.forwardFLOPsPerToken(sequenceLength: 128).value
    }
    let layer = 2.0 * 64 * 8 + 2 * 3 * 2 * 64 * 16
    let head = 2.0 * 64 * 10
    #expect(try flops("") == layer + head)
    let extra = #"""
      , "multiTokenPrediction": [ { "attention": { "kind": "none" },
        "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 16 } } ]
      """#
    #expect(try flops(extra) == 2 * (layer + head) + 2 * 128 * 64)
  }

  @Test("a modern layer keeps 4h, queries, keys, values, the output and three widths a token")
  func modernActivations() throws {
    let layer = try ModelFile.parse(ModelText.llama8B).model.kinds[0]
    func bytes(_ modules: Set<RecomputeModule>) -> Double {
      layer.activationBytes(
        sequenceLength: 4096, precision: .bf16, policy: .recomputing(modules), hiddenSize: 4096
      ).value
    }
    let (h, kv, f, heads) = (4096.0, 1024.0, 14336.0, 32.0)
    let all = 2 * (4 * h + h + 2 * kv + h + 3 * f) + 4 * heads
    #expect(bytes([]) == all)
    #expect(bytes([.coreAttention]) == all - 4 * heads)
    #expect(bytes([.feedForward]) == all - 2 * 3 * f)
    #expect(bytes([.normalisation]) == all - 2 * 2 * h)
    #expect(bytes([.experts]) == all)
    #expect(
      layer.activationBytes(
        sequenceLength: 4096, precision: .bf16, policy: .layerInput, hiddenSize: 4096
      ).value == 2 * h)
  }

  @Test("a GPT layer with stored scores keeps 32·h + 5·a·s bytes a token")
  func classicActivations() throws {
    // Korthikanti et al. 2022, equation 1, without the masks of the two dropouts on the residual.
    let layer = try ModelFile.parse(
      ModelText.native(
        """
        "hiddenSize": 1024, "vocabularySize": 10, "layers": 1, "normalisation": "layer",
        "attention": { "heads": 16, "bias": true, "fused": false },
        "feedForward": { "kind": "plain", "intermediateSize": 4096, "bias": true }
        """)
    ).model.kinds[0]
    for length in [1, 512, 2048] {
      let bytes = layer.activationBytes(
        sequenceLength: length, precision: .fp16, hiddenSize: 1024)
      #expect(bytes.value == Double(32 * 1024 + 5 * 16 * length))
    }
  }

  @Test("a token keeps its input, gate, up and product for each of its experts")
  func expertActivations() throws {
    let layer = try ModelFile.parse(
      ModelText.native(
        """
        "hiddenSize": 64, "vocabularySize": 10, "layers": 1, "attention": { "kind": "none" },
        "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 16 }
        """)
    ).model.kinds[0]
    let bytes = layer.activationBytes(sequenceLength: 1, precision: .bf16, hiddenSize: 64)
    let routerLogits = 4 * 8
    #expect(bytes.value == Double(2 * 2 * 64 + 2 * 2 * (64 + 3 * 16) + routerLogits))
  }

  @Test("every operator belongs to a part, and a layer's parameters are its operators'")
  func sums() throws {
    for entry in TransformersCounts.all {
      let model = try ModelFile.parse(entry.configuration).model
      for kind in model.kinds {
        #expect(kind.weights == kind.operators.reduce(0) { $0 + $1.weights })
        #expect(kind.activeWeights <= kind.weights)
        #expect(kind.forwardFLOPs(sequenceLength: 4096).value > 0)
      }
    }
  }
}
