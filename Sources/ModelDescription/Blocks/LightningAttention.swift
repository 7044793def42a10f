/// Linear attention with a fixed decay a head, a normalisation of its output and a gate.
///
/// - Source: MiniMax 2025 (MiniMax-01), §2.2.1; Qin et al. 2024 (Lightning Attention-2).
struct LightningAttention: Hashable, Sendable {
  var hidden: Int
  var heads: Int
  var headSize: Int

  var branch: Branch { Branch(kind: "linearAttention", operators: operators) }

  private var operators: [Operator] {
    let width = heads * headSize
    let kept = [SavedTensor(width: width, partition: .column)]
    return [
      .linear(
        "queryKeyValue", part: .linearAttention, from: hidden, to: 3 * width, partition: .column,
        saved: [SavedTensor(width: 3 * width, partition: .column)]),
      Operator(
        "scan", part: .linearAttention,
        work: .scan(
          ScanShape(heads: heads, keySize: headSize, valueSize: headSize, chunk: 256)),
        partition: .column,
        saved: [SavedTensor(width: width, partition: .column, isModuleOutput: true)],
        modules: [.coreAttention]),
      .innerNorm(
        "scanNorm", part: .linearAttention, width: width, weights: width, partition: .column),
      .linear(
        "gate", part: .linearAttention, from: hidden, to: width, partition: .column, saved: kept),
      .elementwise(
        "outputGate", part: .linearAttention, width: width, partition: .column, saved: kept),
      .linear("output", part: .linearAttention, from: width, to: hidden, partition: .row),
    ]
  }
}
