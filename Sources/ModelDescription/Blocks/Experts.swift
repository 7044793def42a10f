import ParallelismVocabulary

/// A mixture of experts: a router sends each token to a few of many small networks, beside which
/// shared experts may serve all tokens.
struct Experts: Hashable, Sendable {
  var hidden: Int
  var count: Int
  var perToken: Int
  var intermediate: Int
  var gated = true
  var bias = false
  /// The width that experts read and write, where tokens are projected to it first.
  var latent: Int?
  var latentBias = false
  var router = true
  var routerBias = false
  /// Whether a correction of the choice, a number for each expert, counts as a parameter.
  var correctionIsLearned = false
  /// The width of all shared experts together; 0 without any.
  var sharedIntermediate = 0
  var sharedBias = false
  /// Whether a learned number for each token scales the shared experts' output.
  var sharedGate = false

  var operators: [Operator] {
    routing + into + [routed] + out + shared
  }

  private var routing: [Operator] {
    router
      ? [
        .linear(
          "router", part: .router, from: hidden, to: count, bias: routerBias,
          partition: .replicated,
          saved: [SavedTensor(width: count, elementBytes: 4, partition: .replicated)],
          modules: [.experts])
      ] + (correctionIsLearned ? [.scalars("routerCorrection", part: .router, count)] : []) : []
  }

  private var into: [Operator] {
    guard let latent else { return [] }
    return [
      .linear(
        "latentDown", part: .router, from: hidden, to: latent, bias: latentBias,
        partition: .replicated,
        modules: [.experts])
    ]
  }

  private var out: [Operator] {
    guard let latent else { return [] }
    return [
      .linear(
        "latentUp", part: .router, from: latent, to: hidden, bias: latentBias,
        partition: .replicated,
        saved: [SavedTensor(width: latent, partition: .replicated)], modules: [.experts])
    ]
  }

  private var routed: Operator {
    let inputs = latent ?? hidden
    let matrices = gated ? 3 : 2
    let biases = bias ? (matrices - 1) * intermediate + inputs : 0
    // A chosen expert keeps its input, its projections up and the activated product, which the
    // token's weight has multiplied already, so that nobody needs its output again.
    let input = SavedTensor(width: inputs, partition: .expert, use: .weightGradient)
    let upward = SavedTensor(width: (matrices - 1) * intermediate, partition: .expert)
    let activated = SavedTensor(width: intermediate, partition: .expert, use: .weightGradient)
    return Operator(
      "experts", part: .routedExperts,
      work: .experts(
        ExpertsShape(
          count: count, perToken: perToken, inputs: inputs, intermediate: intermediate,
          gated: gated, biased: bias)),
      weights: count * (matrices * inputs * intermediate + biases), partition: .expert,
      saved: [input, upward, activated], modules: [.experts])
  }

  private var shared: [Operator] {
    guard sharedIntermediate > 0 else { return [] }
    let network = FeedForward(
      hidden: hidden, intermediate: sharedIntermediate, gated: gated, bias: sharedBias,
      part: .sharedExperts, modules: [.experts, .sharedExperts], prefix: "shared")
    let gate = Operator.linear(
      "sharedGate", part: .sharedExperts, from: hidden, to: 1, partition: .replicated,
      saved: [SavedTensor(width: hidden, partition: .replicated)],
      modules: [.experts, .sharedExperts])
    return network.operators + (sharedGate ? [gate] : [])
  }
}
