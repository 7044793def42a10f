/// What no scattering is faster than by its work alone, whatever shares a group.
///
/// Where the longest of x micro-batches takes M seconds, every sequence has a degree at which it takes no
/// longer, which makes W(M) seconds of work at least, and the p stages of a pipeline take
/// ```
/// (x + p − 1) β + W(M) + (p − 1) max(M, W(M) / x)
/// ```
/// with β the fixed time of a micro-batch. Long sequences take least work at low degrees, so that W falls
/// as M grows. The bound is the least over intervals of M, 32 to each doubling, with M from an interval's
/// start and W from its end.
struct PlainBound: Sendable {
  /// One interval of M: where it starts, and the seconds of work at its end.
  private struct Pace {
    var start: Double
    var work: Double
  }

  private let paces: [Pace]
  private let microBatchTime: Double
  private let furtherStages: Double

  init(_ instance: ScatteringInstance) {
    microBatchTime = instance.microBatchTime
    furtherStages = Double(instance.stages - 1)
    let least = instance.batchWork / Double(instance.gpus)
    var paces: [Pace] = []
    var start = instance.leastTime
    // In one stage the longest micro-batch counts no more than the others.
    while instance.stages > 1, start > 0, paces.count < 4_096 {
      let end = start * Self.step
      let work = instance.work(endingBefore: end) / Double(instance.gpus)
      if work <= least * (1 + 1e-12) { break }
      paces.append(Pace(start: start, work: work))
      start = end
    }
    self.paces = paces + [Pace(start: start, work: least)]
  }

  /// 2 to the power of 1/32.
  private static let step = 1.0218971486541166

  /// Seconds that no scattering into just so many micro-batches is faster than.
  func callAsFunction(_ microBatches: Int) -> Double {
    let count = Double(microBatches)
    return paces.reduce(.infinity) { min($0, total($1, count)) } * (1 - 1e-12)
  }

  /// Seconds that no scattering into at least so many micro-batches is faster than.
  ///
  /// In an interval the part with M grows with x; that with W / x is least at x² = (p − 1) W / β.
  func atLeast(_ microBatches: Int) -> Double {
    let count = Double(microBatches)
    let bound = paces.reduce(Double.infinity) { bound, pace in
      let best = (furtherStages * pace.work / microBatchTime).squareRoot()
      let even =
        best.isFinite
        ? fixedTime(max(count, best)) + furtherStages * pace.work / max(count, best) : 0
      return min(bound, pace.work + max(even, fixedTime(count) + furtherStages * pace.start))
    }
    return bound * (1 - 1e-12)
  }

  /// How long the longest of so many micro-batches takes where the bound is least.
  func longest(of microBatches: Int) -> Double {
    let count = Double(microBatches)
    let best = paces.min { total($0, count) < total($1, count) }
    return best.map { max($0.start, $0.work / count) } ?? 0
  }

  private func total(_ pace: Pace, _ count: Double) -> Double {
    fixedTime(count) + pace.work + furtherStages * max(pace.start, pace.work / count)
  }

  private func fixedTime(_ count: Double) -> Double { (count + furtherStages) * microBatchTime }
}

extension ScatteringInstance {
  /// The least GPU-seconds of the batch if every sequence, alone in a group, ends before a time.
  fileprivate func work(endingBefore end: Double) -> Double {
    lengths.indices.reduce(0) { sum, index in
      var least = Double.infinity
      for option in leastOption[index]..<options
      where isHeld(index, option) && aloneTime(index, option) < end {
        least = min(least, work(index, option))
      }
      return sum + Double(members[index].count) * least
    }
  }
}
