/// What the work of a batch takes at least in so many micro-batches, checked apart from the search.
///
/// The time M of the longest micro-batch lies in one of some intervals, 32 to each doubling from the time
/// of the longest sequence. In each, sequences that take M or more at a degree are not there, and x
/// micro-batches pass p stages in no less than (x + p − 1) β + W + (p − 1) max(M, W / x) seconds.
struct WorkBound {
  /// An interval of M: its start, and no more than the seconds of work that its end leaves.
  private struct Interval {
    var start: Double
    var work: Double
  }

  private let intervals: [Interval]
  private let fixed: Double
  private let further: Double

  /// - Parameters:
  ///   - times: seconds by rank and degree.
  ///   - tokens: padded tokens by rank and degree.
  init(_ setting: ScatteringSetting, times: [[Double]], tokens: [[Int]]) {
    fixed = setting.microBatchTime.value
    further = Double(setting.stages - 1)
    let places = times.indices.map { rank in
      setting.degrees.indices.compactMap { option -> (alone: Double, work: Double)? in
        let cost = setting.degrees[option]
        guard tokens[rank][option] <= cost.degree * setting.tokensPerGPU else { return nil }
        let time = times[rank][option]
        let work = Double(cost.degree) * time / Double(setting.gpus)
        return (cost.groupTime.value + time, work)
      }
    }
    func work(before end: Double) -> RoundedSum {
      var sum = RoundedSum(0)
      for place in places {
        sum.add(place.reduce(.infinity) { $1.alone < end ? min($0, $1.work) : $0 })
      }
      return sum
    }
    let least = work(before: .infinity)
    var start = places.reduce(0) { max($0, $1.map(\.alone).min() ?? .infinity) }
    var intervals: [Interval] = []
    while further > 0, start > 0, start.isFinite, intervals.count < 4_096 {
      let end = start * 1.0218971486541166
      let sum = work(before: end)
      if sum.atMost <= least.atLeast * (1 + 1e-9) { break }
      intervals.append(Interval(start: start, work: sum.atLeast))
      start = end
    }
    self.intervals = intervals + [Interval(start: start, work: least.atLeast)]
  }

  /// Seconds, rounded down, of a number of micro-batches, or of the best number from it on.
  func bound(_ microBatches: Int, orMore: Bool) -> Double {
    let number = Double(microBatches)
    return intervals.reduce(.infinity) { bound, interval in
      // W / x falls and x β grows: the sum of both is least at √((p − 1) W / β), beside which a function
      // that curves up moves by less than rounding moved the place.
      let best = (further * interval.work / fixed).squareRoot()
      var even = RoundedSum(interval.work)
      let count = orMore ? max(number, best.isNaN ? number : best) : number
      if count.isFinite {
        even.add((count + further) * fixed)
        even.add(further * interval.work / count)
      }
      var long = RoundedSum(interval.work)
      long.add((number + further) * fixed)
      long.add(further * interval.start)
      return min(bound, max(even.atLeast, long.atLeast))
    }
  }
}
