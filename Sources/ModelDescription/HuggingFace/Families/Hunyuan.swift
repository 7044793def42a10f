import InputFiles

extension Family {
  /// Hunyuan-A13B: experts whose width is `intermediate_size`, and one shared network as wide.
  static let hunyuanMoE = Family(
    "hunyuan_v1_moe",
    harmless: [
      "cla_share_factor", "add_classification_head", "anyres_pooling_size", "class_num",
      "dense_list", "group_limited_greedy", "mask_init_id", "moe_drop_tokens", "norm_type",
      "moe_random_routing_dropped_token", "moe_layer_num_skipped", "org_vocab_size", "pool_type",
      "position_embedding_xdrope", "use_rotary_pos_emb", "im_start_id", "im_end_id",
      "im_newline_id", "pad_id", "text_start_id", "text_end_id", "num_media_embeds",
      "skip_cls_token", "xdrope_section",
    ]
  ) { config in
    let stem = config.stem()
    for name in ["use_cla", "use_mla", "mlp_bias"] { config.expect(ObjectKey(name), is: false) }
    config.expect("use_mixed_mlp_moe", is: true)
    config.expect("use_qk_norm", is: true)
    var attention = config.groupedAttention(stem)
    attention.queryKeyNorm = .perHead
    attention = attention.biased(config.flag("attention_bias"))
    let width = config.size("intermediate_size")
    let stated = config.uniformSize("moe_intermediate_size", .width) ?? width
    let shared = config.uniformSize("num_shared_expert") ?? 1
    if stated != width || shared != 1 {
      config.error(
        at: "intermediate_size",
        "is \(width), but must be the width of all experts, of which one is shared")
    }
    let experts = Experts(
      hidden: stem.hidden, count: config.uniformSize("num_experts") ?? config.count("num_experts"),
      perToken: config.uniformSize("moe_topk") ?? config.count("moe_topk"), intermediate: width,
      sharedIntermediate: width)
    return stem.decoder(
      repeating: stem.layer(attention.branch, experts.branch))
  }

  /// Hunyuan 3, and EXAONE with experts: dense layers first, then experts with shared ones.
  static let hunyuan3 = Family(
    "hy_v3", "exaone_moe", harmless: ["router_scaling_factor", "enable_moe_fp32_combine"]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    attention.queryKeyNorm = .perHead
    attention = attention.biased(config.flag("attention_bias"))
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
