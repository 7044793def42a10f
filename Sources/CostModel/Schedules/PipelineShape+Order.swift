import ParallelismVocabulary

/// The order in which a rank runs its operations, whatever their times.
///
/// All three schedules have one pattern: w warm-up forward passes, then one forward and one backward
/// pass in turn, then the backward passes that are left. They differ in w alone:
///
/// | schedule | warm-up passes w of rank r | source |
/// |---|---|---|
/// | GPipe | m | Huang et al. 2019; backward passes first-in-first-out, as in PyTorch |
/// | 1F1B | min(p − 1 − r, m) | Narayanan et al. 2021, §2.2.1 |
/// | interleaved | min(2(p − 1 − r) + (v − 1)p, m·v), or `SingleGroupOrder` | Megatron-Core |
///
/// Forward passes walk through groups of p micro-batches; each group passes chunk after chunk of the
/// rank. Backward passes walk through the same groups with the rank's chunks from last to first.
extension PipelineShape {
  /// The operations of a rank, first to last; 2·m·v of them.
  public func order(rank: Int) -> [PipelineOperation] {
    let warmUp = warmUpPasses(rank: rank)
    var order: [PipelineOperation] = []
    order.reserveCapacity(2 * passesPerRank)
    for pass in 0..<warmUp { order.append(forwardPass(pass, rank: rank)) }
    for pass in warmUp..<passesPerRank {
      order.append(forwardPass(pass, rank: rank))
      order.append(backwardPass(pass - warmUp, rank: rank))
    }
    for pass in (passesPerRank - warmUp)..<passesPerRank {
      order.append(backwardPass(pass, rank: rank))
    }
    return order
  }

  /// The forward passes that a rank runs before its first pair of a forward and a backward pass.
  public func warmUpPasses(rank: Int) -> Int {
    precondition((0..<stages).contains(rank), "a rank lies below the number of stages")
    if runsAllForwardFirst { return passesPerRank }
    let ranksAfter = stages - 1 - rank
    return switch schedule {
    case .gpipe: passesPerRank
    case .oneForwardOneBackward: min(ranksAfter, passesPerRank)
    case .interleaved: min(2 * ranksAfter + (virtualStages - 1) * stages, passesPerRank)
    }
  }

  /// Whether every rank runs all its forward passes before its first backward pass.
  var runsAllForwardFirst: Bool {
    switch schedule {
    case .gpipe: true
    case .oneForwardOneBackward: false
    case .interleaved: microBatches == stages && singleGroupOrder == .allForwardFirst
    }
  }

  /// The forward pass at `index` among a rank's forward passes.
  @inline(__always)
  func forwardPass(_ index: Int, rank: Int) -> PipelineOperation {
    let (group, place) = index.quotientAndRemainder(dividingBy: chunks)
    let (level, member) = place.quotientAndRemainder(dividingBy: stages)
    return PipelineOperation(
      .forward, microBatch: group * stages + member, chunk: level * stages + rank)
  }

  /// The backward pass at `index` among a rank's backward passes.
  @inline(__always)
  func backwardPass(_ index: Int, rank: Int) -> PipelineOperation {
    let (group, place) = index.quotientAndRemainder(dividingBy: chunks)
    let (level, member) = place.quotientAndRemainder(dividingBy: stages)
    return PipelineOperation(
      .backward, microBatch: group * stages + member,
      chunk: (virtualStages - 1 - level) * stages + rank)
  }
}
