import InputFiles

/// Fields of state spaces that change neither sizes nor arithmetic.
private let mambaHarmless = [
  "use_mamba_kernels", "use_mambapy", "use_associative_scan", "num_logits_to_keep",
  "time_step_scale", "time_step_min", "time_step_max", "time_step_floor", "time_step_limit",
  "time_step_init_scheme", "rescale_prenorm_residual", "residual_in_fp32", "z_loss_coefficient",
  "mixer_rms_eps", "layers_block_type", "mamba_chunk_size", "ssm_cfg", "fused_add_norm",
  "rms_norm", "pad_vocab_size_multiple", "mamba_ssm_cache_dtype",
]

extension Family {
  /// Mamba and Falcon Mamba.
  static let mamba = Family(
    "mamba", "falcon_mamba",
    harmless: mambaHarmless + ["d_model", "d_inner", "n_layer", "d_conv", "d_state"]
  ) { config in
    let stem = config.stem(tied: true)
    let expansion = config.optionalSize("expand", .count)
    let inner = config.size(
      ["intermediate_size", "d_inner"], default: expansion.map { $0 * stem.hidden })
    let scan = SelectiveScan(
      hidden: stem.hidden, inner: inner, stateSize: config.size(["state_size", "d_state"]),
      stepRank: config.rank("time_step_rank", stem),
      kernel: config.count(["conv_kernel", "d_conv"]),
      projectionBias: config.flag("use_bias"),
      convolutionBias: config.flag("use_conv_bias", default: true))
    return stem.decoder(repeating: stem.layer(scan.branch))
  }

  /// Mamba-2.
  static let mamba2 = Family(
    "mamba2", harmless: mambaHarmless + ["time_step_rank", "norm_before_gate"]
  ) {
    config in
    let stem = config.stem()
    let heads = config.count("num_heads")
    let headSize = config.size("head_dim")
    let expansion = config.optionalSize("expand", .count) ?? 2
    if expansion * stem.hidden != heads * headSize {
      config.error(
        at: "head_dim",
        "is \(headSize), but must make \(expansion * stem.hidden), expand times hidden_size, with"
          + " the \(heads) heads")
    }
    let space = StateSpace(
      hidden: stem.hidden, heads: heads, headSize: headSize, stateSize: config.size("state_size"),
      groups: config.count("n_groups"), kernel: config.count("conv_kernel"),
      projectionBias: config.flag("use_bias"),
      convolutionBias: config.flag("use_conv_bias", default: true),
      chunk: config.optionalSize("chunk_size") ?? 256)
    return stem.decoder(repeating: stem.layer(space.branch))
  }

