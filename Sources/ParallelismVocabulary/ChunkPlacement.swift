/// Which of a pipeline's p ranks holds which of the model's chunks.
@frozen public enum ChunkPlacement: Hashable, Sendable {
  /// Chunk c sits on rank c mod p.
  case looped
  /// Two chunks a rank, there and back: chunk c sits on rank c, or on 2p − 1 − c from c = p.
  ///
  /// The V of zero-bubble V and DualPipeV.
  case folded
  /// Chunk c sits on two ranks: on c for the first half of the micro-batches, which enter at rank 0,
  /// and on p − 1 − c for the others, which enter at the last rank.
  ///
  /// - Source: deepseek-ai/DualPipe, `dualpipe.py`.
  case mirrored
}

extension Schedule {
  @inlinable public var placement: ChunkPlacement {
    switch self {
    case .gpipe, .oneForwardOneBackward, .interleaved, .zeroBubbleH1, .zeroBubbleH2: .looped
    case .zeroBubbleV, .dualPipeV: .folded
    case .dualPipe: .mirrored
    }
  }

  /// The chunks that a rank holds, of a pipeline of so many stages; their places in this list are
  /// the rank's levels. They rise, but for the second half of DualPipe's ranks.
  @inlinable public func chunks(ofRank rank: Int, stages: Int) -> [Int] {
    switch placement {
    case .looped: Array(stride(from: rank, to: stages * virtualStages, by: stages))
    case .folded: [rank, 2 * stages - 1 - rank]
    case .mirrored: [rank, stages - 1 - rank]
    }
  }
}
