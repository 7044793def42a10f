import InputFiles

extension Family {
  /// Nemotron models found by architecture search: every layer has its own number of key heads and
  /// its own network's width, or lacks either.
  ///
  /// - Source: `modeling_decilm.py` published beside Llama-3_3-Nemotron-Super-49B.
  static let nemotronNAS = Family(
    "nemotron-nas", "deci",
    harmless: ["num_key_value_heads_per_layer", "head_dim", "hidden_act", "llama_4_scaling"]
  ) { config in
    let stem = config.stem()
    let heads = config.count("num_attention_heads")
    config.requireDivisible(("hidden_size", stem.hidden), by: ("num_attention_heads", heads))
    let attention = SoftmaxAttention(
      hidden: stem.hidden, heads: heads, keyValueHeads: heads,
      headSize: max(1, stem.hidden / max(1, heads)), inputBias: config.flag("attention_bias"),
      outputBias: config.flag("attention_bias"))
    let bias = config.flag("mlp_bias")
    config.expectNone("intermediate_size")
    config.expectNone("num_key_value_heads")
    let blocks = config.perLayer(stem, "block_configs", config.objects("block_configs"))
    return stem.decoder(
      (blocks ?? []).map { block in
        let branches = [
          config.searchedAttention(block, attention),
          config.searchedNetwork(block, stem, bias: bias),
        ]
        block.finish()
        return Layer(
          branches.compactMap(\.self).map {
            .residual($0.kind, hidden: stem.hidden, norm: stem.norm, $0.operators)
          })
      })
  }
}

extension HuggingFaceConfig {
  /// The attention of one block, or nil where the block has none.
  fileprivate func searchedAttention(
    _ block: HuggingFaceConfig, _ whole: SoftmaxAttention
  ) -> Branch? {
    guard let fields = block.nested("attention", modelType: modelType) else { return nil }
    fields.ignore(["num_sink_tokens", "unshifted_sink", "use_prefill_window_in_sink_attention"])
    let group = fields.optionalSize("n_heads_in_group", .count)
    let window = fields.optionalSize("window_length", .sequence)
    let isAbsent = fields.flag("no_op")
    fields.expect("sparsify", is: false)
    defer { fields.finish() }
    if isAbsent { return nil }
    if fields.flag("replace_with_linear") { return linear("linearAttention", whole.hidden) }
    guard let group else {
      fields.error(at: "n_heads_in_group", "has no n_heads_in_group, but needs one to attend")
      return nil
    }
    requireDivisible(("num_attention_heads", whole.heads), by: ("n_heads_in_group", group))
    var attention = whole.within(window)
    attention.keyValueHeads = max(1, whole.heads / group)
    return attention.branch
  }

  /// The network of one block, or nil where the block has none.
  fileprivate func searchedNetwork(
    _ block: HuggingFaceConfig, _ stem: DecoderStem, bias: Bool
  ) -> Branch? {
    guard let fields = block.nested("ffn", modelType: modelType) else { return nil }
    let factor = fields.optional("ffn_mult", .number(.above(0, atMost: 1024)))
    let stated = fields.optionalSize("intermediate_size")
    let isAbsent = fields.flag("no_op")
    fields.expect("sparsify", is: false)
    defer { fields.finish() }
    if isAbsent { return nil }
    if fields.flag("replace_with_linear") { return linear("linear", stem.hidden) }
    guard let width = stated ?? factor.map({ Self.searchedWidth($0, hidden: stem.hidden) }) else {
      fields.error(at: "ffn_mult", "has no ffn_mult, but needs one to have a network")
      return nil
    }
    return FeedForward(hidden: stem.hidden, intermediate: width, bias: bias).branch
  }

  /// Two thirds of the multiple of the hidden size, rounded up to a multiple of 256.
  private static func searchedWidth(_ factor: Double, hidden: Int) -> Int {
    (Int(2 * factor * Double(hidden) / 3) + 255) / 256 * 256
  }

  private func linear(_ kind: String, _ hidden: Int) -> Branch {
    let kept = [SavedTensor(width: hidden, partition: .replicated)]
    return Branch(
      kind: kind,
      operators: [
        .linear(
          "linear", part: .denseFeedForward, from: hidden, to: hidden, partition: .replicated,
          saved: kept)
      ])
  }
}
