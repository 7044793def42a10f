import ParallelismVocabulary

/// One residual branch of a layer: it reads the hidden state, computes, and adds to it.
///
/// Tensor parallelism gathers before the branch's first cut operator and reduces after its last;
/// routed experts exchange tokens once each way.
public struct Block: Hashable, Sendable {
  /// What the branch is, as in `attention`, `stateSpace`, `experts`.
  public var kind: String
  public var operators: [Operator]

  public init(_ kind: String, operators: [Operator]) {
    self.kind = kind
    self.operators = operators
  }
}

/// One kind of layer; a model repeats few kinds many times.
public struct Layer: Hashable, Sendable {
  /// A name for people, as in `attention+experts`.
  public var name: String
  public var blocks: [Block] {
    didSet { operators = blocks.flatMap(\.operators) }
  }
  /// The operators of all blocks, in order; kept, since prices ask for them all the time.
  public private(set) var operators: [Operator]

  public init(name: String, blocks: [Block]) {
    self.name = name
    self.blocks = blocks
    operators = blocks.flatMap(\.operators)
  }
}

/// What a planner needs to know of a decoder: its layers in order, and what comes before and after.
public struct ModelDescription: Hashable, Sendable {
  public var name: String
  /// The family as Hugging Face names it, where the file was a `config.json`.
  public var modelType: String?
  public var hiddenSize: Int
  public var vocabularySize: Int
  /// The longest sequence that the file states.
  public var maximumSequenceLength: Int?
  /// The distinct kinds of layer.
  public var kinds: [Layer]
  /// For each layer from first to last, its index in `kinds`.
  public var layers: [Int]
  /// Before the first layer: token (and learned position) tables and what normalises them.
  public var embedding: [Operator]
  /// After the last layer: the final normalisation and the projection to the vocabulary.
  public var head: [Operator]
  /// Whether the head's matrix is the embedding's.
  public var tiedHead: Bool
  /// The extra layers that predict further tokens, each with its own operators; not part of
  /// `layers`, trained beside the head.
  public var multiTokenPrediction: [Layer]
  /// The parameters of a vision tower and its projector, counted apart.
  public var visionParameters: Int
  /// What was assumed because the file is silent, one sentence each.
  public var assumptions: [String]
  /// What was measured of the layers; it takes the place of analytic figures where it applies.
  public var profiles: [LayerProfile] = []

  public init(
    name: String, modelType: String? = nil, hiddenSize: Int, vocabularySize: Int,
    maximumSequenceLength: Int? = nil, kinds: [Layer], layers: [Int], embedding: [Operator],
    head: [Operator], tiedHead: Bool, multiTokenPrediction: [Layer] = [],
    visionParameters: Int = 0, assumptions: [String] = []
  ) {
    self.name = name
    self.modelType = modelType
    self.hiddenSize = hiddenSize
    self.vocabularySize = vocabularySize
    self.maximumSequenceLength = maximumSequenceLength
    self.kinds = kinds
    self.layers = layers
    self.embedding = embedding
    self.head = head
    self.tiedHead = tiedHead
    self.multiTokenPrediction = multiTokenPrediction
    self.visionParameters = visionParameters
    self.assumptions = assumptions
  }
}
