/// Several residual streams, of which every branch reads a learned mixture and writes back to all.
///
/// - Source: Zhu et al. 2024 (Hyper-Connections); the mixing weights depend on the streams' values.
struct HyperConnections: Hashable, Sendable {
  var hidden: Int
  var streams: Int

  /// What one branch adds: the product that gives a weight to read and to write each stream and one
  /// for each pair of streams, with an offset each and three scales.
  var operators: [Operator] {
    mixing(outputs: streams * streams + 2 * streams, scales: 3, name: "streamMixing")
  }

  /// What folds the streams into one before the head.
  var headOperators: [Operator] { mixing(outputs: streams, scales: 1, name: "streamFolding") }

  private func mixing(outputs: Int, scales: Int, name: String) -> [Operator] {
    [
      .linear(
        name, part: .residualMixing, from: streams * hidden, to: outputs, partition: .replicated,
        saved: [SavedTensor(width: streams * hidden, partition: .replicated)]),
      .scalars(name + "Scalars", part: .residualMixing, outputs + scales),
    ]
  }
}
