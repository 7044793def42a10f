extension Family {
  /// MiMo-V2: windows with a learned logit a head between layers that see all, values narrower than
  /// keys, experts without shared ones.
  static let miMo = Family(
    "mimo_v2_flash", "mimo_v2",
    harmless: [
      "hybrid_block_size", "attention_chunk_size", "attention_value_scale",
      "attention_projection_layout", "swa_rope_theta", "mlp_bias",
    ]
  ) { config in
    let stem = config.stem()
    var full = config.groupedAttention(stem, headSize: 192)
    full.valueSize = config.size("v_head_dim", default: 128)
    full.inputBias = config.flag("attention_bias")
    full.sinks = config.flag("add_full_attention_sink_bias")
    var sliding = full
    sliding.heads = config.optionalSize("swa_num_attention_heads", .count) ?? full.heads
    sliding.keyValueHeads =
      config.optionalSize("swa_num_key_value_heads", .count) ?? 2 * full.keyValueHeads
    config.requireDivisible(
      ("num_attention_heads", sliding.heads),
      by: ("swa_num_key_value_heads", sliding.keyValueHeads))
    sliding.headSize = config.optionalSize("swa_head_dim") ?? full.headSize
    sliding.valueSize = config.optionalSize("swa_v_head_dim") ?? full.valueSize
    sliding.sinks = config.flag("add_swa_attention_sink_bias", default: true)
    config.expect("use_qk_norm", is: false)
    // The other spelling does not count the query itself.
    let reach = config.optionalSize("sliding_window_size", .sequence).map { $0 + 1 }
    let window = config.optionalSize("sliding_window", .sequence)
    sliding.window = reach ?? window ?? 129
    let pattern = config.perLayer(
      stem, "hybrid_layer_pattern", config.integers("hybrid_layer_pattern", .between(0, 1)))
    let types = config.layerTypes(stem, among: ["full_attention", "sliding_attention"]) {
      layer in
      let slides = pattern.map { $0[layer] == 1 } ?? (layer > 0 && !(layer + 1).isMultiple(of: 6))
      return slides ? "sliding_attention" : "full_attention"
    }
    let sparse = config.layersWithExperts(stem, denseFirst: 1)
    let experts = config.deepSeekExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    var decoder = stem.decoder {
      types[$0] == "full_attention" ? full.branch : sliding.branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, like: stem.layer(sliding.branch, dense.branch))
    return decoder
  }
}
