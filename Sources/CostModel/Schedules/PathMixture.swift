/// A weighted mean of paths: what it proves about every split of a model with given totals.
///
/// The step takes at least any mean of path rows. If the mean path runs through every chunk forward
/// at least φ and backward at least β times, then the step takes at least φ·Σf + β·Σb for every
/// split; passes beyond φ and β count with the least time of a chunk. The best weights for a set of
/// rows are the duals of "the least z with z ≥ each row of a split of 1"; rows cut from that
/// program's splits make it exact, which gives a schedule its constant for all splits.
/// - Complexity: a bound is O(1) once the mixture is made.
public struct PathMixture: Hashable, Sendable {
  /// φ, how often the mean path passes forward through every chunk at least.
  public let forwardCoverage: Double
  /// β, how often the mean path passes backward through every chunk at least.
  public let backwardCoverage: Double
  /// Forward passes beyond φ, over all chunks.
  public let forwardSurplus: Double
  /// Backward passes beyond β, over all chunks.
  public let backwardSurplus: Double
  /// The mean path's hops.
  public let hops: Double

  /// The mean of `rows` with `weights`, which need not add up to 1; those below zero (a program's
  /// rounding) count as zero. `nil` where no weight is positive and finite, and for schedules that
  /// divide backward passes, whose totals say too little of the parts.
  public init?(_ rows: [PathRow], weights: [Double]) {
    precondition(rows.count == weights.count, "one weight for each row")
    let total = weights.reduce(0) { $0 + max($1, 0) }
    guard let chunks = rows.first?.forwardPasses.count, total > 0, total.isFinite,
      rows.allSatisfy({ $0.divided == nil })
    else {
      return nil
    }
    var forward = [Double](repeating: 0, count: chunks)
    var backward = forward
    var hops = 0.0
    for (row, weight) in zip(rows, weights) where weight > 0 {
      precondition(row.forwardPasses.count == chunks, "rows of one shape")
      for chunk in 0..<chunks {
        forward[chunk] += weight / total * Double(row.forwardPasses[chunk])
        backward[chunk] += weight / total * Double(row.backwardPasses[chunk])
      }
      hops += weight / total * Double(row.hops)
    }
    let (leastForward, leastBackward) = (forward.min() ?? 0, backward.min() ?? 0)
    self.forwardCoverage = leastForward
    self.backwardCoverage = leastBackward
    self.forwardSurplus = forward.reduce(0) { $0 + ($1 - leastForward) }
    self.backwardSurplus = backward.reduce(0) { $0 + ($1 - leastBackward) }
    self.hops = hops
  }

  /// A lower bound in seconds on the step time of every split with these totals.
  public func bound(_ totals: SplitTotals) -> Double {
    forwardCoverage * totals.forward + backwardCoverage * totals.backward
      + forwardSurplus * totals.chunkForward + backwardSurplus * totals.chunkBackward
      + hops * totals.hop + totals.tail
  }
}
