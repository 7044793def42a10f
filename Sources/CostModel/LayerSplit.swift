/// Where a model's layers go in a frame, and what each stage computes again.
public struct LayerSplit: Hashable, Sendable {
  /// Chunk c holds the layers `boundaries[c]..<boundaries[c + 1]`.
  public var boundaries: [Int]
  /// One entry a stage.
  public var recompute: [StageRecompute]

  public init(boundaries: [Int], recompute: [StageRecompute]) {
    self.boundaries = boundaries
    self.recompute = recompute
  }

  public var chunks: Int { boundaries.count - 1 }

  public func layers(ofChunk chunk: Int) -> Range<Int> {
    boundaries[chunk]..<boundaries[chunk + 1]
  }
}

/// What one stage recomputes: the first `fullLayers` layers of each of its chunks whole, the others
/// under a policy, by its index in `CostModel.policies`.
@frozen public struct StageRecompute: Hashable, Sendable {
  public var policy: Int
  public var fullLayers: Int

  @inlinable public init(policy: Int = 0, fullLayers: Int = 0) {
    self.policy = policy
    self.fullLayers = fullLayers
  }

  public static let none = StageRecompute()
}
