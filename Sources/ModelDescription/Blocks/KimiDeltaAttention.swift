/// Linear attention by the delta rule with a decay for every channel, from a low-rank gate.
///
/// - Source: Moonshot AI 2025 (Kimi Linear), §3, and `kimi_linear` of transformers 5.23.
struct KimiDeltaAttention: Hashable, Sendable {
  var hidden: Int
  var heads: Int
  var headSize: Int
  var kernel: Int

  var branch: Branch { Branch(kind: "linearAttention", operators: operators) }

  private var operators: [Operator] {
    let width = heads * headSize
    let kept = [SavedTensor(width: width, partition: .column)]
    return [
      .linear(
        "queryKeyValue", part: .linearAttention, from: hidden, to: 3 * width, partition: .column,
        saved: [SavedTensor(width: 3 * width, partition: .column)]),
      Operator(
        "convolution", part: .linearAttention,
        work: .convolution(channels: 3 * width, kernel: kernel), weights: 3 * width * kernel,
        partition: .column, saved: [SavedTensor(width: 3 * width, partition: .column)]),
      // The decay's and the output's gate are each narrow before they are wide.
      .linear(
        "gatesDown", part: .linearAttention, from: hidden, to: 2 * headSize,
        partition: .replicated, saved: [SavedTensor(width: 2 * headSize, partition: .replicated)]),
      .linear(
        "decayUp", part: .linearAttention, from: headSize, to: width, partition: .column,
        saved: kept),
      .linear(
        "gateUp", part: .linearAttention, from: headSize, to: width, partition: .column,
        saved: kept),
      .linear(
        "step", part: .linearAttention, from: hidden, to: heads, partition: .column,
        saved: [SavedTensor(width: heads, elementBytes: 4, partition: .column)]),
      .scalars("decayScalars", part: .linearAttention, width + heads, partition: .column),
      Operator(
        "scan", part: .linearAttention,
        work: .scan(ScanShape(heads: heads, keySize: headSize, valueSize: headSize)),
        partition: .column,
        saved: [SavedTensor(width: width, partition: .column, isModuleOutput: true)],
        modules: [.coreAttention]),
      .innerNorm(
        "gatedNorm", part: .linearAttention, width: headSize, groups: heads, weights: headSize,
        partition: .column),
      .linear("output", part: .linearAttention, from: width, to: hidden, partition: .row),
    ]
  }
}
