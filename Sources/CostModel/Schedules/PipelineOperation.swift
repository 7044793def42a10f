/// The pass of a micro-batch through a chunk: towards the loss, or back from it.
@frozen public enum PassDirection: Hashable, Sendable, Codable {
  case forward
  case backward
}

/// One uninterrupted piece of a rank's work: one micro-batch through one chunk in one direction.
@frozen public struct PipelineOperation: Hashable, Sendable, CustomStringConvertible {
  public var direction: PassDirection
  /// The micro-batch, from 0.
  public var microBatch: Int
  /// The chunk among those of the whole pipeline, from 0 at the embedding.
  public var chunk: Int

  @inlinable public init(_ direction: PassDirection, microBatch: Int, chunk: Int) {
    self.direction = direction
    self.microBatch = microBatch
    self.chunk = chunk
  }

  /// "F3@1" for the forward pass of micro-batch 3 through chunk 1, "B3@1" for its backward pass.
  public var description: String {
    "\(direction == .forward ? "F" : "B")\(microBatch)@\(chunk)"
  }
}
