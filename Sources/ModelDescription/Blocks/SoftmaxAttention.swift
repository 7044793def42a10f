import ParallelismVocabulary

/// Softmax attention with its projections: multi-head, grouped-query or multi-query, of all tokens
/// before or of a window.
struct SoftmaxAttention: Hashable, Sendable {
  /// How queries and keys are normalised after their projection.
  enum QueryKeyNorm: Hashable, Sendable {
    case none
    /// Each head on its own, with one scale that all heads share.
    case perHead
    /// Each head on its own, with a scale for each.
    case perHeadOwnScale
    /// All heads of a token as one row.
    case wholeRow
    /// Each head on its own, with a learned scale and shift that all heads share.
    case perHeadWithBias
    /// Each head on its own, without anything learned.
    case unlearned
  }

  /// What multiplies the attention's output before its last projection.
  enum OutputGate: Hashable, Sendable {
    case none
    /// A number for each channel, from a projection as wide as the queries'.
    case perChannel
    /// A number for each head.
    case perHead
  }

  /// Where the values come from.
  enum Values: Hashable, Sendable {
    case projected
    /// Keys serve as values; nothing is learned for them.
    case keys
    /// Keys and values are those of an earlier layer.
    case ofEarlierLayer
  }

  /// A choice of blocks of keys by the scores of a small attention over them.
  ///
  /// - Source: `minimax_m3_vl` of transformers 5.23.
  struct BlockSelection: Hashable, Sendable {
    var heads: Int
    var headSize: Int
    /// The keys of a block, and the blocks that a query attends to.
    var block: Int
    var chosen: Int
  }

  var hidden: Int
  var heads: Int
  var keyValueHeads: Int
  var headSize: Int
  /// The width of a value, where it differs from `headSize`.
  var valueSize: Int?
  var window: Int?
  var chunk: Int?
  var queryKeyNorm = QueryKeyNorm.none
  var inputBias = false
  var outputBias = false
  var outputGate = OutputGate.none
  /// Whether each head has a learned logit that takes part in the softmax without a value.
  var sinks = false
  var values = Values.projected
  var blockSelection: BlockSelection?
  var fused = true

  /// A name for people.
  var kind: String {
    if blockSelection != nil { return "sparseAttention" }
    return window == nil && chunk == nil ? "attention" : "slidingAttention"
  }

  private var queryWidth: Int { heads * headSize }
  private var keyWidth: Int { values == .ofEarlierLayer ? 0 : keyValueHeads * headSize }
  private var valueWidth: Int {
    values == .projected ? keyValueHeads * (valueSize ?? headSize) : 0
  }
  private var outputWidth: Int { heads * (valueSize ?? headSize) }

  var operators: [Operator] {
    var all = [projection]
    all += norms
    if let blockSelection { all += indexing(blockSelection) }
    all.append(scores)
    if sinks { all.append(.scalars("sinks", part: .attention, heads, partition: .column)) }
    all += gate
    all.append(
      .linear(
        "output", part: .attention, from: outputWidth, to: hidden, bias: outputBias,
        partition: .row))
    return all
  }

  /// One product for queries, keys and values, as kernels run it.
  private var projection: Operator {
    let gateWidth = outputGate == .perChannel ? outputWidth : 0
    let outputs = queryWidth + gateWidth + keyWidth + valueWidth
    return .linear(
      "queryKeyValue", part: .attention, from: hidden, to: outputs, bias: inputBias,
      partition: .column, saved: [SavedTensor(width: outputs, partition: .column)])
  }

  private var norms: [Operator] {
    let keyHeads = values == .ofEarlierLayer ? 0 : keyValueHeads
    let weights: Int
    var groups = (query: heads, key: keyHeads)
    var width = headSize
    switch queryKeyNorm {
    case .none: return []
    case .unlearned: weights = 0
    case .perHead: weights = headSize * (keyHeads == 0 ? 1 : 2)
    case .perHeadWithBias: weights = 2 * headSize * (keyHeads == 0 ? 1 : 2)
    case .perHeadOwnScale: weights = queryWidth + keyWidth
    case .wholeRow:
      weights = queryWidth + keyWidth
      width = queryWidth + keyWidth
      groups = (1, 0)
    }
    return [
      .innerNorm(
        "queryKeyNorm", part: .attention, width: width, groups: groups.query + groups.key,
        weights: weights, partition: .column)
    ]
  }

  private var scores: Operator {
    let output = SavedTensor(
      width: outputWidth, partition: .column, isModuleOutput: true, use: .both)
    let statistics = SavedTensor(width: heads, elementBytes: 4, partition: .column)
    // Stored scores: the softmax's output and the dropout's, two bytes each, and a mask of one.
    let stored = SavedTensor(width: heads, elementBytes: 5, partition: .column, perKey: true)
    return Operator(
      "scores", part: .attention,
      work: .attention(
        AttentionShape(
          heads: heads, keyValueHeads: keyValueHeads, queryKeySize: headSize,
          valueSize: valueSize ?? headSize, window: window,
          selectedKeys: blockSelection.map { $0.block * $0.chosen }, chunk: chunk, fused: fused)),
      partition: .column, saved: [output, fused ? statistics : stored], modules: [.coreAttention])
  }

  private func indexing(_ selection: BlockSelection) -> [Operator] {
    let width = (selection.heads + 1) * selection.headSize
    return [
      .linear(
        "indexQueryKey", part: .attention, from: hidden, to: width, partition: .replicated,
        saved: [SavedTensor(width: width, partition: .replicated)]),
      .innerNorm(
        "indexNorm", part: .attention, width: selection.headSize, groups: selection.heads + 1,
        weights: 2 * selection.headSize, partition: .replicated),
      Operator(
        "indexScores", part: .attention,
        work: .attention(
          AttentionShape(
            heads: selection.heads, keyValueHeads: 1, queryKeySize: selection.headSize,
            valueSize: 0)),
        modules: [.coreAttention]),
    ]
  }

  private var gate: [Operator] {
    let gated = SavedTensor(width: outputWidth, partition: .column)
    let product = Operator.elementwise(
      "outputGate", part: .attention, width: outputWidth, partition: .column, saved: [gated])
    switch outputGate {
    case .none: return []
    case .perChannel: return [product]
    case .perHead:
      let projection = Operator.linear(
        "gate", part: .attention, from: hidden, to: heads, partition: .column,
        saved: [SavedTensor(width: heads, partition: .column)])
      return [projection, product]
    }
  }
}
