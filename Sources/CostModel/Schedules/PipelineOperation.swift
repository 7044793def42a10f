/// What an operation of a pipeline computes.
@frozen public enum PassKind: Hashable, Sendable, Codable {
  /// Towards the loss.
  case forward
  /// Back from the loss, whole: input and weight gradients.
  case backward
  /// The part of a backward pass that the chunk before waits for.
  case inputGradient
  /// The part of a backward pass that no other rank waits for.
  case weightGradient
  /// A forward pass that runs beside the operation after it, an `overlappedBackward`.
  case overlappedForward
  /// A whole backward pass that runs beside the operation before it, an `overlappedForward`.
  case overlappedBackward

  /// Whether the operation is a forward pass.
  @inlinable public var isForward: Bool { self == .forward || self == .overlappedForward }

  /// Whether the operation computes weight gradients, after which its micro-batch leaves the chunk.
  @inlinable public var completesChunk: Bool {
    self == .backward || self == .weightGradient || self == .overlappedBackward
  }
}

/// One uninterrupted piece of a rank's work: one micro-batch through one chunk.
@frozen public struct PipelineOperation: Hashable, Sendable, CustomStringConvertible {
  public var kind: PassKind
  /// The micro-batch, from 0.
  public var microBatch: Int
  /// The chunk among those of the whole pipeline, from 0 at the embedding.
  public var chunk: Int

  @inlinable public init(_ kind: PassKind, microBatch: Int, chunk: Int) {
    self.kind = kind
    self.microBatch = microBatch
    self.chunk = chunk
  }

  /// "F3@1" for the forward pass of micro-batch 3 through chunk 1; B is its whole backward pass, I
  /// its input gradient, W its weight gradient. "F3@1+ B0@6" run beside each other.
  public var description: String {
    let letter =
      switch kind {
      case .forward, .overlappedForward: "F"
      case .backward, .overlappedBackward: "B"
      case .inputGradient: "I"
      case .weightGradient: "W"
      }
    return "\(letter)\(microBatch)@\(chunk)" + (kind == .overlappedForward ? "+" : "")
  }
}
