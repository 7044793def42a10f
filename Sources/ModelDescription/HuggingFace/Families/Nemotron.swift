import InputFiles

extension Family {
  /// Nemotron 3 and 4 (dense): means subtracted in its normalisations, a network without a gate.
  static let nemotron = Family("nemotron") { config in
    let stem = config.stem(norm: .layer)
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    let network = config.feedForward(stem, gated: false)
    return stem.decoder(
      repeating: stem.layer(attention.branch, network.branch))
  }

  /// Nemotron-H and Nemotron 3: every layer is one branch, by a pattern of letters or names.
  static let nemotronH = Family(
    "nemotron_h",
    harmless: [
      "mamba_ssm_cache_dtype", "mamba_hidden_act", "mlp_hidden_act", "time_step_floor",
      "time_step_limit", "time_step_max", "time_step_min", "time_step_rank", "use_mamba_kernels",
      "num_logits_to_keep", "rescale_prenorm_residual", "residual_in_fp32", "mamba_dt_min",
      "mamba_dt_max", "mamba_dt_limit", "mamba_dt_init_floor", "moe_shared_expert_overlap",
      "num_query_groups", "mamba_proj_bias", "attention_bias", "sliding_window",
    ]
  ) { config in
    let kinds = config.nemotronKinds(
      ["hybrid_override_pattern"], ["layers_block_type", "layer_types"])
    var stem = config.nemotronStem(layers: kinds?.count)
    config.expectNone("sliding_window")
    config.expect("attention_bias", is: false)
    stem.layers = kinds?.count ?? stem.layers
    let further = config.nemotronKinds(
      ["mtp_hybrid_override_pattern"], ["mtp_layers_block_type"])
    let count = config.optionalSize("num_nextn_predict_layers", .countOrNone) ?? 0
    let predicted = further ?? [.attention, .experts]
    let branches = config.nemotronBranches(
      stem, Set(kinds ?? []).union(count > 0 ? predicted : []))
    var decoder = stem.decoder((kinds ?? []).map { stem.layer(branches($0)) })
    let blocks = predicted.flatMap { stem.layer(branches($0)).blocks }
    decoder.multiTokenPrediction = Array(
      repeating: Layer(blocks).predictingFurther(hidden: stem.hidden, norm: stem.norm),
      count: count)
    return decoder
  }
}

/// What a layer of Nemotron-H is.
private enum NemotronKind: Character, CaseIterable {
  case stateSpace = "M"
  case attention = "*"
  case dense = "-"
  case experts = "E"

  static let names: [String: NemotronKind] = [
    "mamba": .stateSpace, "linear_attention": .stateSpace, "attention": .attention,
    "full_attention": .attention, "mlp": .dense, "moe": .experts,
  ]
}

extension HuggingFaceConfig {
  /// The layers' kinds, by a string of letters or a list of names.
  fileprivate func nemotronKinds(_ letters: ObjectKey, _ list: ObjectKey) -> [NemotronKind]? {
    let names = names(list, among: NemotronKind.names.keys.sorted())
    let pattern = optional(letters, .string)
    if let names { return names.compactMap { NemotronKind.names[$0] } }
    guard let pattern else { return nil }
    let kinds = pattern.map { NemotronKind(rawValue: $0) }
    if let index = kinds.firstIndex(of: nil) {
      let letter = String(Array(pattern)[index])
      error(
        at: letters,
        "has \(letter.quoted) at layer \(index), but must have only M (state space), * (attention),"
          + " - (dense network) and E (experts)")
      return nil
    }
    if kinds.isEmpty { error(at: letters, "is empty, but must have a letter for each layer") }
    return kinds.compactMap(\.self)
  }

  /// The sizes, whose number of layers follows from the pattern.
  fileprivate func nemotronStem(layers: Int?) -> DecoderStem {
    if layers == nil, !has("hybrid_override_pattern"), !has("layers_block_type") {
      _ = size("hybrid_override_pattern")
    }
    if let stated = optionalSize("num_hidden_layers", .count), let layers, stated != layers {
      error(at: "num_hidden_layers", "is \(stated), but the pattern has \(layers) layers")
    }
    return DecoderStem(
      hidden: size("hidden_size"), layers: layers ?? 1,
      vocabulary: size("vocab_size", .vocabulary), tied: tiedHead(default: false),
      maximumSequenceLength: optionalSize("max_position_embeddings", .sequence))
  }

  /// The branch of each kind that the model uses; fields of the others are not read.
  fileprivate func nemotronBranches(
    _ stem: DecoderStem, _ used: Set<NemotronKind>
  ) -> (NemotronKind) -> Branch {
    var branches: [NemotronKind: Branch] = [:]
    for kind in NemotronKind.allCases where used.contains(kind) {
      switch kind {
      case .stateSpace: branches[kind] = nemotronStateSpace(stem).branch
      case .attention: branches[kind] = groupedAttention(stem, headSize: 128).branch
      case .dense: branches[kind] = feedForward(stem, gated: false).branch
      case .experts: branches[kind] = nemotronExperts(stem).branch
      }
    }
    ignore([
      "mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups", "conv_kernel",
      "intermediate_size", "mlp_bias", "n_routed_experts", "num_local_experts",
      "num_experts_per_tok", "moe_intermediate_size", "moe_latent_size", "n_shared_experts",
      "moe_shared_expert_intermediate_size", "expand", "chunk_size", "use_bias", "use_conv_bias",
      "num_attention_heads", "num_key_value_heads", "head_dim", "attention_head_dim",
    ])
    return { branches[$0] ?? Branch(kind: "none", operators: []) }
  }

  private func nemotronStateSpace(_ stem: DecoderStem) -> StateSpace {
    let heads = count("mamba_num_heads")
    let groups = count(["n_groups", "mamba_n_groups"])
    requireDivisible(("mamba_num_heads", heads), by: ("n_groups", groups))
    return StateSpace(
      hidden: stem.hidden, heads: heads, headSize: size("mamba_head_dim"),
      stateSize: size("ssm_state_size"), groups: groups,
      kernel: count(["conv_kernel", "mamba_d_conv"]), projectionBias: flag("use_bias"),
      convolutionBias: flag(["use_conv_bias", "mamba_conv_bias"], default: true),
      chunk: optionalSize(["chunk_size", "mamba_chunk_size"]) ?? 128)
  }

  private func nemotronExperts(_ stem: DecoderStem) -> Experts {
    var experts = self.experts(stem, count: ["n_routed_experts", "num_local_experts"])
    experts.gated = false
    experts.latent = optionalSize("moe_latent_size")
    experts.sharedIntermediate = size("moe_shared_expert_intermediate_size", .widthOrNone)
    if let shared = optionalSize("n_shared_experts", .countOrNone), shared != 1 {
      error(at: "n_shared_experts", "is \(shared), but must be 1 for \(modelType)")
    }
    experts.sharedBias = flag("mlp_bias")
    experts.latentBias = experts.sharedBias
    return experts
  }
}
