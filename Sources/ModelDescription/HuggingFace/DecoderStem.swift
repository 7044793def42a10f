import InputFiles

/// The fields that nearly every configuration has, in their usual spelling.
struct DecoderStem {
  var hidden: Int
  var layers: Int
  var vocabulary: Int
  var tied: Bool
  var maximumSequenceLength: Int?
  var norm = Normalisation.rootMeanSquare

  /// A decoder with these layers before the usual head.
  func decoder(_ layers: [Layer]) -> Decoder {
    Decoder(
      hidden: hidden, vocabulary: vocabulary, norm: norm, tied: tied, layers: layers,
      maximumSequenceLength: maximumSequenceLength)
  }

  /// A decoder whose layers are all alike.
  func decoder(repeating layer: Layer) -> Decoder {
    decoder(Array(repeating: layer, count: layers))
  }

  /// A layer of branches that normalise what they read, each kind with its operators.
  func layer(_ branches: (kind: String, operators: [Operator])...) -> Layer {
    Layer(branches.map { .residual($0.kind, hidden: hidden, norm: norm, $0.operators) })
  }
}

extension HuggingFaceConfig {
  func stem(
    hidden: ObjectKey = "hidden_size", layers: ObjectKey = "num_hidden_layers",
    positions: ObjectKey = "max_position_embeddings", tied: Bool = false,
    norm: Normalisation = .rootMeanSquare
  ) -> DecoderStem {
    DecoderStem(
      hidden: size(hidden), layers: count(layers), vocabulary: size("vocab_size", .vocabulary),
      tied: tiedHead(default: tied), maximumSequenceLength: optionalSize(positions, .sequence),
      norm: norm)
  }

  /// Grouped-query attention in its usual spelling; `num_key_value_heads` is all heads where it is
  /// absent, `head_dim` the hidden size over the heads.
  func groupedAttention(_ stem: DecoderStem, headSize: Int? = nil) -> SoftmaxAttention {
    let heads = count("num_attention_heads")
    let groups = count("num_key_value_heads", default: heads)
    requireDivisible(("num_attention_heads", heads), by: ("num_key_value_heads", groups))
    return SoftmaxAttention(
      hidden: stem.hidden, heads: heads, keyValueHeads: groups,
      headSize: self.headSize(stem, heads: heads, default: headSize))
  }

  /// The size of a head: as stated, else `fallback`, else the hidden size over the heads.
  func headSize(_ stem: DecoderStem, heads: Int, default fallback: Int? = nil) -> Int {
    if let stated = optionalSize("head_dim") { return stated }
    if let fallback { return size("head_dim", default: fallback) }
    requireDivisible(("hidden_size", stem.hidden), by: ("num_attention_heads", heads))
    return max(1, stem.hidden / max(1, heads))
  }
}
