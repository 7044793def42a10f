extension Family {
  /// Qwen 1.5 and 2 with experts: biases on queries, keys and values, a gated shared expert.
  static let qwen2MoE = Family("qwen2_moe") { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    attention.inputBias = config.flag("qkv_bias", default: true)
    let windows = config.windows(stem, .upperLayers)
    var experts = config.experts(stem)
    experts.sharedIntermediate = config.size("shared_expert_intermediate_size", .widthOrNone)
    experts.sharedGate = true
    let sparse = config.qwenLayersWithExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
  }

  /// Qwen 3 with experts.
  static let qwen3MoE = Family(
    "qwen3_moe", "qwen3_vl_moe_text",
    harmless: ["max_window_layers", "use_sliding_window", "mlp_bias"]
  ) { config in
    let stem = config.stem(tied: config.modelType == "qwen3_vl_moe_text")
    config.expect("use_qk_norm", is: true)
    var attention = config.groupedAttention(
      stem, headSize: config.modelType == "qwen3_vl_moe_text" ? 128 : nil
    ).biased(config.flag(["attention_bias", "qkv_bias"]))
    attention.queryKeyNorm = .perHead
    let windows = config.windows(stem, config.flag("use_sliding_window") ? .all : .none)
    let experts = config.experts(stem)
    config.expectNone("shared_expert_intermediate_size")
    let sparse = config.qwenLayersWithExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
  }

  /// Qwen3-Next and Qwen 3.5: gated delta nets with gated attention in every fourth layer, dense or
  /// with experts.
  static let qwenHybrid = Family(
    "qwen3_next", "qwen3_5_text", "qwen3_5_moe_text",
    harmless: [
      "mamba_ssm_dtype", "mlp_bias", "output_gate_type", "mlp_only_layers", "max_window_layers",
    ]
  ) { config in
    let stem = config.stem()
    config.expect("use_sliding_window", is: false)
    if config.has("use_sliding_window") { config.ignore(["sliding_window"]) }
    config.expect("attn_output_gate", is: true)
    config.expect("mtp_use_dedicated_embeddings", is: false)
    var attention = config.groupedAttention(stem, headSize: 256).biased(
      config.flag("attention_bias"))
    attention.queryKeyNorm = .perHead
    attention.outputGate = .perChannel
    let delta = config.gatedDeltaNet(stem)
    let interval = config.optionalSize("full_attention_interval", .count) ?? 4
    let types = config.layerTypes(stem, among: ["full_attention", "linear_attention"]) {
      ($0 + 1).isMultiple(of: interval) ? "full_attention" : "linear_attention"
    }
    let network = config.qwenHybridNetworks(stem)
    var decoder = stem.decoder {
      types[$0] == "full_attention" ? attention.branch : delta.branch
    } _: {
      network($0)
    }
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, count: "mtp_num_hidden_layers",
      like: stem.layer(attention.branch, network(stem.layers - 1)))
    return decoder
  }
}

extension HuggingFaceConfig {
  /// For each layer whether it has experts: every `decoder_sparse_step`-th but for those of
  /// `mlp_only_layers`.
  func qwenLayersWithExperts(_ stem: DecoderStem) -> [Bool] {
    let step = optionalSize("decoder_sparse_step", .count) ?? 1
    let dense = Set(integers("mlp_only_layers") ?? [])
    return (0..<stem.layers).map { !dense.contains($0) && ($0 + 1).isMultiple(of: step) }
  }

  /// The gated delta rule in Qwen's spelling.
  func gatedDeltaNet(_ stem: DecoderStem) -> GatedDeltaNet {
    let keyHeads = count("linear_num_key_heads")
    let valueHeads = count("linear_num_value_heads")
    requireDivisible(
      ("linear_num_value_heads", valueHeads), by: ("linear_num_key_heads", keyHeads))
    return GatedDeltaNet(
      hidden: stem.hidden, keyHeads: keyHeads, valueHeads: valueHeads,
      keySize: size("linear_key_head_dim"), valueSize: size("linear_value_head_dim"),
      kernel: count("linear_conv_kernel_dim"))
  }

  /// The network of each layer: dense where no experts are stated, else experts with a gated shared
  /// one.
  fileprivate func qwenHybridNetworks(_ stem: DecoderStem) -> (Int) -> Branch {
    guard modelType != "qwen3_5_text" else {
      let dense = feedForward(stem)
      return { _ in dense.branch }
    }
    var experts = self.experts(stem)
    experts.sharedIntermediate = size("shared_expert_intermediate_size", .widthOrNone)
    experts.sharedGate = true
    let sparse = qwenLayersWithExperts(stem)
    let dense = feedForward(stem, unlessAll: sparse)
    return { sparse[min($0, sparse.count - 1)] ? experts.branch : dense.branch }
  }
}