  /// Jamba: attention in one of `attn_layer_period` layers, experts in one of
  /// `expert_layer_period`.
  static let jamba = Family(
    "jamba", harmless: mambaHarmless + ["sliding_window", "calc_logits_for_entire_prompt", "n_ctx"]
  ) {
    config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem)
    let scan = SelectiveScan(
      hidden: stem.hidden, inner: config.count("mamba_expand") * stem.hidden,
      stateSize: config.size("mamba_d_state"), stepRank: config.rank("mamba_dt_rank", stem),
      kernel: config.count("mamba_d_conv"), projectionBias: config.flag("mamba_proj_bias"),
      convolutionBias: config.flag("mamba_conv_bias", default: true),
      innerNorms: config.flag("mamba_inner_layernorms", default: true))
    config.expectNone("sliding_window")
    let attends = config.period("attn_layer")
    let routes = config.period("expert_layer")
    let dense = config.feedForward(stem)
    // Where one expert is stated, the layers are dense.
    let hasExperts = (config.optionalSize("num_experts", .count) ?? 1) > 1
    if !hasExperts { config.ignore(["num_experts_per_tok"]) }
    let experts = hasExperts ? config.experts(stem, width: "intermediate_size") : nil
    return stem.decoder {
      attends($0) ? attention.branch : scan.branch
    } _: {
      routes($0) ? experts?.branch ?? dense.branch : dense.branch
    }
  }

  /// Bamba: Mamba-2 layers with attention at the listed indices, a dense network in each.
  static let bamba = Family("bamba", harmless: mambaHarmless) { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    let space = config.mambaMixer(stem)
    let indices = Set(config.integers("attn_layer_indices") ?? [])
    let network = config.feedForward(stem)
    return stem.decoder {
      indices.contains($0) ? attention.branch : space.branch
    } _: { _ in
      network.branch
    }
  }

  /// Granite 4: Mamba-2 or attention, experts where there are any, and a shared network.
  static let graniteHybrid = Family(
    "granitemoehybrid",
    harmless: mambaHarmless + ["position_embedding_type", "normalization_function", "init_method"]
  ) { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    let types = config.layerTypes(
      stem, among: ["linear_attention", "full_attention", "mamba", "attention"]
    ) { _ in "linear_attention" }
    let space = config.mambaMixer(stem)
    let shared = config.size("shared_intermediate_size", .widthOrNone)
    let hasExperts = (config.optionalSize("num_local_experts", .countOrNone) ?? 0) > 0
    if !hasExperts { config.ignore(["num_experts_per_tok", "intermediate_size"]) }
    var experts = hasExperts ? config.experts(stem, width: "intermediate_size") : nil
    experts?.sharedIntermediate = shared
    let dense = FeedForward(hidden: stem.hidden, intermediate: shared)
    return stem.decoder {
      types[$0].hasSuffix("attention") && types[$0] != "linear_attention"
        ? attention.branch : space.branch
    } _: { _ in
      experts?.branch ?? dense.branch
    }
  }

  /// Falcon-H1: attention and Mamba-2 side by side in every layer.
  static let falconH1 = Family(
    "falcon_h1",
    harmless: mambaHarmless + [
      "mamba_use_mlp", "attn_layer_indices", "mlp_expansion_factor", "mamba_norm_before_gate",
      "lm_head_multiplier", "mlp_multipliers", "key_multiplier", "attention_out_multiplier",
      "attention_in_multiplier", "ssm_multipliers", "ssm_in_multiplier", "ssm_out_multiplier",
      "expansion_factor", "mamba_expand",
    ]
  ) { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    config.expectNone("attn_layer_indices")
    var space = config.mambaMixer(stem, inner: config.optionalSize("mamba_d_ssm"))
    space.outputBias = config.flag("projectors_bias")
    space.gatedNorm = config.flag("mamba_rms_norm")
    let network = config.feedForward(stem)
    let mixer = Branch(
      kind: "attention+stateSpace", operators: attention.operators + space.operators)
    return stem.decoder(repeating: stem.layer(mixer, network.branch))
  }
}

extension HuggingFaceConfig {
  /// Mamba-2 in the spelling of Bamba and its descendants.
  fileprivate func mambaMixer(_ stem: DecoderStem, inner stated: Int? = nil) -> StateSpace {
    let heads = count("mamba_n_heads")
    let inner = stated ?? (optionalSize("mamba_expand", .count) ?? 2) * stem.hidden
    let isAutomatic = node(at: "mamba_d_head")?.string == "auto"
    let size = isAutomatic ? max(1, inner / max(1, heads)) : self.size("mamba_d_head")
    if !isFaulty("mamba_n_heads"), !isFaulty("mamba_d_head"), heads * size != inner {
      error(
        at: "mamba_n_heads",
        "is \(heads), but must make the inner width \(inner) with heads of \(size)")
    }
    let groups = count("mamba_n_groups")
    requireDivisible(("mamba_n_heads", heads), by: ("mamba_n_groups", groups))
    return StateSpace(
      hidden: stem.hidden, heads: heads, headSize: size, stateSize: self.size("mamba_d_state"),
      groups: groups, kernel: count("mamba_d_conv"), projectionBias: flag("mamba_proj_bias"),
      convolutionBias: flag("mamba_conv_bias", default: true),
      chunk: optionalSize("mamba_chunk_size") ?? 256)
  }

  /// The rank of a step size's projection; "auto" is a sixteenth of the hidden size, rounded up.
  fileprivate func rank(_ key: ObjectKey, _ stem: DecoderStem) -> Int {
    node(at: key)?.string == "auto" ? (stem.hidden + 15) / 16 : size(key)
  }

  /// Whether a layer is the one of `NAME_period` that `NAME_offset` says.
  fileprivate func period(_ name: String) -> (Int) -> Bool {
    let period = count(ObjectKey(name + "_period"))
    let offset = size(ObjectKey(name + "_offset"), .countOrNone)
    if !isFaulty(ObjectKey(name + "_period")), offset >= period {
      error(
        at: ObjectKey(name + "_offset"), "is \(offset), but must be below \(name)_period, \(period)"
      )
    }
    return { $0 % period == offset }
  }
}
