/// A decoder as a reader understood it: its layers one by one and what stands before and after.
struct Decoder: Hashable, Sendable {
  var hidden: Int
  var vocabulary: Int
  var norm: Normalisation
  var tied: Bool
  var layers: [Layer]
  var maximumSequenceLength: Int?
  /// Learned position vectors, of the embedding's width.
  var learnedPositions = 0
  /// The width of the token table, where tokens are projected to the hidden size.
  var embeddingSize: Int?
  /// What normalises the embedding.
  var embeddingNorm: Normalisation?
  /// Further operators before the first layer and after the last, before the final normalisation.
  var extraEmbedding: [Operator] = []
  var extraHead: [Operator] = []
  /// Whether a normalisation follows the last layer.
  var finalNorm = true
  var headBias = false
  var multiTokenPrediction: [Layer] = []
  var visionParameters = 0
  var assumptions: [String] = []

  /// The description, whose kinds are the distinct layers in the order of their first use.
  func description(name: String, modelType: String? = nil) -> ModelDescription {
    var kinds: [Layer] = []
    var indices: [Layer: Int] = [:]
    var uses: [String: Int] = [:]
    let order = layers.map { layer in
      if let index = indices[layer] { return index }
      var kind = layer
      uses[layer.name, default: 0] += 1
      if let count = uses[layer.name], count > 1 { kind.name += " (\(count))" }
      indices[layer] = kinds.count
      kinds.append(kind)
      return kinds.count - 1
    }
    return ModelDescription(
      name: name, modelType: modelType, hiddenSize: hidden, vocabularySize: vocabulary,
      maximumSequenceLength: maximumSequenceLength, kinds: kinds, layers: order,
      embedding: embedding, head: head, tiedHead: tied,
      multiTokenPrediction: multiTokenPrediction, visionParameters: visionParameters,
      assumptions: assumptions)
  }

  private var embedding: [Operator] {
    let width = embeddingSize ?? hidden
    var all = [
      Operator(
        "tokens", part: .embedding, work: .lookup(width: width), weights: vocabulary * width,
        partition: .column)
    ]
    if learnedPositions > 0 {
      all.append(
        Operator(
          "positions", part: .embedding, work: .lookup(width: hidden),
          weights: learnedPositions * hidden))
    }
    if width != hidden {
      all.append(
        .linear("embeddingUp", part: .embedding, from: width, to: hidden, partition: .replicated))
    }
    all += extraEmbedding
    if let embeddingNorm { all.append(.hiddenNorm("embeddingNorm", embeddingNorm, width: hidden)) }
    return all
  }

  private var head: [Operator] {
    let width = embeddingSize ?? hidden
    var all = extraHead
    if finalNorm { all.append(.hiddenNorm("finalNorm", norm, width: hidden)) }
    if width != hidden {
      all.append(
        .linear("headDown", part: .head, from: hidden, to: width, partition: .replicated))
    }
    all.append(
      Operator(
        "vocabulary", part: .head, work: .projection(inputs: width, outputs: vocabulary),
        weights: (tied ? 0 : vocabulary * width) + (headBias ? vocabulary : 0),
        partition: .column))
    return all
  }
}

extension Layer {
  /// A layer named after its blocks.
  init(_ blocks: [Block]) {
    let name = blocks.map(\.kind).joined(separator: "+")
    self.init(name: name.isEmpty ? "empty" : name, blocks: blocks)
  }

  /// The layer as one that predicts a further token: the hidden state and the next token's
  /// embedding are normalised and projected from both to one before it; a normalisation follows it.
  ///
  /// - Source: DeepSeek-AI 2024 (DeepSeek-V3), §2.2.
  func predictingFurther(hidden: Int, norm: Normalisation) -> Layer {
    let inputs: [Operator] = [
      .hiddenNorm("hiddenNorm", norm, width: hidden),
      .hiddenNorm("embeddingNorm", norm, width: hidden),
      .linear(
        "combine", part: .multiTokenPrediction, from: 2 * hidden, to: hidden,
        partition: .replicated),
    ]
    let output = Operator.hiddenNorm("finalNorm", norm, width: hidden)
    return Layer(
      name: name,
      blocks: [Block("combine", operators: inputs)] + blocks + [Block("head", operators: [output])])
  }
}
