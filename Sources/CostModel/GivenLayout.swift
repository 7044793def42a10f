import ParallelismVocabulary

/// A layout that somebody already has: every choice, with the layers of each chunk.
public struct GivenLayout: Sendable, Hashable {
  public var frame: Frame
  /// Layers of each chunk, in the order of the virtual stages.
  public var chunkLayers: [Int]
  /// What each stage recomputes: the modules of all its layers, and the whole layers of each chunk.
  public var recompute: [Recompute]

  public init(frame: Frame, chunkLayers: [Int], recompute: [Recompute]) {
    self.frame = frame
    self.chunkLayers = chunkLayers
    self.recompute = recompute
  }
}
