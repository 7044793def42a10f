import ParallelismVocabulary

/// Lower bounds on the step time of every split for schedules that divide the backward pass.
///
/// T = Σ(f + b) with b = i + w in the totals. Each averages rows of paths with equal weights over the
/// ranks, as the others do (see `closedFormBound`).
extension PipelineShape {
  /// The greatest of the bounds below, without a tail.
  func dividedBound(_ totals: SplitTotals) -> Double {
    let bound = max(loadsBound(totals), singlePassBound(totals))
    return schedule == .zeroBubbleH1 && microBatches >= stages
      ? max(bound, firstTripBound(totals)) : bound
  }

  /// (1 − η/2)·m/p·T + ā·(f_min + hop): all operations of a rank, after the first forward pass has
  /// come.
  ///
  /// All ranks together run T for each micro-batch. A rank's first operation waits for forward passes
  /// through a chunks before, a = rank, with ā = (p − 1)/2 on average; in DualPipe, which starts from
  /// both ends, a is the distance from the nearer end, ā = (p/2 − 1)/2. With the share η hidden, a pair
  /// takes f + b − η·min(f, b), which is at least (1 − η/2)·(f + b); other passes take all their time.
  private func loadsBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    let arrival = placement == .mirrored ? (p / 2 - 1) / 2 : (p - 1) / 2
    let hasPairs = schedule == .dualPipe || schedule == .dualPipeV
    let visible = hasPairs ? 1 - totals.hiddenShare / 2 : 1
    return visible * m / p * totals.both + arrival * (totals.chunkForward + totals.hop)
  }

  /// Σf + Σi + 2·h·hop: one micro-batch through all chunks and its input gradients back, with h hops
  /// each way; p·v − 1, but for the turn of a V, which stays on its rank. An overlapped pair takes no
  /// less than either of its passes.
  private func singlePassBound(_ totals: SplitTotals) -> Double {
    let hops = placement == .folded ? chunks - 2 : chunks - 1
    return totals.forward + totals.inputGradient + 2 * Double(hops) * totals.hop
  }

  /// H1 with m ≥ p: m/p·T + (p − 1)/2·(f_min + i_min) + 3(p − 1)/2·hop.
  ///
  /// On rank j the first input gradient follows p − j forward passes. Its row is the first
  /// micro-batch's forward pass to the last stage, its input gradients back to j, and what is then
  /// left of rank j: m − p + j forward passes, m − 1 input gradients and m weight gradients. Averaged
  /// over the ranks, chunk c has 1 + (m − p + c)/p forward passes, and (c + 1)/p + (m − 1)/p input
  /// gradients: m/p and c/p more of each, where the c/p add up to (p − 1)/2. The hops are
  /// p − 1 + (p − 1 − j).
  private func firstTripBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    return m / p * totals.both
      + (p - 1) / 2 * (totals.chunkForward + totals.chunkInputGradient + 3 * totals.hop)
  }
}
