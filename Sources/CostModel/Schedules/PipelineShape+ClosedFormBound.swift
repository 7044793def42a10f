import ParallelismVocabulary

/// What a closed-form bound knows of a layer split that is not chosen yet, in seconds.
///
/// Forward and backward times are those of one micro-batch; the totals sum over all chunks.
public struct SplitTotals: Hashable, Sendable {
  public var forward: Double
  public var backward: Double
  /// The least time of any hop between ranks.
  public var hop: Double
  /// The least time that any rank needs after its last operation.
  public var tail: Double
  /// The least forward time of any chunk.
  public var chunkForward: Double
  /// The least backward time of any chunk.
  public var chunkBackward: Double
  /// The part of `backward` that input gradients take, at least; for divided backward passes.
  public var inputGradient: Double
  /// The least input-gradient time of any chunk; for divided backward passes.
  public var chunkInputGradient: Double
  /// The share hidden of the shorter pass of an overlapped pair (see `DividedTimes`).
  public var hiddenShare: Double

  @inlinable public init(
    forward: Double, backward: Double, hop: Double = 0, tail: Double = 0,
    chunkForward: Double = 0, chunkBackward: Double = 0, inputGradient: Double = 0,
    chunkInputGradient: Double = 0, hiddenShare: Double = 0
  ) {
    self.forward = forward
    self.backward = backward
    self.hop = hop
    self.tail = tail
    self.chunkForward = chunkForward
    self.chunkBackward = chunkBackward
    self.inputGradient = inputGradient
    self.chunkInputGradient = chunkInputGradient
    self.hiddenShare = hiddenShare
  }

  /// One micro-batch through the whole model and back.
  @inlinable public var both: Double { forward + backward }
}

/// Lower bounds on the step time that hold for every split of a model with given totals.
///
/// Each averages rows of paths (see `PathRow`) with weights that add up to 1, so that every chunk is
/// covered alike and only the totals T = Σ(f + b), F = Σf, B = Σb remain. Hops and tails in the
/// totals are the least possible, and each row has at least the hops and the one tail counted here.
extension PipelineShape {
  /// A lower bound in seconds on the step time of every split; O(1), O(p) for 1F1B with hops.
  public func closedFormBound(_ totals: SplitTotals) -> Double {
    let bound =
      switch schedule {
      case .gpipe: phasesBound(totals)
      case .oneForwardOneBackward:
        microBatches > stages
          ? max(twoTripsBound(totals), allTripsBound(totals)) : shortStepBound(totals)
      case .interleaved: max(ranksBound(totals), chainBound(totals))
      case .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe, .dualPipeV:
        dividedBound(totals)
      }
    return bound + totals.tail
  }

