import ParallelismVocabulary

/// The orders of the zero-bubble schedules, which compute weight gradients W apart from input
/// gradients I and let them wait for idle time.
///
/// Each is a handcrafted order, made for equal stages and F = I = W. It depends on the counts alone;
/// the reference implementation may reorder by measured times, which this does not.
extension PipelineShape {
  /// H1 and H2: a warm-up of w forward passes, then in turn a forward pass, the next input gradient,
  /// and the weight gradient of the ℓ-th micro-batch before that one.
  ///
  /// | schedule | w on rank r | ℓ | forward passes without their W, at most |
  /// |---|---|---|---|
  /// | H1 | p − 1 − r | r | p, the peak of 1F1B's first rank |
  /// | H2 | 2(p − 1 − r) | 2r | 2p − 1 |
  ///
  /// Once forward passes run out, their turns fall away; in the end the ℓ last weight gradients are
  /// left.
  /// - Source: H1 and H2 of Qi et al. 2023, "Zero Bubble Pipeline Parallelism", as far as their
  ///   warm-ups, bubbles and peaks fix an order; where a W stands between is our choice.
  func zeroBubbleOrder(rank: Int) -> [PipelineOperation] {
    let warmUp = warmUpPasses(rank: rank)
    let delay = schedule == .zeroBubbleH1 ? rank : 2 * rank
    var order = RankOrder(
      lanes: [Lane(chunk: rank, firstMicroBatch: 0)], capacity: 3 * microBatches)
    for _ in 0..<warmUp { order.forward(0) }
    for turn in 0..<microBatches {
      if warmUp + turn < microBatches { order.forward(0) }
      order.inputGradient(0)
      if turn >= delay { order.weightGradient() }
    }
    order.remainingWeightGradients()
    return order.operations
  }

  /// V: each rank r holds chunk r (a) and chunk 2p − 1 − r (z).
  ///
  /// | phase | operations | times |
  /// |---|---|---|
  /// | warm-up | F(a) | 2(p − r) − 1 |
  /// | | F(z) F(a) | r |
  /// | | F(z) I(z) W(z) | p − r |
  /// | steady | F(a) I(a) W(a) F(z) I(z) W(z) | until no forward pass is left |
  /// | cool-down | I(a) I(z) | r |
  /// | | I(a) W(a), W(a) of the first that waits | p − r |
  /// | | W(z), then W(a) | what is left |
  ///
  /// A step of fewer than 2p − 1 micro-batches runs the order of 2p − 1 without those it lacks. At
  /// most 2p passes wait for their W, as many as p whole stages, the peak of 1F1B's first rank.
  /// - Source: the phases in `handcrafted_zb_v` of sail-sg/zero-bubble-pipeline-parallelism.
  func zeroBubbleVOrder(rank: Int) -> [PipelineOperation] {
    let (there, back) = (0, 1)
    let count = max(2 * stages - 1, microBatches)
    var order = RankOrder(
      lanes: chunks(ofRank: rank).map { Lane(chunk: $0, firstMicroBatch: 0) }, capacity: 6 * count)
    for _ in 0..<(2 * (stages - rank) - 1) { order.forward(there) }
    for _ in 0..<rank {
      order.forward(back)
      order.forward(there)
    }
    for _ in 0..<(stages - rank) {
      order.forward(back)
      order.dividedBackward(back)
    }
    while order.forwardPasses(back) < count {
      if order.forwardPasses(there) < count { order.forward(there) }
      order.dividedBackward(there)
      order.forward(back)
      order.dividedBackward(back)
    }
    for _ in 0..<rank {
      order.inputGradient(there)
      order.inputGradient(back)
    }
    for _ in 0..<(stages - rank) {
      order.inputGradient(there)
      order.weightGradient(there)
    }
    order.remainingWeightGradients(back)
    order.remainingWeightGradients(there)
    return order.operations.filter { $0.microBatch < microBatches }
  }
}
