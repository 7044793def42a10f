import ParallelismVocabulary

/// A selective state space with scalar decay a head and shared input and output maps a group.
///
/// - Source: Dao and Gu 2024 (Mamba-2), §7.
struct StateSpace: Hashable, Sendable {
  var hidden: Int
  var heads: Int
  var headSize: Int
  var stateSize: Int
  var groups: Int
  var kernel: Int
  var projectionBias = false
  /// Whether the last projection has a bias; `nil` where it is as the first's.
  var outputBias: Bool?
  var convolutionBias = true
  /// Whether a normalisation gated by the input's branch precedes the output.
  var gatedNorm = true
  var chunk = 256

  var operators: [Operator] {
    let inner = heads * headSize
    let mixed = inner + 2 * groups * stateSize
    let inputs = inner + mixed + heads
    var all: [Operator] = [
      .linear(
        "input", part: .stateSpace, from: hidden, to: inputs, bias: projectionBias,
        partition: .column, saved: [SavedTensor(width: inputs, partition: .column)]),
      Operator(
        "convolution", part: .stateSpace, work: .convolution(channels: mixed, kernel: kernel),
        weights: mixed * (kernel + (convolutionBias ? 1 : 0)), partition: .column,
        saved: [SavedTensor(width: mixed, partition: .column)]),
      .scalars("decayScalars", part: .stateSpace, 3 * heads, partition: .column),
      Operator(
        "scan", part: .stateSpace,
        work: .scan(
          ScanShape(heads: heads, keySize: stateSize, valueSize: headSize, chunk: chunk)),
        partition: .column,
        saved: [SavedTensor(width: inner, partition: .column, isModuleOutput: true)],
        modules: [.coreAttention]),
    ]
    if gatedNorm {
      all.append(
        .innerNorm(
          "gatedNorm", part: .stateSpace, width: inner, weights: inner, partition: .column))
    }
    all.append(
      .linear(
        "output", part: .stateSpace, from: inner, to: hidden, bias: outputBias ?? projectionBias,
        partition: .row))
    return all
  }
}
