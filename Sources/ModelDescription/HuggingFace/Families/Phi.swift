extension Family {
  /// Phi-1 to 2: attention and network side by side on one normalisation, biases everywhere.
  static let phi = Family("phi") { config in
    let stem = config.stem(norm: .layer)
    var attention = config.groupedAttention(stem)
    attention.inputBias = true
    attention.outputBias = true
    attention.queryKeyNorm = config.flag("qk_layernorm") ? .perHeadWithBias : .none
    let network = config.wideNetwork(stem, width: "intermediate_size")
    var decoder = stem.decoder(repeating: stem.parallelLayer(attention.branch, network.branch))
    decoder.headBias = true
    return decoder
  }

  /// Phi-3 and 4.
  static let phi3 = Family("phi3", harmless: ["embd_pdrop", "interpolate_factor"]) { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem)
    config.expect("attention_bias", is: false)
    config.expect("lm_head_bias", is: false)
    let windows = config.windows(stem, .all)
    let network = config.feedForward(stem)
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      network.branch
    }
  }

  /// StarCoder2: windows, a network without a gate, biases by one switch.
  static let starCoder2 = Family("starcoder2") { config in
    let stem = config.stem(tied: true, norm: .layer)
    let bias = config.flag("use_bias", default: true)
    var attention = config.groupedAttention(stem)
    attention.inputBias = bias
    attention.outputBias = bias
    _ = config.name("mlp_type", among: ["default"], default: "default")
    _ = config.name("norm_type", among: ["layer_norm"], default: "layer_norm")
    let windows = config.windows(stem, .all)
    var network = config.wideNetwork(stem, width: "intermediate_size")
    network.bias = bias
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      network.branch
    }
  }

  /// StableLM.
  static let stableLM = Family("stablelm") { config in
    let stem = config.stem(norm: .layer)
    var attention = config.groupedAttention(stem)
    attention.inputBias = config.flag("use_qkv_bias")
    attention.queryKeyNorm = config.flag("qk_layernorm") ? .perHeadOwnScale : .none
    let network = config.feedForward(stem)
    let isParallel = config.flag("use_parallel_residual")
    return stem.decoder(
      repeating: isParallel
        ? stem.parallelLayer(attention.branch, network.branch)
        : stem.layer(attention.branch, network.branch))
  }

  /// Persimmon.
  static let persimmon = Family("persimmon") { config in
    let stem = config.stem(norm: .layer)
    var attention = config.multiHead(stem, heads: "num_attention_heads")
    attention.queryKeyNorm = config.flag("qk_layernorm", default: true) ? .perHeadWithBias : .none
    let network = config.wideNetwork(stem, width: "intermediate_size")
    return stem.decoder(repeating: stem.layer(attention.branch, network.branch))
  }

  /// Command R and Aya: attention and network side by side on one normalisation, tied embeddings.
  static let cohere = Family(
    "cohere", "cohere2",
    harmless: [
      "_sliding_window_pattern", "cache_implementation", "order_of_interleaved_layers",
      "use_embedding_sharing", "use_gated_activation", "use_parallel_block",
      "use_parallel_embedding", "position_embedding_type",
    ]
  ) {
    config in
    let stem = config.stem(tied: true, norm: .layerWithoutBias)
    var attention = config.groupedAttention(stem)
    attention.inputBias = config.flag("attention_bias")
    attention.outputBias = attention.inputBias
    attention.queryKeyNorm = config.flag("use_qk_norm") ? .perHeadOwnScale : .none
    let windows = config.windows(stem, config.modelType == "cohere2" ? .pattern(4) : .none)
    let network = config.feedForward(stem)
    return stem.parallelDecoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      network.branch
    }
  }
}
