extension Family {
  /// Llama 4: attention in chunks but for every fourth layer, one routed expert beside a shared one
  /// in all layers or every other.
  static let llama4 = Family(
    "llama4_text",
    harmless: [
      "no_rope_layer_interval", "attn_temperature_tuning", "floor_scale", "attn_scale",
      "use_qk_norm", "for_llm_compressor", "cache_implementation",
    ]
  ) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    // The normalisation of queries and keys learns nothing.
    attention.queryKeyNorm = config.flag("use_qk_norm", default: true) ? .unlearned : .none
    let rotary = config.perLayer(
      stem, "no_rope_layers", config.integers("no_rope_layers").flatMap { $0.isEmpty ? nil : $0 })
    let interval = config.optionalSize("no_rope_layer_interval", .count) ?? 4
    let types = config.layerTypes(stem, among: ["full_attention", "chunked_attention"]) { layer in
      let rotates = rotary.map { $0[layer] != 0 } ?? !(layer + 1).isMultiple(of: interval)
      return rotates ? "chunked_attention" : "full_attention"
    }
    let chunk = config.optionalSize("attention_chunk_size", .sequence)
    let step = config.optionalSize("interleave_moe_layer_step", .count) ?? 1
    let listed = config.integers("moe_layers").map(Set.init)
    let sparse = (0..<stem.layers).map {
      listed?.contains($0) ?? ($0 + 1).isMultiple(of: step)
    }
    var experts = config.experts(stem, count: "num_local_experts", width: "intermediate_size")
    experts.sharedIntermediate = experts.intermediate
    let dense = FeedForward(
      hidden: stem.hidden, intermediate: config.size("intermediate_size_mlp", default: 16384))
    return stem.decoder {
      var copy = attention
      copy.chunk = types[$0] == "chunked_attention" ? chunk : nil
      return copy.branch
    } _: {
      sparse[$0] ? experts.branch : dense.branch
    }
  }
}
