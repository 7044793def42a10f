import InputFiles
import ParallelismVocabulary

extension Family {
  /// DeepSeek-V4: one shared key and value head over a window and over compressed tokens, an output
  /// projection in groups, and several residual streams that hyper-connections mix.
  static let deepSeekV4 = Family(
    "deepseek_v4",
    harmless: [
      "qk_rope_head_dim", "hc_sinkhorn_iters", "compress_rope_theta", "num_hash_layers",
      "swiglu_limit", "intermediate_size", "num_local_experts",
    ]
  ) { config in
    let stem = config.stem()
    let attention = config.compressedAttention(stem)
    let streams = HyperConnections(
      hidden: stem.hidden, streams: config.count("hc_mult", default: 4))
    let experts = config.deepSeekExperts(stem)
    _ = config.names("mlp_layer_types", among: ["hash_moe", "moe"])
    let rates = config.compressionRates(stem)
    func layer(_ rate: Int) -> Layer {
      let mixer = attention.branch(compressing: rate)
      return stem.layer(
        Branch(kind: mixer.kind, operators: streams.operators + mixer.operators),
        Branch(kind: "experts", operators: streams.operators + experts.operators))
    }
    var decoder = stem.decoder(rates.map(layer))
    decoder.extraHead = streams.headOperators
    decoder.multiTokenPrediction = config.furtherPredictors(stem, like: layer(0))
    if !decoder.multiTokenPrediction.isEmpty {
      config.assume(
        "the layers that predict further tokens are taken to attend within the window only, as the"
          + " last entries of compress_ratios say")
    }
    return decoder
  }
}

extension HuggingFaceConfig {
  fileprivate func compressedAttention(_ stem: DecoderStem) -> CompressedAttention {
    if let heads = optionalSize("num_key_value_heads", .count), heads != 1 {
      error(at: "num_key_value_heads", "is \(heads), but must be 1 for \(modelType)")
    }
    expect("attention_bias", is: false)
    let heads = count("num_attention_heads")
    let groups = count("o_groups")
    requireDivisible(("num_attention_heads", heads), by: ("o_groups", groups))
    return CompressedAttention(
      hidden: stem.hidden, heads: heads, headSize: size("head_dim"),
      queryRank: size("q_lora_rank"), outputGroups: groups, outputRank: size("o_lora_rank"),
      window: size("sliding_window", .sequence), indexHeads: count("index_n_heads"),
      indexHeadSize: size("index_head_dim"), selectedKeys: size("index_topk", .sequence))
  }

  /// For each layer how many tokens one compressed key stands for; 0 without compression.
  fileprivate func compressionRates(_ stem: DecoderStem) -> [Int] {
    let byName = [
      "sliding_attention": 0, "compressed_sparse_attention": CompressedAttention.fineRate,
      "heavily_compressed_attention": CompressedAttention.coarseRate,
    ]
    let ratios = integers("compress_ratios", .between(0, CompressedAttention.coarseRate))
    for ratio in ratios ?? [] where !byName.values.contains(ratio) {
      error(at: "compress_ratios", "has an entry of \(ratio), but must have only 0, 4 and 128")
    }
    let stated = nested("compress_rates", modelType: modelType)
    for (name, rate) in byName.sorted(by: { $0.key < $1.key }) where rate > 0 {
      if let other = stated?.optionalSize(ObjectKey(name), .count), other != rate {
        error(
          at: "compress_rates", "has \(name) \(other), which is not understood, but must be \(rate)"
        )
      }
    }
    if let types = perLayer(
      stem, "layer_types", names("layer_types", among: byName.keys.sorted()))
    {
      return types.map { byName[$0] ?? 0 }
    }
    if let ratios = perLayer(stem, "compress_ratios", ratios) { return ratios }
    return (0..<stem.layers).map {
      $0 < 2 || $0.isMultiple(of: 2)
        ? CompressedAttention.coarseRate : CompressedAttention.fineRate
    }
  }
}
