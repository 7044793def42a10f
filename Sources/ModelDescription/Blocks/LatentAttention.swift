import ParallelismVocabulary

/// Multi-head latent attention: keys and values are projected up from one narrow vector a token.
///
/// - Source: DeepSeek-AI 2024 (DeepSeek-V2), §2.1.
struct LatentAttention: Hashable, Sendable {
  /// The small network that chooses the keys which a query attends to.
  ///
  /// - Source: DeepSeek-AI 2025 (DeepSeek-V3.2), §2.1.
  struct Indexer: Hashable, Sendable {
    var heads: Int
    var headSize: Int
    var selectedKeys: Int
    /// Whether the choice is that of an earlier layer, so that nothing is learned or computed here.
    var isShared = false
  }

  var hidden: Int
  var heads: Int
  /// The rank of the queries' bottleneck; `nil` projects queries in one step.
  var queryRank: Int?
  var keyValueRank: Int
  /// The part of a query and key that carries no position, and the part that does.
  var plainSize: Int
  var rotarySize: Int
  var valueSize: Int
  /// Biases of the two projections down and of the output.
  var bias = false
  var outputGate = false
  var indexer: Indexer?
  var fused = true

  private var queryKeySize: Int { plainSize + rotarySize }

  var operators: [Operator] {
    var all = queries + keysAndValues
    if let indexer, !indexer.isShared { all += indexing(indexer) }
    all.append(scores)
    if outputGate {
      all.append(
        .linear(
          "gate", part: .attention, from: hidden, to: heads * valueSize, partition: .column,
          saved: [SavedTensor(width: heads * valueSize, partition: .column)]))
      all.append(
        .elementwise(
          "outputGate", part: .attention, width: heads * valueSize, partition: .column,
          saved: [SavedTensor(width: heads * valueSize, partition: .column)]))
    }
    all.append(
      .linear(
        "output", part: .attention, from: heads * valueSize, to: hidden, bias: bias,
        partition: .row))
    return all
  }

  private var queries: [Operator] {
    let width = heads * queryKeySize
    let saved = [SavedTensor(width: width, partition: .column)]
    guard let queryRank else {
      return [
        .linear(
          "query", part: .attention, from: hidden, to: width, partition: .column, saved: saved)
      ]
    }
    return [
      .linear(
        "queryDown", part: .attention, from: hidden, to: queryRank, bias: bias,
        partition: .replicated, saved: [SavedTensor(width: queryRank, partition: .replicated)]),
      .innerNorm(
        "queryNorm", part: .attention, width: queryRank, weights: queryRank,
        partition: .replicated),
      .linear(
        "queryUp", part: .attention, from: queryRank, to: width, partition: .column, saved: saved,
        modules: [.latentProjection]),
    ]
  }

  private var keysAndValues: [Operator] {
    let latent = keyValueRank + rotarySize
    // Keys are kept whole: the part without position beside the shared rotary part.
    let kept = heads * (queryKeySize + valueSize)
    return [
      .linear(
        "keyValueDown", part: .attention, from: hidden, to: latent, bias: bias,
        partition: .replicated, saved: [SavedTensor(width: latent, partition: .replicated)]),
      .innerNorm(
        "keyValueNorm", part: .attention, width: keyValueRank, weights: keyValueRank,
        partition: .replicated),
      .linear(
        "keyValueUp", part: .attention, from: keyValueRank, to: heads * (plainSize + valueSize),
        partition: .column, saved: [SavedTensor(width: kept, partition: .column)],
        modules: [.latentProjection]),
    ]
  }

  private var scores: Operator {
    let output = SavedTensor(
      width: heads * valueSize, partition: .column, isModuleOutput: true, use: .both)
    let statistics = SavedTensor(width: heads, elementBytes: 4, partition: .column)
    // Models with latent attention are trained without dropout: of stored scores, only the softmax.
    let stored = SavedTensor(width: heads, elementBytes: 2, partition: .column, perKey: true)
    return Operator(
      "scores", part: .attention,
      work: .attention(
        AttentionShape(
          heads: heads, keyValueHeads: heads, queryKeySize: queryKeySize, valueSize: valueSize,
          selectedKeys: indexer?.selectedKeys, fused: fused)),
      partition: .column, saved: [output, fused ? statistics : stored], modules: [.coreAttention])
  }

  private func indexing(_ indexer: Indexer) -> [Operator] {
    let width = indexer.heads * indexer.headSize
    return [
      .linear(
        "indexQuery", part: .attention, from: queryRank ?? hidden, to: width,
        partition: .replicated, saved: [SavedTensor(width: width, partition: .replicated)]),
      .linear(
        "indexKey", part: .attention, from: hidden, to: indexer.headSize, partition: .replicated,
        saved: [SavedTensor(width: indexer.headSize, partition: .replicated)]),
      .innerNorm(
        "indexNorm", part: .attention, width: indexer.headSize, weights: 2 * indexer.headSize,
        partition: .replicated),
      .linear(
        "indexWeights", part: .attention, from: hidden, to: indexer.heads, partition: .replicated,
        saved: [SavedTensor(width: indexer.heads, partition: .replicated)]),
      Operator(
        "indexScores", part: .attention,
        work: .attention(
          AttentionShape(
            heads: indexer.heads, keyValueHeads: 1, queryKeySize: indexer.headSize, valueSize: 0)),
        modules: [.coreAttention]),
    ]
  }
}
