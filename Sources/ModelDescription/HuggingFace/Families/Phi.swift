extension Family {
  /// Phi-1 to 2: attention and network side by side on one normalisation, biases everywhere.
  static let phi = Family("phi") { config in
    let stem = config.stem(norm: .layer)
    var attention = config.groupedAttention(stem).biased(true)
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
}
