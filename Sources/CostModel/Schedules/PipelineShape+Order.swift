import ParallelismVocabulary

/// The order in which a rank runs its operations, whatever their times.
///
/// Three schedules have one pattern: w warm-up forward passes, then one forward and one backward
/// pass in turn, then the backward passes that are left. They differ in w alone:
///
/// | schedule | warm-up passes w of rank r | source |
/// |---|---|---|
/// | GPipe | m | Huang et al. 2019; backward passes first-in-first-out, as in PyTorch |
/// | 1F1B | min(p − 1 − r, m) | Narayanan et al. 2021, §2.2.1 |
/// | interleaved | min(2(p − 1 − r) + (v − 1)p, m·v), or `SingleGroupOrder` | Megatron-Core |
///
/// The schedules that divide the backward pass have orders of their own, `zeroBubbleOrder`,
/// `zeroBubbleVOrder` and `dualPipeOrder`.
///
/// Forward passes walk through groups of p micro-batches; each group passes chunk after chunk of the
/// rank. Backward passes walk through the same groups with the rank's chunks from last to first.
extension PipelineShape {
  /// The operations of a rank, first to last: 2·m·v of them, or up to 3·m for each of a rank's two
  /// chunks where backward passes are divided.
  public func order(rank: Int) -> [PipelineOperation] {
    switch schedule {
    case .gpipe, .oneForwardOneBackward, .interleaved: undividedOrder(rank: rank)
    case .zeroBubbleH1, .zeroBubbleH2: zeroBubbleOrder(rank: rank)
    case .zeroBubbleV: zeroBubbleVOrder(rank: rank)
    case .dualPipe, .dualPipeV: dualPipeOrder(rank: rank)
    }
  }

  private func undividedOrder(rank: Int) -> [PipelineOperation] {
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

  /// The forward passes that a rank runs before its first pair of a forward and a backward pass;
  /// not for a V or DualPipe, whose orders have more phases.
  func warmUpPasses(rank: Int) -> Int {
    precondition((0..<stages).contains(rank), "a rank lies below the number of stages")
    precondition(placement == .looped, "an order of a warm-up and pairs")
    if runsAllForwardFirst { return passesPerRank }
    let ranksAfter = stages - 1 - rank
    return switch schedule {
    case .oneForwardOneBackward, .zeroBubbleH1: min(ranksAfter, passesPerRank)
    case .interleaved: min(2 * ranksAfter + (virtualStages - 1) * stages, passesPerRank)
    case .zeroBubbleH2: min(2 * ranksAfter, passesPerRank)
    case .gpipe, .zeroBubbleV, .dualPipe, .dualPipeV: passesPerRank
    }
  }

  /// Whether every rank runs all its forward passes before its first backward pass.
  var runsAllForwardFirst: Bool {
    switch schedule {
    case .gpipe: true
    case .oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe, .dualPipeV:
      false
    case .interleaved: microBatches == stages && singleGroupOrder == .allForwardFirst
    }
  }

  /// The forward passes, or the backward passes, of each rank of an undivided schedule: m·v.
  var passesPerRank: Int { microBatches * virtualStages }

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
