import InputFiles

extension Family {
  /// Step-3.5 and 3.7 Flash: more heads in the layers with a window, a gate a head, one shared
  /// expert.
  static let step = Family(
    "step3p5", "step3p7_text", "step3p5_flash", "step3p7_flash",
    harmless: [
      "swiglu_limits", "swiglu_limits_shared", "use_rope_layers", "rope_theta",
      "partial_rotary_factors", "use_bidirectional_attention", "query_pre_attn_scalar",
      "moe_router_scaling_factor", "moe_router_activation", "moe_router_activation_func",
      "use_moe_router_bias", "need_fp32_gate", "yarn_only_types", "mtp_layer_types",
      "mtp_mlp_layer_types", "moe_every_n_layer", "max_seq_len", "sink", "zero_centered",
      "att_impl_type", "norm_expert_weight", "use_moe", "mtp_base_layer_idx", "use_mfa",
      "moe_layer_offset", "use_qk_norm",
    ]
  ) { config in
    let stem = config.stem()
    var full = config.groupedAttention(
      stem, keyValueHeads: ["num_key_value_heads", "num_attention_groups"]
    ).biased(config.flag("attention_bias"))
    full.queryKeyNorm = .perHead
    full.outputGate = config.headGate(["gating", "use_head_wise_attn_gate"])
    let sliding = config.slidingVariant(of: full)
    let windows = config.windows(stem, .none)
    let overrides = config.headsOfLayers(stem)
    func attention(_ layer: Int) -> SoftmaxAttention {
      var copy = windows[layer] == nil ? full : sliding.within(windows[layer])
      if let heads = overrides[layer] { copy.heads = heads }
      return copy
    }
    let sparse = config.stepLayersWithExperts(stem)
    var experts = config.experts(
      stem, count: ["moe_num_experts", "n_routed_experts", "num_experts"],
      perToken: ["moe_top_k", "num_experts_per_tok"], perTokenDefault: 8)
    experts.sharedIntermediate = config.size(
      ["share_expert_dim", "share_expert_dims"], .widthOrNone, default: 1280)
    config.ignore(["num_local_experts"])
    let dense = config.feedForward(stem)
    var decoder = stem.decoder {
      attention($0).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, like: stem.layer(sliding.within(windows.compactMap(\.self).first).branch, dense.branch))
    if !decoder.multiTokenPrediction.isEmpty {
      config.assume(
        "the layers that predict further tokens are taken to have a window and a dense network")
    }
    return decoder
  }
}

extension HuggingFaceConfig {
  /// The gate of the attention's output: on by default, a number a head unless said otherwise.
  fileprivate func headGate(_ key: ObjectKey) -> SoftmaxAttention.OutputGate {
    guard let node = node(at: key) else { return .perHead }
    switch (node.bool, node.string) {
    case (true, _), (_, "per-head"): return .perHead
    case (false, _), (_, "per-channel"): return .perChannel
    default:
      error(at: key, "is \(node.asRead), but must be true, false or \"per-head\"")
      return .perHead
    }
  }

  /// The attention of layers with a window, whose heads may be stated apart.
  fileprivate func slidingVariant(of full: SoftmaxAttention) -> SoftmaxAttention {
    var sliding = full
    let other = nested("attention_other_setting", modelType: modelType)
    let stated = optionalSize("num_sliding_attention_heads", .count)
    sliding.heads = stated ?? other?.optionalSize("num_attention_heads", .count) ?? full.heads
    sliding.keyValueHeads =
      other?.optionalSize(["num_key_value_heads", "num_attention_groups"], .count)
      ?? full.keyValueHeads
    sliding.headSize = other?.optionalSize("head_dim") ?? full.headSize
    other?.ignore(["attention_type", "true_head_dim"])
    other?.finish()
    return sliding
  }

  /// The numbers of heads that `per_layer_config` states for single layers.
  fileprivate func headsOfLayers(_ stem: DecoderStem) -> [Int: Int] {
    layerOverrides(stem) { $0.optionalSize("num_attention_heads", .count) }
  }

  /// The layers with experts: `moe_layers_enum` lists them with commas; else all from the fourth
  /// on.
  fileprivate func stepLayersWithExperts(_ stem: DecoderStem) -> [Bool] {
    let key: ObjectKey = "moe_layers_enum"
    let stated: Set<Int>? =
      if node(at: key)?.elements != nil { integers(key).map(Set.init) } else {
        optional(key, .string).map { Set($0.split(separator: ",").compactMap { Int($0) }) }
      }
    if let types = perLayer(
      stem, "mlp_layer_types", names("mlp_layer_types", among: ["dense", "sparse"]))
    {
      return types.map { $0 == "sparse" }
    }
    let first = optionalSize("first_k_dense_replace", .countOrNone) ?? 3
    return (0..<stem.layers).map { stated?.contains($0) ?? ($0 >= first) }
  }
}
