/// The first selective state space: a decay for every channel and state, from a low-rank step size.
///
/// - Source: Gu and Dao 2023 (Mamba), §3.
struct SelectiveScan: Hashable, Sendable {
  var hidden: Int
  var inner: Int
  var stateSize: Int
  /// The rank of the step size's projection.
  var stepRank: Int
  var kernel: Int
  var projectionBias = false
  var convolutionBias = true
  /// Whether the step size and both maps are normalised, with learned scales.
  var innerNorms = false

  var branch: Branch { Branch(kind: "stateSpace", operators: operators) }

  private var operators: [Operator] {
    let mapped = stepRank + 2 * stateSize
    let norms = Operator.innerNorm(
      "stepNorm", part: .stateSpace, width: mapped, weights: mapped, partition: .replicated)
    return [
      .linear(
        "input", part: .stateSpace, from: hidden, to: 2 * inner, bias: projectionBias,
        partition: .column, saved: [SavedTensor(width: 2 * inner, partition: .column)]),
      Operator(
        "convolution", part: .stateSpace, work: .convolution(channels: inner, kernel: kernel),
        weights: inner * (kernel + (convolutionBias ? 1 : 0)), partition: .column,
        saved: [SavedTensor(width: inner, partition: .column)]),
      .linear(
        "maps", part: .stateSpace, from: inner, to: mapped, partition: .row,
        saved: [SavedTensor(width: mapped, partition: .replicated)]),
    ] + (innerNorms ? [norms] : []) + [
      .linear(
        "step", part: .stateSpace, from: stepRank, to: inner, bias: true, partition: .column,
        saved: [SavedTensor(width: inner, partition: .column)]),
      .scalars("decayScalars", part: .stateSpace, inner * (stateSize + 1), partition: .column),
      Operator(
        "scan", part: .stateSpace,
        work: .scan(ScanShape(heads: inner, keySize: stateSize, valueSize: 1, chunk: 1)),
        partition: .column,
        saved: [SavedTensor(width: inner, partition: .column, isModuleOutput: true)],
        modules: [.coreAttention]),
      .linear(
        "output", part: .stateSpace, from: inner, to: hidden, bias: projectionBias,
        partition: .row),
    ]
  }
}
