extension Block {
  /// A residual branch: what normalises its input, what it computes, what normalises its output,
  /// and the sum with the hidden state.
  ///
  /// Without a normalisation of the input, the branch reads the hidden state itself, which is then
  /// kept once for it.
  static func residual(
    _ kind: String, hidden: Int, norm: Normalisation?, outputNorm: Normalisation? = nil,
    sharesInputNorm: Bool = false, _ operators: [Operator]
  ) -> Block {
    var all: [Operator] = []
    if let norm, !sharesInputNorm { all.append(.hiddenNorm("inputNorm", norm, width: hidden)) }
    all += operators
    if let outputNorm {
      all.append(.hiddenNorm("outputNorm", outputNorm, width: hidden, keepsOutput: false))
    }
    let keepsState = norm == nil && !sharesInputNorm
    all.append(
      .elementwise(
        "residual", part: .residualMixing, width: hidden, partition: .replicated,
        saved: keepsState ? [SavedTensor(width: hidden, partition: .replicated)] : []))
    return Block(kind, operators: all)
  }
}
