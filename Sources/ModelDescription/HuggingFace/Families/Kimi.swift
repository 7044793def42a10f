import InputFiles

extension Family {
  /// Kimi Linear: delta attention with latent attention in every fourth layer, DeepSeek's experts.
  static let kimiLinear = Family(
    "kimi_linear",
    harmless: [
      "model_max_length", "moe_renormalize", "moe_router_activation_func", "num_expert_group",
      "use_grouped_topk", "mla_use_nope",
    ]
  ) { config in
    let stem = config.stem(positions: ["max_position_embeddings", "model_max_length"])
    let full = config.latentAttention(stem)
    let linear = config.nested("linear_attn_config", modelType: config.modelType)
    let delta = KimiDeltaAttention(
      hidden: stem.hidden,
      heads: linear?.count("num_heads") ?? config.count("linear_num_heads"),
      headSize: linear?.size("head_dim") ?? config.size("linear_head_dim"),
      kernel: linear?.count("short_conv_kernel_size") ?? config.count("linear_conv_kernel_dim"))
    // The file counts layers from one.
    let attending = linear?.integers("full_attn_layers").map(Set.init)
    let recurrent = linear?.integers("kda_layers").map(Set.init)
    if let attending, let recurrent,
      attending.union(recurrent) != Set(1...max(1, stem.layers))
        || !attending.isDisjoint(with: recurrent)
    {
      config.error(
        at: "linear_attn_config",
        "must have each of the \(stem.layers) layers in full_attn_layers or kda_layers")
    }
    linear?.finish()
    let types = config.layerTypes(stem, among: ["full_attention", "linear_attention"]) {
      let isFull = attending?.contains($0 + 1) ?? ($0 > 0 && $0.isMultiple(of: 4))
      return isFull ? "full_attention" : "linear_attention"
    }
    let sparse = config.layersWithExperts(stem, denseFirst: 1)
    let experts = config.deepSeekExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    var decoder = stem.decoder {
      types[$0] == "full_attention" ? full.branch : delta.branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, like: stem.layer(full.branch, experts.branch))
    return decoder
  }

  /// MiniCPM3: latent attention over dense networks.
  static let miniCPM3 = Family(
    "minicpm3", harmless: ["scale_emb", "scale_depth", "dim_model_base"]
  ) { config in
    let stem = config.stem(tied: true)
    let attention = config.latentAttention(stem)
    let network = config.feedForward(stem)
    return stem.decoder(
      repeating: stem.layer(attention.branch, network.branch))
  }

  /// Trinity (AFMoE): gated attention, normalisations around each branch, dense layers first.
  static let afMoE = Family(
    "afmoe",
    harmless: [
      "mup_enabled", "route_scale", "route_norm", "score_func", "num_expert_groups",
      "num_limited_groups", "load_balance_coeff", "use_grouped_mm",
    ]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    config.expect("attention_bias", is: false)
    attention.queryKeyNorm = .perHead
    attention.outputGate = .perChannel
    let period = config.optionalSize("global_attn_every_n_layers", .count) ?? 4
    let windows = config.windows(stem, .pattern(period))
    let first = config.optionalSize("num_dense_layers", .countOrNone) ?? 1
    var experts = config.deepSeekExperts(stem)
    experts.correctionIsLearned = true
    let dense = config.feedForward(stem)
    return stem.decoder(norms: .around) {
      attention.within(windows[$0]).branch
    } _: {
      $0 >= first ? experts.branch : dense.branch
    }
  }

  /// OLMo Hybrid: delta nets normalised before, attention normalised after its branches.
  static let olmoHybrid = Family(
    "olmo_hybrid",
    harmless: [
      "linear_a_log_min", "linear_a_log_max", "linear_dt_min", "linear_dt_max",
      "linear_dt_init_floor", "linear_allow_neg_eigval",
    ]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    attention.queryKeyNorm = .wholeRow
    let delta = config.gatedDeltaNet(stem)
    let types = config.layerTypes(stem, among: ["full_attention", "linear_attention"]) {
      ($0 + 1).isMultiple(of: 4) ? "full_attention" : "linear_attention"
    }
    let network = config.feedForward(stem)
    return stem.decoder(
      types.map {
        $0 == "full_attention"
          ? stem.layer(norms: .after, attention.branch, network.branch)
          : stem.layer(delta.branch, network.branch)
      })
  }

  /// DBRX, whose attention's and experts' fields stand in objects of their own.
  static let dbrx = Family("dbrx") { config in
    let stem = config.stem(
      hidden: "d_model", layers: "n_layers", positions: "max_seq_len", norm: .layerWithoutBias)
    let fields = (
      attention: config.nested("attn_config", modelType: config.modelType) ?? config,
      experts: config.nested("ffn_config", modelType: config.modelType) ?? config
    )
    config.ignore(["num_key_value_heads"])
    var attention = config.multiHead(stem, heads: "n_heads").biased(false)
    attention.keyValueHeads = fields.attention.count("kv_n_heads", default: 1)
    config.requireDivisible(
      ("n_heads", attention.heads), by: ("kv_n_heads", attention.keyValueHeads))
    fields.attention.ignore(["attn_pdrop", "clip_qkv"])
    let experts = fields.experts.experts(
      stem, count: "moe_num_experts", perToken: "moe_top_k", width: "ffn_hidden_size")
    fields.experts.ignore([
      "ffn_act_fn", "hidden_size", "moe_jitter_eps", "moe_loss_weight",
      "moe_normalize_expert_weights", "uniform_expert_assignment",
    ])
    fields.attention.finish()
    fields.experts.finish()
    return stem.decoder(
      repeating: stem.layer(attention.branch, experts.branch))
  }
}
