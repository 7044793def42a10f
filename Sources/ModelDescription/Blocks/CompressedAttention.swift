import ParallelismVocabulary

/// Attention of many query heads to one key that is its own value: over a window of tokens and over
/// keys that each stand for several tokens, all of them or those that an indexer chose.
///
/// - Source: DeepSeek-AI 2026 (DeepSeek-V4), §2.3, and its implementation in transformers 5.23.
struct CompressedAttention: Hashable, Sendable {
  /// Tokens to a key where an indexer chooses, and where all keys are met.
  static let fineRate = 4
  static let coarseRate = 128

  var hidden: Int
  var heads: Int
  var headSize: Int
  var queryRank: Int
  var outputGroups: Int
  var outputRank: Int
  var window: Int
  var indexHeads: Int
  var indexHeadSize: Int
  var selectedKeys: Int

  /// The attention of a layer whose further keys stand for `rate` tokens each; 0 has none.
  func branch(compressing rate: Int) -> Branch {
    let kind =
      switch rate {
      case 0: "slidingAttention"
      case Self.fineRate: "sparseCompressedAttention"
      default: "compressedAttention"
      }
    var all = projections
    if rate > 0 { all += compressor(rate, width: headSize, name: "compressor") }
    if rate == Self.fineRate { all += indexer(rate) }
    all.append(scores("scores", window: window))
    if rate > 0 {
      all.append(
        scores(
          "compressedScores", compression: rate,
          selected: rate == Self.fineRate ? selectedKeys : nil))
    }
    return Branch(kind: kind, operators: all + output)
  }

  private var projections: [Operator] {
    let width = heads * headSize
    return [
      .scalars("sinks", part: .attention, heads, partition: .column),
      .linear(
        "queryDown", part: .attention, from: hidden, to: queryRank, partition: .replicated,
        saved: [SavedTensor(width: queryRank, partition: .replicated)]),
      .innerNorm(
        "queryNorm", part: .attention, width: queryRank, weights: queryRank,
        partition: .replicated),
      .linear(
        "queryUp", part: .attention, from: queryRank, to: width, partition: .column,
        saved: [SavedTensor(width: width, partition: .column)]),
      .linear(
        "keyValue", part: .attention, from: hidden, to: headSize, partition: .replicated,
        saved: [SavedTensor(width: headSize, partition: .replicated)]),
      .innerNorm(
        "keyValueNorm", part: .attention, width: headSize, weights: headSize,
        partition: .replicated),
    ]
  }

  /// What makes one key of `rate` tokens, weighing them by a gate; where an indexer chooses, the
  /// groups of tokens overlap and the projections are twice as wide.
  private func compressor(_ rate: Int, width: Int, name: String) -> [Operator] {
    let outputs = rate == Self.fineRate ? 2 * width : width
    return [
      .linear(
        name, part: .attention, from: hidden, to: 2 * outputs, partition: .replicated,
        saved: [SavedTensor(width: 2 * outputs, partition: .replicated)]),
      .scalars(name + "Positions", part: .attention, rate * outputs),
      .innerNorm(
        name + "Norm", part: .attention, width: width, weights: width, partition: .replicated),
    ]
  }

  private func indexer(_ rate: Int) -> [Operator] {
    let width = indexHeads * indexHeadSize
    return compressor(rate, width: indexHeadSize, name: "indexKey") + [
      .linear(
        "indexQuery", part: .attention, from: queryRank, to: width, partition: .replicated,
        saved: [SavedTensor(width: width, partition: .replicated)]),
      .linear(
        "indexWeights", part: .attention, from: hidden, to: indexHeads, partition: .replicated,
        saved: [SavedTensor(width: indexHeads, partition: .replicated)]),
      Operator(
        "indexScores", part: .attention,
        work: .attention(
          AttentionShape(
            heads: indexHeads, keyValueHeads: 1, queryKeySize: indexHeadSize, valueSize: 0,
            compression: rate)),
        modules: [.coreAttention]),
    ]
  }

  private func scores(
    _ name: String, window: Int? = nil, compression: Int = 1, selected: Int? = nil
  ) -> Operator {
    // Both products write one output; the window's operator keeps it.
    let output = SavedTensor(
      width: heads * headSize, partition: .column, isModuleOutput: true, use: .both)
    let statistics = SavedTensor(width: heads, elementBytes: 4, partition: .column)
    return Operator(
      name, part: .attention,
      work: .attention(
        AttentionShape(
          heads: heads, keyValueHeads: 1, queryKeySize: headSize, valueSize: headSize,
          window: window, selectedKeys: selected, compression: compression)),
      partition: .column, saved: compression == 1 ? [output, statistics] : [],
      modules: [.coreAttention])
  }

  private var output: [Operator] {
    let inputs = heads * headSize / outputGroups
    let middle = outputGroups * outputRank
    return [
      .linear(
        "outputDown", part: .attention, from: inputs, to: middle, partition: .column,
        saved: [SavedTensor(width: middle, partition: .column)]),
      .linear("output", part: .attention, from: middle, to: hidden, partition: .row),
    ]
  }
}
