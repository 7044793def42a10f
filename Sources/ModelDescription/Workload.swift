import ParallelismVocabulary

/// What is trained on a model: batch, length, number formats.
public struct Workload: Hashable, Sendable {
  /// Sequences in one optimiser step, over all replicas.
  public var globalBatch: Int
  /// Tokens in a sequence.
  public var sequenceLength: Int
  public var precision: Precision
  public var optimizer: Optimizer
  public var optimizerPlace: OptimizerPlace
  public var activationPlace: ActivationPlace
  /// The rank of the low-rank adapters that are trained beside frozen weights; `nil` trains all.
  public var adapterRank: Int?
  /// How long sequences are, where they are not alike: then the batch is what they fill when packed
  /// into windows of the sequence length.
  public var lengths: SequenceLengths?
  /// What is known of routing, for each way to divide the experts; experts are equally busy, and chosen
  /// by chance, in all that it does not tell of.
  public var expertUse: [ExpertUse] = []

  public init(
    globalBatch: Int, sequenceLength: Int, precision: Precision = .bf16,
    optimizer: Optimizer = .adam, optimizerPlace: OptimizerPlace = .device,
    activationPlace: ActivationPlace = .device, adapterRank: Int? = nil,
    lengths: SequenceLengths? = nil,
    expertUse: [ExpertUse] = []
  ) {
    self.globalBatch = globalBatch
    self.sequenceLength = sequenceLength
    self.precision = precision
    self.optimizer = optimizer
    self.optimizerPlace = optimizerPlace
    self.activationPlace = activationPlace
    self.adapterRank = adapterRank
    self.lengths = lengths
    self.expertUse = expertUse
  }

  public var tokens: Int { globalBatch * sequenceLength }

  /// Whether anything may lie in the hosts' memory.
  public var keepsInHosts: Bool { optimizerPlace == .host || activationPlace == .host }

  /// What may lie there, in words.
  public var hostContents: String {
    let state = optimizerPlace == .host ? ["the optimiser's state"] : []
    return (state + (activationPlace == .host ? ["activations"] : [])).joined(separator: " and ")
  }
}

/// How long the sequences of a step are, and how many they are.
public struct SequenceLengths: Hashable, Sendable {
  /// Sequences in one optimiser step.
  public var sequences: Int
  public var histogram: LengthHistogram

  public init(sequences: Int, histogram: LengthHistogram) {
    self.sequences = sequences
    self.histogram = histogram
  }
}

/// The optimiser, for its state.
public enum Optimizer: String, CaseIterable, Codable, Sendable, Hashable {
  /// Single-precision master weights and two moments.
  case adam
  /// Single-precision master weights and one momentum.
  case sgd

  /// The bytes of optimiser state a parameter, master weights among them.
  public var stateBytes: Double {
    switch self {
    case .adam: 12
    case .sgd: 8
    }
  }
}
