extension Family {
  /// Hunyuan-A13B: experts whose width is `intermediate_size`, and one shared network as wide.
  static let hunyuanMoE = Family(
    "hunyuan_v1_moe", harmless: ["use_cla", "cla_share_factor", "moe_layer_num_skipped"]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    config.expect("use_qk_norm", is: true)
    attention.queryKeyNorm = .perHead
    attention.inputBias = config.flag("attention_bias")
    attention.outputBias = attention.inputBias
    var experts = config.experts(
      stem, count: "num_experts", perToken: "moe_topk", width: "intermediate_size")
    experts.sharedIntermediate = experts.intermediate
    return stem.decoder { _ in
      attention.branch
    } _: { _ in
      experts.branch
    }
  }

  /// Hunyuan 3, and EXAONE with experts: dense layers first, then experts with shared ones.
  static let hunyuan3 = Family(
    "hy_v3", "exaone_moe", harmless: ["router_scaling_factor", "enable_moe_fp32_combine"]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    attention.queryKeyNorm = .perHead
    attention.inputBias = config.flag("attention_bias")
    attention.outputBias = attention.inputBias
    let windows = config.windows(stem, config.modelType == "exaone_moe" ? .pattern(4) : .none)
    let sparse = config.layersWithExperts(stem, denseFirst: 1)
    let experts = config.deepSeekExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
  }
}
