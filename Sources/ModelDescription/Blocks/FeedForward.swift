import ParallelismVocabulary

/// A dense feed-forward network: up, an activation, and down; with a gate or without.
struct FeedForward: Hashable, Sendable {
  var hidden: Int
  var intermediate: Int
  /// Whether a second projection, through the activation, multiplies the first.
  var gated = true
  var bias = false
  /// Whether the projection down has a bias; `nil` where it is as the others'.
  var outputBias: Bool?
  var part = ModelPart.denseFeedForward
  var modules: Set<RecomputeModule> = [.feedForward]
  /// What the operators' names begin with, where a block has several such networks.
  var prefix = ""

  var operators: [Operator] {
    guard intermediate > 0 else { return [] }
    let outputs = (gated ? 2 : 1) * intermediate
    return [
      .linear(
        name(gated ? "gateUp" : "up"), part: part, from: hidden, to: outputs, bias: bias,
        partition: .column, saved: [SavedTensor(width: outputs, partition: .column)],
        modules: modules),
      .elementwise(
        name("activation"), part: part, width: intermediate, partition: .column,
        saved: [SavedTensor(width: intermediate, partition: .column, use: .weightGradient)],
        modules: modules),
      .linear(
        name("down"), part: part, from: intermediate, to: hidden, bias: outputBias ?? bias,
        partition: .row, modules: modules),
    ]
  }

  private func name(_ suffix: String) -> String {
    prefix.isEmpty ? suffix : prefix + suffix.prefix(1).uppercased() + suffix.dropFirst()
  }
}
