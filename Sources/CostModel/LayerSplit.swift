import ParallelismVocabulary

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

  /// The split with these numbers of layers in the chunks.
  public init(chunkLayers: [Int], recompute: [StageRecompute]) {
    self.init(
      boundaries: chunkLayers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      recompute: recompute)
  }

  /// Shares of layers that differ by one at most, the larger ones first.
  public static func evenShares(of layers: Int, over chunks: Int) -> [Int] {
    (0..<chunks).map { layers / chunks + ($0 < layers % chunks ? 1 : 0) }
  }

  public var chunks: Int { boundaries.count - 1 }

  /// The layers of each chunk.
  public var sizes: [Int] { zip(boundaries.dropFirst(), boundaries).map(-) }

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

extension StageRecompute {
  /// A document's recomputation; `nil` where the space has no such sets of modules.
  public init?(_ recompute: Recompute, model: CostModel) {
    guard let policy = model.policies.firstIndex(of: RecomputePolicy(recompute)) else {
      return nil
    }
    self.init(policy: policy, fullLayers: recompute.fullLayers)
  }
}
