import InputFiles

extension Family {
  /// GPT-2 and its fused multi-query variant: learned positions, means subtracted, biases
  /// everywhere.
  static let gpt2 = Family(
    "gpt2", "gpt_bigcode",
    harmless: [
      "n_ctx", "scale_attn_weights", "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn",
      "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner",
      "max_batch_size", "max_sequence_length", "pad_key_length", "pre_allocate_kv_cache",
      "validate_runner_input", "num_key_value_heads", "embd_pdrop",
    ]
  ) { config in
    let stem = config.stem(
      hidden: ["n_embd", "hidden_size"], layers: ["n_layer", "num_hidden_layers"],
      positions: ["n_positions", "max_position_embeddings"], tied: true, norm: .layer)
    config.expect("add_cross_attention", is: false)
    var attention = config.multiHead(stem, heads: ["n_head", "num_attention_heads"])
    if config.modelType == "gpt_bigcode", config.flag("multi_query", default: true) {
      attention.keyValueHeads = 1
    }
    let network = config.wideNetwork(stem, width: ["n_inner", "intermediate_size"])
    var decoder = stem.decoder(repeating: stem.layer(attention.branch, network.branch))
    decoder.learnedPositions = config.size(
      ["n_positions", "max_position_embeddings"], .sequence)
    return decoder
  }

  /// GPT-Neo: projections of attention without biases, windows in every other layer.
  static let gptNeo = Family("gpt_neo", harmless: ["attention_types", "embed_dropout"]) { config in
    let stem = config.stem(layers: "num_layers", tied: true, norm: .layer)
    var attention = config.multiHead(stem, heads: "num_heads")
    attention.inputBias = false
    let window = config.optionalSize("window_size", .sequence) ?? 256
    let types = config.perLayer(
      stem, "attention_layers", config.names("attention_layers", among: ["global", "local"]))
    let network = config.wideNetwork(stem, width: "intermediate_size")
    var decoder = stem.decoder {
      attention.within(types?[$0] == "local" ? window : nil).branch
    } _: { _ in
      network.branch
    }
    decoder.learnedPositions = config.size("max_position_embeddings", .sequence)
    return decoder
  }

  /// GPT-NeoX and Pythia: attention and network side by side, each with its normalisation.
  static let gptNeoX = Family("gpt_neox") { config in
    let stem = config.stem(norm: .layer)
    var attention = config.multiHead(stem, heads: "num_attention_heads")
    attention.inputBias = config.flag("attention_bias", default: true)
    attention.outputBias = attention.inputBias
    let network = config.wideNetwork(stem, width: "intermediate_size")
    let isParallel = config.flag("use_parallel_residual", default: true)
    return stem.decoder(
      repeating: isParallel
        ? stem.parallelLayer(attention.branch, network.branch, ownNorms: true)
        : stem.layer(attention.branch, network.branch))
  }

  /// GPT-J and CodeGen: attention without biases beside a network, one normalisation for both.
  static let gptJ = Family("gptj", "codegen", harmless: ["n_ctx", "scale_attn_weights"]) { config in
    let stem = config.stem(
      hidden: "n_embd", layers: "n_layer", positions: "n_positions", norm: .layer)
    var attention = config.multiHead(stem, heads: "n_head").biased(false)
    let network = config.wideNetwork(stem, width: "n_inner")
    var decoder = stem.decoder(repeating: stem.parallelLayer(attention.branch, network.branch))
    decoder.headBias = true
    return decoder
  }

  /// OPT: learned positions with an offset of two, a narrower embedding in one size.
  static let opt = Family(
    "opt", harmless: ["dropout", "layerdrop", "activation_dropout", "_remove_final_layer_norm"]
  ) { config in
    let isLearned = config.flag("layer_norm_elementwise_affine", default: true)
    let stem = config.stem(tied: true, norm: isLearned ? .layer : .unlearned)
    let bias = config.flag("enable_bias", default: true)
    var attention = config.multiHead(stem, heads: "num_attention_heads").biased(bias)
    let network = FeedForward(
      hidden: stem.hidden, intermediate: config.size("ffn_dim"), gated: false, bias: bias)
    let isBefore = config.flag("do_layer_norm_before", default: true)
    var decoder = stem.decoder(
      repeating: stem.layer(
        norms: isBefore ? .before : .after, attention.branch, network.branch))
    decoder.finalNorm = isBefore && !config.flag("_remove_final_layer_norm")
    decoder.learnedPositions = config.size("max_position_embeddings", .sequence) + 2
    decoder.embeddingSize = config.optionalSize("word_embed_proj_dim")
    return decoder
  }

