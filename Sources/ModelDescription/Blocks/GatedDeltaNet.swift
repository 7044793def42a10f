import ParallelismVocabulary

/// Linear attention by the gated delta rule, with a short convolution before and a gated
/// normalisation after.
///
/// - Source: Yang et al. 2024 (Gated DeltaNet); the projections are those of Qwen3-Next.
struct GatedDeltaNet: Hashable, Sendable {
  var hidden: Int
  var keyHeads: Int
  var valueHeads: Int
  var keySize: Int
  var valueSize: Int
  var kernel: Int

  var operators: [Operator] {
    let keyWidth = keyHeads * keySize
    let valueWidth = valueHeads * valueSize
    let mixed = 2 * keyWidth + valueWidth
    return [
      .linear(
        "queryKeyValueGate", part: .linearAttention, from: hidden, to: mixed + valueWidth,
        partition: .column, saved: [SavedTensor(width: mixed + valueWidth, partition: .column)]),
      .linear(
        "decay", part: .linearAttention, from: hidden, to: 2 * valueHeads, partition: .column,
        saved: [SavedTensor(width: 2 * valueHeads, elementBytes: 4, partition: .column)]),
      Operator(
        "convolution", part: .linearAttention,
        work: .convolution(channels: mixed, kernel: kernel), weights: mixed * kernel,
        partition: .column, saved: [SavedTensor(width: mixed, partition: .column)]),
      .scalars("decayScalars", part: .linearAttention, 2 * valueHeads, partition: .column),
      Operator(
        "scan", part: .linearAttention,
        work: .scan(ScanShape(heads: valueHeads, keySize: keySize, valueSize: valueSize)),
        partition: .column,
        saved: [SavedTensor(width: valueWidth, partition: .column, isModuleOutput: true)],
        modules: [.coreAttention]),
      .innerNorm(
        "gatedNorm", part: .linearAttention, width: valueSize, groups: valueHeads,
        weights: valueSize, partition: .column),
      .linear(
        "output", part: .linearAttention, from: valueWidth, to: hidden, partition: .row),
    ]
  }
}
