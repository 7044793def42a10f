extension Family {
  /// Llama 1 to 3.
  static let llama = Family("llama") { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    attention.inputBias = config.flag("attention_bias")
    attention.outputBias = attention.inputBias
    let network = FeedForward(
      hidden: stem.hidden, intermediate: config.size("intermediate_size"),
      bias: config.flag("mlp_bias"))
    return stem.decoder(
      repeating: stem.layer(
        ("attention", attention.operators), ("feedForward", network.operators)))
  }

  /// Mixtral, whose `intermediate_size` is an expert's.
  static let mixtral = Family("mixtral") { config in
    let stem = config.stem()
    var attention = config.groupedAttention(stem)
    attention.window = config.optionalSize("sliding_window", .sequence)
    let experts = Experts(
      hidden: stem.hidden, count: config.count("num_local_experts"),
      perToken: config.count("num_experts_per_tok"),
      intermediate: config.size("intermediate_size"))
    return stem.decoder(
      repeating: stem.layer((attention.kind, attention.operators), ("experts", experts.operators)))
  }
}
