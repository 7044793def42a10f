import ParallelismVocabulary

/// Which chunks a rank holds and where a micro-batch meets them.
extension PipelineShape {
  public var placement: ChunkPlacement { schedule.placement }

  /// How many chunks each rank holds.
  public var chunksPerRank: Int { placement == .looped ? virtualStages : 2 }

  /// The chunks that a rank holds (see `Schedule.chunks`).
  public func chunks(ofRank rank: Int) -> [Int] {
    precondition((0..<stages).contains(rank), "a rank lies below the number of stages")
    return schedule.chunks(ofRank: rank, stages: stages)
  }

  /// The rank on which a micro-batch runs through a chunk.
  public func rank(ofChunk chunk: Int, microBatch: Int) -> Int {
    switch placement {
    case .looped: chunk % stages
    case .folded: chunk < stages ? chunk : 2 * stages - 1 - chunk
    case .mirrored: microBatch < microBatches / 2 ? chunk : stages - 1 - chunk
    }
  }

  /// Which of its rank's chunks an operation runs through, from 0 (see `chunks(ofRank:)`).
  func level(of operation: PipelineOperation) -> Int {
    switch placement {
    case .looped, .folded: operation.chunk / stages
    case .mirrored: operation.microBatch < microBatches / 2 ? 0 : 1
    }
  }
}
