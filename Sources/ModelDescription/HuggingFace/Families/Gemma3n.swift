extension Family {
  /// Gemma 3n: several residual streams that small matrices predict and correct, a low-rank side
  /// branch, an embedding for each layer, keys and values of an earlier layer in the upper ones.
  ///
  /// - Source: `gemma3n` of transformers 5.23; Baykal et al. 2023 (AltUp) for the streams.
  static let gemma3n = Family(
    "gemma3n_text",
    harmless: [
      "altup_active_idx", "altup_coef_clip", "altup_correct_scale", "activation_sparsity_pattern",
    ]
  ) { config in
    let stem = config.stem(tied: true, vocabulary: 262_400)
    var attention = config.groupedAttention(stem, headSize: 256).biased(
      config.flag("attention_bias"))
    attention.queryKeyNorm = .perHead
    let windows = config.windows(stem, .pattern(5))
    let shared = config.size("num_kv_shared_layers", .countOrNone, default: 15)
    let streams = config.count("altup_num_inputs", default: 4)
    let sides = AlternatingUpdates(
      hidden: stem.hidden, streams: streams, rank: config.size("laurel_rank", default: 64))
    let perLayer = PerLayerEmbedding(
      hidden: stem.hidden, layers: stem.layers,
      vocabulary: config.size("vocab_size_per_layer_input", .vocabulary, default: 262_144),
      width: config.size("hidden_size_per_layer_input", .widthOrNone, default: 256))
    let isList = config.node(at: "intermediate_size")?.elements != nil
    let listed = isList ? config.integers("intermediate_size", .width) : nil
    let widths =
      config.perLayer(stem, "intermediate_size", listed)
      ?? Array(repeating: isList ? 1 : config.size("intermediate_size"), count: stem.layers)
    var decoder = stem.decoder(
      (0..<stem.layers).map { layer in
        var mixer = attention.within(windows[layer])
        if layer >= stem.layers - shared { mixer.values = .ofEarlierLayer }
        let network = FeedForward(hidden: stem.hidden, intermediate: widths[layer])
        var whole = stem.layer(norms: .around, mixer.branch, network.branch)
        whole.blocks += [sides.block] + perLayer.blocks
        return whole
      })
    decoder.extraEmbedding = perLayer.embedding + sides.projections("streamProjection")
    decoder.extraHead = sides.projections("streamUnprojection")
    return decoder
  }
}

/// The parts of a layer that mix its residual streams, and its low-rank side branch.
struct AlternatingUpdates: Hashable, Sendable {
  var hidden: Int
  var streams: Int
  var rank: Int

  var block: Block {
    Block(
      "streams",
      operators: [
        .innerNorm(
          "routerNorm", part: .residualMixing, width: hidden, weights: hidden,
          partition: .replicated),
        .linear(
          "streamRouter", part: .residualMixing, from: hidden, to: streams, partition: .replicated),
        .linear(
          "prediction", part: .residualMixing, from: streams, to: streams * streams,
          partition: .replicated),
        .linear(
          "correction", part: .residualMixing, from: streams, to: streams, partition: .replicated),
        .scalars("outputScale", part: .residualMixing, hidden),
        .elementwise(
          "streamMixing", part: .residualMixing, width: streams * hidden, partition: .replicated,
          saved: [SavedTensor(width: streams * hidden, partition: .replicated)]),
        .linear(
          "sideDown", part: .residualMixing, from: hidden, to: rank, partition: .replicated,
          saved: [SavedTensor(width: rank, partition: .replicated)]),
        .linear(
          "sideUp", part: .residualMixing, from: rank, to: hidden, partition: .replicated),
        .hiddenNorm("sideNorm", .rootMeanSquare, width: hidden, keepsOutput: false),
      ])
  }

  /// What makes all but the first stream of it, or back.
  func projections(_ name: String) -> [Operator] {
    (1..<max(1, streams)).map {
      .linear(
        "\(name)\($0)", part: .residualMixing, from: hidden, to: hidden, partition: .replicated,
        saved: [SavedTensor(width: hidden, partition: .replicated)])
    }
  }
}
