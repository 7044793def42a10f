extension Family {
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
    var attention = config.groupedAttention(stem).biased(config.flag("attention_bias"))
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
