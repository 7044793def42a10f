import ParallelismVocabulary

/// One step of a layer: what it computes, which weights it holds, what it keeps for the backward
/// pass, and how tensor and expert parallelism cut it.
///
/// Parameters, arithmetic, activation memory and time are four readings of one list of operators.
public struct Operator: Hashable, Sendable {
  /// The name inside its layer, as in `query`, `scores`, `up`.
  public var name: String
  public var part: ModelPart
  public var work: Work
  /// The learned parameters of the whole operator, in elements, before any split.
  public var weights: Int
  public var partition: Partition
  /// The tensors that it produces and that its consumers need again in the backward pass.
  public var saved: [SavedTensor]
  /// The recomputations that run this operator again (and so drop what it saved), any of them.
  public var modules: Set<RecomputeModule> {
    didSet { moduleBits = modules.bits }
  }
  /// The bits of `modules`.
  public private(set) var moduleBits: UInt16

  public init(
    _ name: String, part: ModelPart, work: Work, weights: Int = 0,
    partition: Partition = .replicated, saved: [SavedTensor] = [],
    modules: Set<RecomputeModule> = []
  ) {
    self.name = name
    self.part = part
    self.work = work
    self.weights = weights
    self.partition = partition
    self.saved = saved
    self.modules = modules
    moduleBits = modules.bits
  }
}

/// What an operator does with every token.
public enum Work: Hashable, Sendable {
  /// A matrix product of each token's `inputs` numbers into `outputs`.
  case projection(inputs: Int, outputs: Int)
  /// Softmax attention without its projections.
  case attention(AttentionShape)
  /// A recurrence over the sequence: linear attention or a state-space scan, without projections.
  case scan(ScanShape)
  /// A causal convolution along the sequence, one filter of `kernel` taps a channel.
  case convolution(channels: Int, kernel: Int)
  /// A normalisation over `width` numbers, `groups` times a token (heads, or 1).
  case normalisation(width: Int, groups: Int)
  /// Reads and writes `width` numbers a token: activation functions, gates, residual sums.
  case elementwise(width: Int)
  /// The products of the routed experts that a token is sent to.
  case experts(ExpertsShape)
  /// A row of a table for each token.
  case lookup(width: Int)
  /// Weights that take no time of their own: biases, sinks, scalars.
  case none
}

/// Softmax attention, of one layer.
public struct AttentionShape: Hashable, Sendable {
  public var heads: Int
  public var keyValueHeads: Int
  /// The width in which a query meets a key.
  public var queryKeySize: Int
  /// The width of a value.
  public var valueSize: Int
  /// The furthest token that a query sees, itself counted; `nil` sees all before it.
  public var window: Int?
  /// The most keys that a query attends to after an indexer chose them; `nil` attends to all.
  public var selectedKeys: Int?
  /// The length of the pieces of the sequence between which no token sees another; `nil` where the
  /// sequence is one piece.
  public var chunk: Int?
  /// The tokens that one key stands for, where keys are compressed; 1 otherwise.
  public var compression: Int
  /// Whether a kernel computes it without storing the scores.
  public var fused: Bool

  public init(
    heads: Int, keyValueHeads: Int, queryKeySize: Int, valueSize: Int, window: Int? = nil,
    selectedKeys: Int? = nil, chunk: Int? = nil, compression: Int = 1,
    fused: Bool = true
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.queryKeySize = queryKeySize
    self.valueSize = valueSize
    self.window = window
    self.selectedKeys = selectedKeys
    self.chunk = chunk
    self.compression = compression
    self.fused = fused
  }
}

/// A recurrence whose state is a `keySize × valueSize` matrix a head.
public struct ScanShape: Hashable, Sendable {
  public var heads: Int
  public var keySize: Int
  public var valueSize: Int
  /// The tokens that a chunked kernel treats as one small attention.
  public var chunk: Int

  public init(heads: Int, keySize: Int, valueSize: Int, chunk: Int = 64) {
    self.heads = heads
    self.keySize = keySize
    self.valueSize = valueSize
    self.chunk = chunk
  }
}

/// The routed experts of one layer.
public struct ExpertsShape: Hashable, Sendable {
  public var count: Int
  public var perToken: Int
  public var inputs: Int
  public var intermediate: Int
  /// Whether a gate multiplies the up-projection (three matrices instead of two).
  public var gated: Bool
  /// Whether every projection of an expert adds a bias.
  public var biased: Bool

  public init(
    count: Int, perToken: Int, inputs: Int, intermediate: Int, gated: Bool = true,
    biased: Bool = false
  ) {
    self.count = count
    self.perToken = perToken
    self.inputs = inputs
    self.intermediate = intermediate
    self.gated = gated
    self.biased = biased
  }
}

/// How tensor (or expert) parallelism cuts an operator.
public enum Partition: Hashable, Sendable {
  /// Every rank holds all of it; under sequence parallelism each serves its share of the tokens.
  case replicated
  /// Outputs (heads, channels, vocabulary rows) are shared over the tensor ranks.
  case column
  /// Inputs are shared over the tensor ranks; the partial sums are reduced.
  case row
  /// Experts are shared over the expert ranks, each cut over the expert-tensor ranks.
  case expert
}

/// A tensor kept from the forward pass to the backward pass.
public struct SavedTensor: Hashable, Sendable {
  /// The elements a token (for experts: a token and chosen expert).
  public var width: Int
  /// The bytes of an element, or `nil` for the stored precision of the workload.
  public var elementBytes: Double?
  /// How it is cut: `.replicated` tensors are cut over the tensor ranks only by sequence
  /// parallelism.
  public var partition: Partition
  /// Whether recomputing the operator's module still has to keep it: the module's input, from which
  /// it is recomputed, or its output, which the next operator reads.
  public var isModuleOutput: Bool
  /// Whether a token keeps `width` elements for every key that it meets, as stored scores do.
  public var perKey: Bool
  /// Which operators read it again in the backward pass.
  public var use: Use

  /// Who reads a kept tensor again.
  public enum Use: Hashable, Sendable {
    /// Operators other than matrix products: norms, activation functions, attention.
    case other
    /// Only the weight gradient of the product whose input it is.
    case weightGradient
    /// A weight gradient and another operator.
    case both
  }

  public init(
    width: Int, elementBytes: Double? = nil, partition: Partition, isModuleOutput: Bool = false,
    perKey: Bool = false, use: Use = .other
  ) {
    self.width = width
    self.elementBytes = elementBytes
    self.partition = partition
    self.isModuleOutput = isModuleOutput
    self.perKey = perKey
    self.use = use
  }
}

/// The part of a model that parameters and times are summed by.
public enum ModelPart: String, CaseIterable, Codable, Sendable, Hashable {
  case embedding, attention, linearAttention, stateSpace, denseFeedForward, router, routedExperts,
    sharedExperts, normalisation, residualMixing, head, multiTokenPrediction, vision
}
