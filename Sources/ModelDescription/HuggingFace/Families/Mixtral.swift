extension Family {
  /// Mixtral, whose `intermediate_size` is an expert's.
  static let mixtral = Family("mixtral") { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem)
    let windows = config.windows(stem, .all)
    let experts = config.experts(stem, width: "intermediate_size")
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      experts.branch
    }
  }

  /// Phi-3.5-MoE: Mixtral with biases, and means subtracted in its normalisations.
  static let phiMoE = Family("phimoe", harmless: ["input_jitter_noise"]) { config in
    let stem = config.stem(norm: .layer)
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    let windows = config.windows(stem, .all)
    let experts = config.experts(stem, width: "intermediate_size")
    var decoder = stem.decoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      experts.branch
    }
    decoder.headBias = config.flag("lm_head_bias")
    return decoder
  }

  /// OLMoE and FlexOlmo: every layer's network is a choice of small experts.
  static let olmoE = Family("olmoe", "flex_olmo", harmless: ["clip_qkv"]) { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    attention.queryKeyNorm = .wholeRow
    let experts = config.experts(stem, width: "intermediate_size")
    return stem.decoder(
      repeating: stem.layer(
        norms: config.modelType == "flex_olmo" ? .after : .before, attention.branch, experts.branch)
    )
  }

  /// Granite MoE, with or without a shared expert.
  static let graniteMoE = Family("granitemoe", "granitemoeshared") { config in
    let stem = config.stem()
    let attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
    var experts = config.experts(stem, width: "intermediate_size")
    experts.sharedIntermediate = config.optionalSize("shared_intermediate_size", .widthOrNone) ?? 0
    return stem.decoder(
      repeating: stem.layer(attention.branch, experts.branch))
  }

  /// gpt-oss: experts and attention with biases, a learned logit a head, alternating windows.
  static let gptOSS = Family(
    "gpt_oss", harmless: ["initial_context_length", "swiglu_limit", "swiglu_alpha"]
  ) {
    config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem, headSize: 64)
    attention.inputBias = config.flag("attention_bias", default: true)
    attention.outputBias = attention.inputBias
    attention.sinks = true
    let windows = config.windows(stem, .pattern(2))
    var experts = config.experts(
      stem, perToken: ["num_experts_per_tok", "experts_per_token"], width: "intermediate_size")
    experts.bias = true
    experts.routerBias = true
    return stem.decoder {
      attention.within(windows[$0]).branch
    } _: { _ in
      experts.branch
    }
  }
}
