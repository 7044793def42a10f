extension Family {
  /// Gemma 2 and 3: normalisations around each branch, windows between layers that see all.
  static let gemma = Family(
    "gemma2", "gemma3_text",
    harmless: ["use_bidirectional_attention", "cache_implementation", "sliding_window_size"]
  ) { config in
    let isThird = config.modelType == "gemma3_text"
    let stem = config.stem(tied: true, vocabulary: isThird ? 262_208 : nil)
    config.expect("use_bidirectional_attention", is: false)
    // Published Gemma 3 files leave out what equals the class's own values.
    let heads = config.count("num_attention_heads", default: isThird ? 8 : nil)
    let groups = config.count("num_key_value_heads", default: isThird ? 4 : nil)
    config.requireDivisible(
      ("num_attention_heads", heads), by: ("num_key_value_heads", groups))
    var attention = SoftmaxAttention(
      hidden: stem.hidden, heads: heads, keyValueHeads: groups,
      headSize: config.size("head_dim", default: 256))
    attention = attention.biased(config.flag("attention_bias"))
    attention.queryKeyNorm = isThird ? .perHead : .none
    let windows = config.windows(stem, .pattern(isThird ? 6 : 2))
    let network = config.feedForward(stem)
    return stem.decoder(norms: .around) {
      attention.within(windows[$0]).branch
    } _: { _ in
      network.branch
    }
  }

  /// Gemma 4: wider heads in the layers that see all, keys that may serve as values or be an
  /// earlier layer's, an embedding for each layer, a dense network beside experts.
  static let gemma4 = Family(
    "gemma4_text", harmless: ["use_bidirectional_attention", "cache_implementation"]
  ) { config in
    let stem = config.stem(tied: true)
    let layers = config.gemma4Attention(stem)
    let perLayer = PerLayerEmbedding(
      hidden: stem.hidden, layers: stem.layers,
      vocabulary: config.size("vocab_size_per_layer_input", .vocabulary, default: 262_144),
      width: config.size("hidden_size_per_layer_input", .widthOrNone, default: 256))
    let isMixed = config.flag("enable_moe_block")
    let experts = isMixed ? config.experts(stem, perToken: "top_k_experts") : nil
    if !isMixed { config.ignore(["num_experts", "top_k_experts", "moe_intermediate_size"]) }
    let dense = config.feedForward(stem)
    let doublesShared = config.flag("use_double_wide_mlp")
    var decoder = stem.decoder(
      (0..<stem.layers).map { layer in
        let attention = layers[layer]
        var network = dense
        if doublesShared, attention.values == .ofEarlierLayer { network.intermediate *= 2 }
        let second =
          experts.map { Branch.gemma(dense: network, experts: $0) } ?? network.branch
        var whole = stem.layer(norms: .around, attention.branch, second)
        whole.blocks += perLayer.blocks
        return whole
      })
    decoder.extraEmbedding = perLayer.embedding
    return decoder
  }
}

extension Branch {
  /// A dense network and experts that read the hidden state each through a normalisation of its
  /// own, whose outputs are normalised each and summed.
  fileprivate static func gemma(dense: FeedForward, experts: Experts) -> Branch {
    let hidden = dense.hidden
    func norm(_ name: String, keepsInput: Bool, keepsOutput: Bool) -> Operator {
      .hiddenNorm(
        name, .rootMeanSquare, width: hidden, keepsInput: keepsInput, keepsOutput: keepsOutput)
    }
    let scales = Operator.scalars("routerScales", part: .router, hidden + experts.count)
    return Branch(
      kind: "feedForward+experts",
      operators: dense.operators
        + [norm("denseNorm", keepsInput: true, keepsOutput: false)]
        + [norm("expertsInputNorm", keepsInput: false, keepsOutput: true), scales]
        + experts.operators
        + [norm("expertsNorm", keepsInput: true, keepsOutput: false)])
  }
}

extension HuggingFaceConfig {
  /// The attention of every layer.
  fileprivate func gemma4Attention(_ stem: DecoderStem) -> [SoftmaxAttention] {
    let heads = count("num_attention_heads")
    let groups = count("num_key_value_heads")
    let size = self.size("head_dim", default: 256)
    var sliding = SoftmaxAttention(
      hidden: stem.hidden, heads: heads, keyValueHeads: groups, headSize: size)
    sliding.inputBias = flag("attention_bias")
    sliding.outputBias = sliding.inputBias
    sliding.queryKeyNorm = .perHead
    var full = sliding
    let keysAreValues = flag("attention_k_eq_v")
    let overrides = layerOverrides(stem) {
      ($0.optionalSize("head_dim"), $0.optionalSize("num_key_value_heads", .count))
    }
    // Single layers' sizes are stated only where the sizes of all such layers are not.
    full.headSize = optionalSize("global_head_dim") ?? 512
    let globalGroups = optionalSize("num_global_key_value_heads", .count)
    if keysAreValues {
      full.keyValueHeads = globalGroups ?? groups
      full.values = .keys
    }
    requireDivisible(("num_attention_heads", heads), by: ("num_key_value_heads", groups))
    requireDivisible(
      ("num_attention_heads", heads), by: ("num_global_key_value_heads", full.keyValueHeads))
    let windows = self.windows(stem, .pattern(6))
    let shared = self.size("num_kv_shared_layers", .countOrNone, default: 0)
    return (0..<stem.layers).map { layer in
      let isLast = layer == stem.layers - 1
      var attention = windows[layer] == nil || isLast ? full : sliding.within(windows[layer])
      if let (headSize, groups) = overrides[layer] {
        attention.headSize = headSize ?? size
        attention.keyValueHeads = groups ?? attention.keyValueHeads
      }
      if layer >= stem.layers - shared { attention.values = .ofEarlierLayer }
      return attention
    }
  }
}

/// A small embedding of the token for every layer, which a gate of the hidden state lets in.
///
/// - Source: the Gemma 3n and 4 implementations in transformers 5.23.
struct PerLayerEmbedding: Hashable, Sendable {
  var hidden: Int
  var layers: Int
  var vocabulary: Int
  var width: Int

  /// The table of all layers' embeddings and the projection that adds the common embedding to them.
  var embedding: [Operator] {
    guard width > 0 else { return [] }
    let all = layers * width
    return [
      Operator(
        "tokensPerLayer", part: .embedding, work: .lookup(width: all), weights: vocabulary * all,
        partition: .column, saved: [SavedTensor(width: all, partition: .replicated)]),
      .linear(
        "perLayerProjection", part: .embedding, from: hidden, to: all, partition: .replicated,
        saved: [SavedTensor(width: all, partition: .replicated)]),
      .innerNorm(
        "perLayerNorm", part: .normalisation, width: width, groups: layers, weights: width,
        partition: .replicated),
    ]
  }

  /// The branch of each layer.
  var blocks: [Block] {
    guard width > 0 else { return [] }
    return [
      .residual(
        "layerEmbedding", hidden: hidden, norm: nil, outputNorm: .rootMeanSquare,
        [
          .linear(
            "gate", part: .residualMixing, from: hidden, to: width, partition: .replicated,
            saved: [SavedTensor(width: 2 * width, partition: .replicated)]),
          .linear(
            "projection", part: .residualMixing, from: width, to: hidden, partition: .replicated,
            saved: [SavedTensor(width: width, partition: .replicated)]),
        ])
    ]
  }
}