  /// BLOOM: positions by a bias of the scores, a normalised embedding.
  static let bloom = Family(
    "bloom",
    harmless: [
      "slow_but_exact", "apply_residual_connection_post_layernorm", "offset_alibi",
      "attention_softmax_in_fp32", "masked_softmax_fusion", "bias_dropout_fusion",
      "skip_bias_add", "skip_bias_add_qkv", "unk_token_id", "seq_length", "n_inner",
    ]
  ) { config in
    let stem = config.stem(
      hidden: ["hidden_size", "n_embed"], layers: ["n_layer", "num_hidden_layers"],
      positions: "seq_length", tied: true, norm: .layer)
    let attention = config.multiHead(stem, heads: ["n_head", "num_attention_heads"])
    let network = FeedForward(
      hidden: stem.hidden, intermediate: 4 * stem.hidden, gated: false, bias: true)
    var decoder = stem.decoder(repeating: stem.layer(attention.branch, network.branch))
    decoder.embeddingNorm = .layer
    return decoder
  }

  /// MPT: positions by a bias of the scores, no biases of projections.
  static let mpt = Family(
    "mpt",
    harmless: [
      "init_config", "init_device", "learned_pos_emb", "embedding_fraction", "attn_config",
      "norm_type", "no_bias", "verbose", "emb_pdrop",
    ]
  ) { config in
    let stem = config.stem(
      hidden: "d_model", layers: "n_layers", positions: "max_seq_len", tied: true,
      norm: .layerWithoutBias)
    config.expect("no_bias", is: true)
    var attention = config.multiHead(stem, heads: "n_heads").biased(false)
    let network = FeedForward(
      hidden: stem.hidden, intermediate: config.count("expansion_ratio") * stem.hidden,
      gated: false)
    return stem.decoder(repeating: stem.layer(attention.branch, network.branch))
  }

  /// Falcon: one or few key heads, attention and network side by side.
  static let falcon = Family(
    "falcon", "RefinedWeb", "RefinedWebModel",
    harmless: ["alibi", "apply_residual_connection_post_layernorm", "n_embed"]
  ) {
    config in
    let stem = config.stem(
      layers: ["num_hidden_layers", "n_layer"], tied: true, norm: .layer)
    let isNew = config.flag("new_decoder_architecture")
    var attention = config.multiHead(stem, heads: ["num_attention_heads", "n_head"])
    let stated = config.optionalSize(["num_kv_heads", "n_head_kv"], .count)
    let isMultiQuery = config.flag("multi_query", default: true)
    attention.keyValueHeads =
      isNew ? stated ?? attention.heads : isMultiQuery ? 1 : attention.heads
    config.requireDivisible(
      ("num_attention_heads", attention.heads), by: ("num_kv_heads", attention.keyValueHeads))
    attention.inputBias = config.flag("bias")
    attention.outputBias = attention.inputBias
    let network = FeedForward(
      hidden: stem.hidden,
      intermediate: config.optionalSize("ffn_hidden_size") ?? 4 * stem.hidden, gated: false,
      bias: attention.inputBias)
    let norms = config.optionalSize("num_ln_in_parallel_attn", .between(1, 2)) ?? (isNew ? 2 : 1)
    let isParallel = config.flag("parallel_attn", default: true)
    return stem.decoder(
      repeating: isParallel
        ? stem.parallelLayer(attention.branch, network.branch, ownNorms: norms == 2)
        : stem.layer(attention.branch, network.branch))
  }
}

extension HuggingFaceConfig {
  /// Attention in which every head has its own keys and values, with biases.
  func multiHead(_ stem: DecoderStem, heads key: ObjectKey) -> SoftmaxAttention {
    let heads = count(key)
    requireDivisible(("hidden_size", stem.hidden), by: (key, heads))
    return SoftmaxAttention(
      hidden: stem.hidden, heads: heads, keyValueHeads: heads,
      headSize: max(1, stem.hidden / max(1, heads)), inputBias: true, outputBias: true)
  }

  /// A network without a gate, with biases, four times as wide as the hidden size unless said.
  func wideNetwork(_ stem: DecoderStem, width: ObjectKey) -> FeedForward {
    FeedForward(
      hidden: stem.hidden, intermediate: optionalSize(width) ?? 4 * stem.hidden, gated: false,
      bias: true)
  }
}
