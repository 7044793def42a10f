/// Lower bounds on the step time of 1F1B whose parts nest from the last stage to the first, as a
/// dynamic program over a layer split needs them.
///
/// Every bound is a path of the task graph. With m micro-batches, stage s of p, d = p − s, and
/// t = f + b, a path that starts with the first forward pass on s and ends with the last backward
/// pass on s is at least as long as each of these local rows, where RT is the round trip of one
/// micro-batch from s to the last stage and back, Σ_{j≥s} t_j + 2(p − 1 − s)·hop:
///
/// | row | length | path |
/// |---|---|---|
/// | base | m·t | every operation of the stage |
/// | start | RT + max(m − d, 0)·f + (m − 1)·b | the first micro-batch's round trip, then the stage's own |
/// | end | RT + (m − 1)·f + max(m − d, 0)·b | the stage's own, then the last micro-batch's round trip |
/// | k trips | k·RT + (m − 1 − (k − 1)d)·t | k ≥ 2 round trips, each d micro-batches after the last |
///
/// for the stage's order makes the backward pass of micro-batch i precede the forward pass of i + d.
/// The k trips are linear in k, so that only k = 2 and the largest k matter. With V_s the longest
/// known path from the first to the last operation of s, and U_s the longest from there to the end of
/// the step,
/// - V_s = max(local rows of s, t_s + 2·hop + V_{s+1}),
/// - U_s = max(V_s + tail_s, f_s + hop + U_{s+1}),
///
/// and the step takes at least U_0.
public struct OneForwardOneBackwardRows: Sendable {
  /// The local rows of one stage: coefficients that depend on the counts only.
  @frozen public struct Stage: Sendable {
    /// m.
    @usableFromInline let microBatches: Double
    /// max(m − d, 0).
    @usableFromInline let steadyPasses: Double
    /// Round trips and further micro-batches of the row with two round trips, and of the one with
    /// the most; 0 and m where the stage has no room for two.
    @usableFromInline let two: (trips: Double, others: Double)
    @usableFromInline let most: (trips: Double, others: Double)

    /// The longest local row in seconds, from one micro-batch's forward and backward time on the
    /// stage and its round trip from here.
    @inlinable @inline(__always)
    public func local(forward: Double, backward: Double, roundTrip: Double) -> Double {
      let both = forward + backward
      let others = microBatches - 1
      var longest = microBatches * both
      longest = max(longest, roundTrip + steadyPasses * forward + others * backward)
      longest = max(longest, roundTrip + others * forward + steadyPasses * backward)
      longest = max(longest, two.trips * roundTrip + two.others * both)
      longest = max(longest, most.trips * roundTrip + most.others * both)
      return longest
    }

    init(depth: Int, microBatches: Int) {
      let further = (microBatches - 1) / depth
      func trips(_ count: Int) -> (trips: Double, others: Double) {
        guard further >= 1 else { return (0, Double(microBatches)) }
        return (Double(count), Double(microBatches - 1 - (count - 1) * depth))
      }
      self.microBatches = Double(microBatches)
      self.steadyPasses = Double(max(microBatches - depth, 0))
      self.two = trips(2)
      self.most = trips(1 + further)
    }
  }

  public let stageCount: Int
  public let microBatches: Int
  /// The stages, first to last.
  public let stages: [Stage]

  public init(stages: Int, microBatches: Int) {
    precondition(stages >= 1 && microBatches >= 1, "at least one stage and one micro-batch")
    self.stageCount = stages
    self.microBatches = microBatches
    self.stages = (0..<stages).map { Stage(depth: stages - $0, microBatches: microBatches) }
  }

  /// A lower bound on the step time in seconds, from times in seconds (see `PipelineSimulator`).
  ///
  /// With `windows` it also uses `longestWindow`, which the dynamic program cannot. Never above the
  /// simulation, but for rounding (relative 1e-12). Complexity: O(p), or O(p²) with windows.
  public func lowerBound(
    forward: [Double], backward: [Double], hop: Double, tail: [Double], windows: Bool = true
  ) -> Double {
    precondition(forward.count == stageCount && backward.count == stageCount, "one time a stage")
    precondition(tail.count == stageCount, "one tail for each stage")
    var roundTrip = -2 * hop
    var inner = -Double.infinity
    var step = -Double.infinity
    for stage in stages.indices.reversed() {
      let both = forward[stage] + backward[stage]
      roundTrip += both + 2 * hop
      inner = max(
        stages[stage].local(
          forward: forward[stage], backward: backward[stage], roundTrip: roundTrip),
        both + 2 * hop + inner)
      if windows {
        let window = longestWindow(
          from: stage, forward: forward, backward: backward, hop: hop, roundTrip: roundTrip)
        inner = max(inner, window)
      }
      step = max(inner + tail[stage], forward[stage] + hop + step)
    }
    return step
  }

  /// The longest path on stages s to q and back: two full round trips of s with as many narrower
  /// ones between them as fit, for any last stage q before the pipeline's last.
  ///
  /// With z = q − s + 1, each trip from s to q and back advances z micro-batches, for on stage q
  /// forward pass i is followed by backward pass i − (p − 1 − q):
  /// 2·RT + k·(Σ_{s≤j≤q} t_j + 2(q − s)·hop) + (m − 1 − d − k·z)·t_s, k = ⌊(m − 1 − d)/z⌋.
  /// Negative infinity where m − 1 < d leaves no room for two round trips.
  func longestWindow(
    from stage: Int, forward: [Double], backward: [Double], hop: Double, roundTrip: Double
  ) -> Double {
    let between = microBatches - 1 - (stageCount - stage)
    guard between >= 0 else { return -.infinity }
    let own = forward[stage] + backward[stage]
    var trip = own
    var longest = -Double.infinity
    for last in stage..<stageCount - 1 {
      if last > stage { trip += forward[last] + backward[last] + 2 * hop }
      let (trips, others) = between.quotientAndRemainder(dividingBy: last - stage + 1)
      longest = max(longest, 2 * roundTrip + Double(trips) * trip + Double(others) * own)
    }
    return longest
  }
}
