import ParallelismVocabulary
import Quantities

/// What was measured of a model's layers on one kind of accelerator, under one tensor degree.
///
/// Times are those of one rank, and hold what it waits for the host; they are measured without
/// context or expert parallelism and without sharding.
public struct LayerProfile: Hashable, Sendable {
  /// What one pass of a micro-batch in either direction takes, and what it keeps.
  public struct Part: Hashable, Sendable {
    public var forward: Seconds
    public var backward: Seconds
    /// Kept from the forward to the backward pass where nothing is recomputed.
    public var saved: Bytes?
    /// Kept where all is recomputed.
    public var savedInput: Bytes?

    public init(
      forward: Seconds, backward: Seconds, saved: Bytes? = nil, savedInput: Bytes? = nil
    ) {
      self.forward = forward
      self.backward = backward
      self.saved = saved
      self.savedInput = savedInput
    }
  }

  /// The measurements with micro-batches of one size.
  public struct Point: Hashable, Sendable {
    /// Sequences of a micro-batch.
    public var microBatchSize: Int
    /// By kind of layer, in the order in which the model first has them.
    public var layers: [Part]
    /// What the first stage does besides its layers, and the last; `nil` where not measured.
    public var embedding: Part?
    public var head: Part?

    public init(microBatchSize: Int, layers: [Part], embedding: Part? = nil, head: Part? = nil) {
      self.microBatchSize = microBatchSize
      self.layers = layers
      self.embedding = embedding
      self.head = head
    }
  }

  /// The accelerator's name, as the cluster has it.
  public var accelerator: String
  public var tensor: Int
  /// Tokens of a sequence.
  public var sequenceLength: Int
  public var precision: Precision
  /// Whether the times hold what tensor ranks exchange.
  public var includesTensorCommunication: Bool
  /// Whether micro-batches beyond the measured ones take time and memory in proportion to the
  /// nearest one's.
  public var isProportional: Bool
  /// The optimiser's pass over all of the model's weights that a tensor rank holds.
  public var optimizer: Seconds?
  /// By rising size of micro-batch; at least one.
  public var points: [Point]

  public init(
    accelerator: String, tensor: Int, sequenceLength: Int, precision: Precision = .bf16,
    includesTensorCommunication: Bool = false, isProportional: Bool = false,
    optimizer: Seconds? = nil, points: [Point]
  ) {
    self.accelerator = accelerator
    self.tensor = tensor
    self.sequenceLength = sequenceLength
    self.precision = precision
    self.includesTensorCommunication = includesTensorCommunication
    self.isProportional = isProportional
    self.optimizer = optimizer
    self.points = points
  }
}

extension LayerProfile {
  /// The sizes of micro-batch that this profile can tell of.
  public var microBatchSizes: ClosedRange<Int> {
    let sizes = points.map(\.microBatchSize)
    guard !isProportional, let least = sizes.min(), let most = sizes.max() else {
      return 1...Self.largestMicroBatch
    }
    return least...most
  }

  /// The largest micro-batch that a file can state.
  public static let largestMicroBatch = 1 << 16
  /// The largest tensor degree that a file can state.
  public static let largestTensor = 1 << 10
}
