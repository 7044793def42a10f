extension Family {
  /// MiniMax-01 and M1: lightning attention with softmax attention in some layers, and Mixtral's
  /// experts.
  static let miniMax = Family(
    "minimax", "minimax_text_01", "minimax_m1",
    harmless: [
      "block_size", "postnorm", "shared_moe_mode", "full_attn_alpha_factor",
      "full_attn_beta_factor", "linear_attn_alpha_factor", "linear_attn_beta_factor",
      "mlp_alpha_factor", "mlp_beta_factor", "layernorm_full_attention_alpha",
      "layernorm_full_attention_beta", "layernorm_linear_attention_alpha",
      "layernorm_linear_attention_beta", "layernorm_mlp_alpha", "layernorm_mlp_beta",
    ]
  ) { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem)
    let lightning = LightningAttention(
      hidden: stem.hidden, heads: attention.heads, headSize: attention.headSize)
    config.expectNone("sliding_window")
    config.expectNone("shared_intermediate_size")
    let switches = config.perLayer(
      stem, "attn_type_list", config.integers("attn_type_list", .between(0, 1)))
    let types = config.layerTypes(stem, among: ["full_attention", "linear_attention"]) {
      (switches?[$0] ?? ($0 + 1) % 2) == 1 ? "full_attention" : "linear_attention"
    }
    let experts = config.experts(stem, width: "intermediate_size")
    return stem.decoder {
      types[$0] == "full_attention" ? attention.branch : lightning.branch
    } _: { _ in
      experts.branch
    }
  }

  /// MiniMax-M2: softmax attention with whole-row normalisation, small experts.
  static let miniMaxM2 = Family("minimax_m2", harmless: ["use_routing_bias"]) { config in
    let stem = config.stem()
    config.expect("use_qk_norm", is: true)
    if let types = config.integers("attn_type_list", .between(0, 1)), types.contains(0) {
      config.error(
        at: "attn_type_list", "has a 0, linear attention, but must be all 1 for minimax_m2")
    }
    config.expectNone("sliding_window")
    let norm = config.name("qk_norm_type", among: ["per_layer", "per_head"], default: "per_layer")
    var attention = config.groupedAttention(stem)
    attention.queryKeyNorm = norm == "per_layer" ? .wholeRow : .perHead
    config.expectNone("shared_intermediate_size")
    let experts = config.experts(stem, width: "intermediate_size")
    let layer = stem.layer(attention.branch, experts.branch)
    var decoder = stem.decoder(repeating: layer)
    decoder.multiTokenPrediction = config.miniMaxPredictors(stem, like: layer)
    return decoder
  }

  /// MiniMax-M3: blocks of keys chosen by an indexer, dense layers first, a shared expert.
  ///
  /// - Source: `minimax_m3_vl` of transformers 5.23.
  static let miniMaxM3 = Family(
    "minimax_m3", "minimax_m3_vl_text",
    harmless: [
      "use_routing_bias", "swiglu_alpha", "swiglu_limit", "use_gemma_norm", "index_local_blocks",
    ]
  ) { config in
    let stem = config.stem()
    config.expect("use_qk_norm", is: true)
    config.expect("attention_output_gate", is: false)
    _ = config.name("qk_norm_type", among: ["per_head"], default: "per_head")
    var attention = config.groupedAttention(stem, headSize: 128)
    attention.queryKeyNorm = .perHead
    let sparse = config.layersWithExperts(stem)
    let dense = FeedForward(
      hidden: stem.hidden, intermediate: config.size("dense_intermediate_size"))
    var experts = config.experts(stem, width: "intermediate_size")
    let width = config.optionalSize("moe_intermediate_size") ?? experts.intermediate
    if width != experts.intermediate {
      config.error(
        at: "moe_intermediate_size",
        "is \(width), but must be intermediate_size, \(experts.intermediate)")
    }
    let shared = config.optionalSize("n_shared_experts", .countOrNone) ?? 1
    experts.sharedIntermediate = shared * config.size("shared_intermediate_size", .widthOrNone)
    let selection = config.blockSelection(stem)
    func mixer(_ chooses: Bool) -> Branch {
      var copy = attention
      copy.blockSelection = chooses ? selection.blocks : nil
      return copy.branch
    }
    var decoder = stem.decoder {
      mixer(selection.layers[$0])
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = config.miniMaxPredictors(
      stem, like: stem.layer(mixer(false), experts.branch))
    return decoder
  }
}

extension HuggingFaceConfig {
  /// The modules that predict further tokens, one each, of `mtp_transformer_layers` layers.
  fileprivate func miniMaxPredictors(_ stem: DecoderStem, like layer: Layer) -> [Layer] {
    let isOn = flag("use_mtp", default: true)
    // Where both are stated, the modules share as many layers as there are weights for.
    let stated = optionalSize("num_mtp_modules", .countOrNone) ?? 0
    let modules = optionalSize("num_nextn_predict_layers", .countOrNone) ?? stated
    let depth = optionalSize("mtp_transformer_layers", .countOrNone) ?? 1
    guard isOn, modules > 0, depth > 0 else { return [] }
    assume(
      "the \(modules) modules that predict further tokens are taken to be \(depth) layer each like"
        + " the last one, with a projection of the hidden state and the next token, and three"
        + " normalisations")
    let deep = Layer(
      name: layer.name, blocks: Array(repeating: layer.blocks, count: depth).flatMap(\.self))
    return Array(
      repeating: deep.predictingFurther(hidden: stem.hidden, norm: stem.norm), count: modules)
  }

  /// Which layers choose blocks of keys, and how.
  fileprivate func blockSelection(
    _ stem: DecoderStem
  ) -> (layers: [Bool], blocks: SoftmaxAttention.BlockSelection?) {
    let nested = self.nested("sparse_attention_config", modelType: modelType)
    let source = nested ?? self
    let switches = nested?.integers("sparse_attention_freq", .between(0, 1))
    let stated = nested.flatMap { $0.perLayer(stem, "sparse_attention_freq", switches) }
    let types = layerTypes(stem, among: ["full_attention", "minimax_m3_sparse"]) {
      stated?[$0] == 1 ? "minimax_m3_sparse" : "full_attention"
    }
    let layers = types.map { $0 == "minimax_m3_sparse" }
    nested?.ignore([
      "sparse_disable_index_value", "sparse_init_block", "sparse_local_block",
      "sparse_score_type",
    ])
    nested?.expect("use_sparse_attention", is: true)
    defer { nested?.finish() }
    guard layers.contains(true) else {
      ignore(["index_n_heads", "index_head_dim", "index_block_size", "index_topk_blocks"])
      return (layers, nil)
    }
    return (
      layers,
      SoftmaxAttention.BlockSelection(
        heads: source.count(["sparse_num_index_heads", "index_n_heads"]),
        headSize: source.size(["sparse_index_dim", "index_head_dim"]),
        block: source.size(["sparse_block_size", "index_block_size"], .sequence),
        chosen: source.count(["sparse_topk_blocks", "index_topk_blocks"]))
    )
  }
}
