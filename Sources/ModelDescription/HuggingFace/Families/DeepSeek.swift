extension Family {
  /// DeepSeek-V3 and R1, Kimi-K2, Moonlight.
  static let deepSeekV3 = Family("deepseek_v3", "kimi_k2") { config in
    let stem = config.stem()
    let attention = config.latentAttention(stem)
    let dense = FeedForward(hidden: stem.hidden, intermediate: config.size("intermediate_size"))
    let experts = config.deepSeekExperts(stem)
    let denseLayer = stem.layer(
      ("latentAttention", attention.operators), ("feedForward", dense.operators))
    let expertLayer = stem.layer(
      ("latentAttention", attention.operators), ("experts", experts.operators))
    var decoder = stem.decoder(
      config.denseFirst(stem).map { $0 ? expertLayer : denseLayer })
    decoder.multiTokenPrediction = config.furtherPredictors(stem, expertLayer)
    return decoder
  }
}

extension HuggingFaceConfig {
  /// Multi-head latent attention in DeepSeek's spelling.
  func latentAttention(_ stem: DecoderStem) -> LatentAttention {
    ignore(["num_key_value_heads", "head_dim", "qk_head_dim"])
    return LatentAttention(
      hidden: stem.hidden, heads: count("num_attention_heads"),
      queryRank: optionalSize("q_lora_rank"), keyValueRank: size("kv_lora_rank"),
      plainSize: size("qk_nope_head_dim"), rotarySize: size("qk_rope_head_dim"),
      valueSize: size("v_head_dim"), bias: flag("attention_bias"))
  }

  /// Routed and shared experts in DeepSeek's spelling.
  func deepSeekExperts(_ stem: DecoderStem) -> Experts {
    let width = size("moe_intermediate_size")
    return Experts(
      hidden: stem.hidden, count: count("n_routed_experts"),
      perToken: count("num_experts_per_tok"), intermediate: width,
      sharedIntermediate: size("n_shared_experts", .countOrNone, default: 0) * width)
  }

  /// For each layer whether it has experts: none of the first `first_k_dense_replace`, then every
  /// `moe_layer_freq`-th.
  func denseFirst(_ stem: DecoderStem) -> [Bool] {
    let first = size("first_k_dense_replace", .countOrNone, default: 0)
    let step = optionalSize("moe_layer_freq", .count) ?? 1
    return (0..<stem.layers).map { $0 >= first && $0.isMultiple(of: step) }
  }

  /// The layers that predict further tokens, each like `layer`.
  func furtherPredictors(_ stem: DecoderStem, _ layer: Layer) -> [Layer] {
    let count = optionalSize("num_nextn_predict_layers", .countOrNone) ?? 0
    return Array(
      repeating: layer.predictingFurther(hidden: stem.hidden, norm: stem.norm), count: count)
  }
}
