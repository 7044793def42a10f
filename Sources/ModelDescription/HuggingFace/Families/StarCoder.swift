extension Family {
  /// StarCoder2: windows, a network without a gate, biases by one switch.
  static let starCoder2 = Family("starcoder2") { config in
    let stem = config.stem(tied: true, norm: .layer)
    let bias = config.flag("use_bias", default: true)
    var attention = config.groupedAttention(stem).biased(bias)
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

  /// Apertus: normalised queries and keys, an activation with two learned numbers.
  static let apertus = Family("apertus") { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    attention.queryKeyNorm = .perHead
    var network = config.feedForward(stem, gated: false).branch
    network.operators.append(.scalars("activationScalars", part: .denseFeedForward, 2))
    return stem.decoder(
      repeating: stem.layer(attention.branch, network))
  }
}
