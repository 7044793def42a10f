extension Family {
  /// DeepSeek-V2 and V3, Kimi-K2, Moonlight, GLM-4.7-Flash, Mistral 4: latent attention, a few
  /// dense layers first, then fine-grained experts with shared ones.
  static let deepSeekV3 = Family(
    "deepseek_v3", "kimi_k2", "deepseek_v2", "glm4_moe_lite", "mistral4",
    harmless: ["aux_loss_alpha"]
  ) { config in
    let stem = config.stem()
    let attention = config.latentAttention(stem)
    return config.latentDecoder(stem, denseFirst: config.modelType == "glm4_moe_lite" ? 1 : 0) {
      _ in
      attention
    }
  }

  /// DeepSeek-V3.2 and GLM-5: the same, with an indexer that chooses the keys.
  static let deepSeekV32 = Family(
    "deepseek_v32", "glm_moe_dsa",
    harmless: ["indexer_rope_interleave", "index_share_for_mtp_iteration", "layer_types"]
  ) { config in
    let stem = config.stem()
    config.expect("mlp_bias", is: false)
    let attention = config.latentAttention(stem)
    let indexer = LatentAttention.Indexer(
      heads: config.count("index_n_heads"), headSize: config.size("index_head_dim"),
      selectedKeys: config.size("index_topk", .sequence))
    let indexes = config.layersWithIndexer(stem)
    return config.latentDecoder(stem, denseFirst: 3) { layer in
      var copy = attention
      copy.indexer = indexer
      copy.indexer?.isShared = !indexes[layer]
      return copy
    }
  }

  /// Dots.llm1, GLM-4.5 and Solar-Open: grouped-query attention with experts in DeepSeek's
  /// spelling.
  static let groupedWithDeepSeekExperts = Family(
    "glm4_moe", "glm4v_moe_text", "dots1", "solar_open"
  ) { config in
    let stem = config.stem()
    // Where the size of a head is absent, the division is rounded down.
    let heads = config.optionalSize("num_attention_heads", .count) ?? 1
    var attention = config.groupedAttention(stem, headSize: max(1, stem.hidden / heads))
    attention.inputBias = config.flag("attention_bias")
    attention.outputBias = config.modelType == "dots1" && attention.inputBias
    let hasNorm = config.flag("use_qk_norm") || config.modelType == "dots1"
    attention.queryKeyNorm = hasNorm ? .perHead : .none
    let windows = config.windows(stem, config.modelType == "dots1" ? .upperLayers : .none)
    let sparse = config.layersWithExperts(
      stem, denseFirst: config.modelType.hasPrefix("glm4") ? 1 : 0)
    let experts = config.deepSeekExperts(stem)
    let dense = config.feedForward(stem, unlessAll: sparse)
    var decoder = stem.decoder {
      attention.within(windows[$0]).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, like: stem.layer(attention.branch, experts.branch))
    return decoder
  }
}

extension HuggingFaceConfig {
  /// Multi-head latent attention in DeepSeek's spelling.
  func latentAttention(_ stem: DecoderStem) -> LatentAttention {
    // Redundant here: every head has its own keys, and the sizes of heads have names of their own.
    ignore(["num_key_value_heads", "head_dim", "qk_head_dim"])
    return LatentAttention(
      hidden: stem.hidden, heads: count("num_attention_heads"),
      queryRank: optionalSize("q_lora_rank"), keyValueRank: size("kv_lora_rank"),
      plainSize: size("qk_nope_head_dim"), rotarySize: size("qk_rope_head_dim"),
      valueSize: size("v_head_dim"), bias: flag("attention_bias"))
  }

  /// Routed and shared experts in DeepSeek's spelling; the shared ones are one wide network.
  func deepSeekExperts(_ stem: DecoderStem) -> Experts {
    // DeepSeek-V2's class leaves the number open; its two releases both choose six.
    var experts = self.experts(stem, perTokenDefault: modelType == "deepseek_v2" ? 6 : nil)
    let shared = optionalSize(["n_shared_experts", "num_shared_experts"], .countOrNone) ?? 0
    experts.sharedIntermediate = shared * experts.intermediate
    experts.sharedBias = flag("mlp_bias")
    return experts
  }

  /// A decoder of latent attention, by layer, over dense layers and layers with experts.
  func latentDecoder(
    _ stem: DecoderStem, denseFirst: Int, _ attention: (Int) -> LatentAttention
  ) -> Decoder {
    let sparse = layersWithExperts(stem, denseFirst: denseFirst)
    let experts = deepSeekExperts(stem)
    let dense = feedForward(stem, unlessAll: sparse)
    var decoder = stem.decoder {
      attention($0).branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
    decoder.multiTokenPrediction = furtherPredictors(
      stem, like: stem.layer(attention(0).branch, experts.branch))
    return decoder
  }

  /// For each layer whether it runs its own indexer or takes the keys that an earlier layer chose.
  fileprivate func layersWithIndexer(_ stem: DecoderStem) -> [Bool] {
    let step = max(1, optionalSize("index_topk_freq", .countOrNone) ?? 1)
    let offset = optionalSize("index_skip_topk_offset", .countOrNone) ?? 2
    let letters = optional("index_topk_pattern", .string)
    if let types = perLayer(
      stem, "indexer_types", names("indexer_types", among: ["full", "shared"]))
    {
      return types.map { $0 == "full" }
    }
    if let pattern = perLayer(stem, "index_topk_pattern", letters.map(Array.init)) {
      return pattern.map { $0 == "F" }
    }
    return (0..<stem.layers).map { max($0 - offset + 1, 0).isMultiple(of: step) }
  }
}