  /// GPipe: (m + p − 1)/p·T + 2(p − 1)·hop.
  ///
  /// The exact time is T + (m − 1)(max f + max b) + 2(p − 1)·hop before tails: the forward phase ends
  /// on the last stage, where the backward phase starts. Maxima are at least means, F/p and B/p.
  private func phasesBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    return (m + p - 1) / p * totals.both + 2 * (p - 1) * totals.hop
  }

  /// 1F1B with m ≥ p + 1: (m + p − 1)/p·T + (4(p − 1) − 2σ)·hop.
  ///
  /// Averages over the stages s the row of two round trips,
  /// Σ_{j<s} t_j + 2·Σ_{j≥s} t_j + (m − 1 − p + s)·t_s + (4(p − 1) − 2s)·hop, with weights μ_s
  /// proportional to 1/((n + s)(n + s − 1)) for n = m − p, or all weight on s = 0 where n = 1. Stage
  /// j is then covered 1 + Σ_{s<j} μ_s + (n + j)·μ_j times. As
  /// 1/((n + s)(n + s − 1)) = 1/(n + s − 1) − 1/(n + s), the weights before j add up to
  /// (1/(n − 1) − 1/(n + j − 1))/A with A = p/((n − 1)(n + p − 1)), and (n + j)·μ_j is
  /// 1/(n + j − 1)/A: together 1 + (n + p − 1)/p, which is (m + p − 1)/p for every j. σ = Σ s·μ_s.
  private func twoTripsBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    let compute = (m + p - 1) / p * totals.both
    guard totals.hop > 0, stages > 1 else { return compute }
    let excess = microBatches - stages
    var meanStage = 0.0
    if excess > 1 {
      var weights = 0.0
      for stage in 0..<stages {
        let weight = 1 / (Double(excess + stage) * Double(excess + stage - 1))
        weights += weight
        meanStage += Double(stage) * weight
      }
      meanStage /= weights
    }
    return compute + (4 * (p - 1) - 2 * meanStage) * totals.hop
  }

  /// 1F1B with any m: k·(T + 2(p − 1)·hop) with k = 1 + ⌊(m − 1)/p⌋, for slow hops.
  ///
  /// The first stage's row of the most round trips, less the stage's other operations.
  private func allTripsBound(_ totals: SplitTotals) -> Double {
    let trips = 1 + (microBatches - 1) / stages
    return Double(trips) * (totals.both + 2 * Double(stages - 1) * totals.hop)
  }

  /// 1F1B with m ≤ p: T + max((m − 1)/p·max(F, B), ρ·T) + 2(p − 1)·hop with
  /// ρ = (m − 1)/(2p − m + 1), and 2ρ(m − 2)·hop more where ρ·T is the larger.
  ///
  /// The row of the first micro-batch's round trip followed by stage s's other backward passes is
  /// T + (m − 1)·b_s + 2(p − 1)·hop, and its mirror image T + (m − 1)·f_s + 2(p − 1)·hop. Either,
  /// averaged over all stages, gives the first term.
  ///
  /// The second gives the weight ρ to the row of two round trips of stage p − m + 1, which covers it
  /// and the m − 2 stages after it once more, and has 2(p − 1) + 2(m − 2) hops. Each of the
  /// p − m + 1 stages before it gets the weight ρ/(m − 1) on its first row and as much on the mirror
  /// image, which covers its forward and its backward passes ρ times more. The weights add up to
  /// ρ·(1 + 2(p − m + 1)/(m − 1)) = 1, and every stage is covered 1 + ρ times.
  private func shortStepBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    let share = (m - 1) / (2 * p - m + 1)
    let oneKind = (m - 1) / p * max(totals.forward, totals.backward)
    let bothKinds = share * (totals.both + 2 * max(m - 2, 0) * totals.hop)
    return totals.both + max(oneKind, bothKinds) + 2 * (p - 1) * totals.hop
  }

  /// Interleaved: m/p·T + (p − 1)/2·(f_min + b_min) + (p − 1)·hop; (p − 1)·(f_min + b_min) and
  /// 2(p − 1)·hop where all forward passes come first.
  ///
  /// Averages over the ranks j, with equal weights, the row of the first micro-batch's forward pass
  /// through chunks 0 to j − 1, all operations of rank j (whose last one is the last micro-batch's
  /// backward pass through chunk j), and that micro-batch's backward pass through chunks j − 1 to 0:
  /// Σ_{i<j} (f_i + b_i) + m·Σ_{c on j} t_c + 2j·hop. The m·t_c add up to m·T; chunk i < j appears in
  /// the rows of p − 1 − i ranks, (p − 1)p/2 in all. Where all forward passes come first, rank j's
  /// last forward pass goes on through the last chunks of ranks j + 1 to p − 1 and comes back as the
  /// first micro-batch's backward pass, so that every row has p − 1 further chunks and 2(p − 1) hops.
  private func ranksBound(_ totals: SplitTotals) -> Double {
    let (p, m) = (Double(stages), Double(microBatches))
    let ramp = (p - 1) / 2 * (runsAllForwardFirst ? 2 : 1)
    return m / p * totals.both + ramp * (totals.chunkForward + totals.chunkBackward)
      + 2 * ramp * totals.hop
  }

  /// Any schedule: one micro-batch through all chunks and back, T + 2(p·v − 1)·hop.
  private func chainBound(_ totals: SplitTotals) -> Double {
    totals.both + 2 * Double(chunks - 1) * totals.hop
  }
}
