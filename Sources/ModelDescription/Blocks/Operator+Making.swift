import ParallelismVocabulary

/// The normalisation that a model uses throughout.
enum Normalisation: Hashable, Sendable {
  /// Root mean square with a learned scale.
  case rootMeanSquare
  /// Mean and variance with a learned scale and shift.
  case layer
  /// Mean and variance with a learned scale only.
  case layerWithoutBias
  /// Mean and variance without anything learned.
  case unlearned

  /// The learned numbers for each number that is normalised.
  var weightsPerElement: Int {
    switch self {
    case .rootMeanSquare, .layerWithoutBias: 1
    case .layer: 2
    case .unlearned: 0
    }
  }
}

extension Operator {
  /// A matrix product with an optional bias.
  static func linear(
    _ name: String, part: ModelPart, from inputs: Int, to outputs: Int, bias: Bool = false,
    partition: Partition, saved: [SavedTensor] = [], modules: Set<RecomputeModule> = []
  ) -> Operator {
    Operator(
      name, part: part, work: .projection(inputs: inputs, outputs: outputs),
      weights: inputs * outputs + (bias ? outputs : 0), partition: partition, saved: saved,
      modules: modules)
  }

  /// A normalisation of the hidden state, which keeps what it reads and what it gives.
  static func hiddenNorm(
    _ name: String, _ kind: Normalisation, width: Int, keepsInput: Bool = true,
    keepsOutput: Bool = true
  ) -> Operator {
    let input = SavedTensor(width: width, partition: .replicated, isModuleOutput: true)
    let output = SavedTensor(width: width, partition: .replicated, use: .weightGradient)
    return Operator(
      name, part: .normalisation, work: .normalisation(width: width, groups: 1),
      weights: kind.weightsPerElement * width,
      saved: (keepsInput ? [input] : []) + (keepsOutput ? [output] : []), modules: [.normalisation])
  }

  /// A normalisation inside a block, `groups` times a token, of what the operator before it saved.
  static func innerNorm(
    _ name: String, part: ModelPart, width: Int, groups: Int = 1, weights: Int,
    partition: Partition, modules: Set<RecomputeModule> = []
  ) -> Operator {
    Operator(
      name, part: part, work: .normalisation(width: width, groups: groups), weights: weights,
      partition: partition, saved: [SavedTensor(width: width * groups, partition: partition)],
      modules: modules)
  }

  /// Reads and writes that learn nothing.
  static func elementwise(
    _ name: String, part: ModelPart, width: Int, partition: Partition, saved: [SavedTensor] = [],
    modules: Set<RecomputeModule> = []
  ) -> Operator {
    Operator(
      name, part: part, work: .elementwise(width: width), partition: partition, saved: saved,
      modules: modules)
  }

  /// Learned numbers that take no time of their own.
  static func scalars(
    _ name: String, part: ModelPart, _ count: Int, partition: Partition = .replicated
  ) -> Operator {
    Operator(name, part: part, work: .none, weights: count, partition: partition)
  }
}
