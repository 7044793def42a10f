import CostModel

/// The least that the paths of a one-chunk schedule can be over all layer splits that fit in memory:
/// the bound that certificates call `recursion`.
///
/// For 1F1B the paths nest from the last stage to the first (see `OneForwardOneBackwardRows`). What is
/// known of the stages after a border is the least round trip, the least path between their first and
/// last operations, and the least path to the end of the step, each minimised by itself; a stage and
/// its run of layers turn the three of the border behind it into the three of the border before it.
///
/// GPipe takes at least Σ t + (m − 1)·max t + 2(p − 1)·hop and the first stage's tail, where the sum
/// and the maximum are minimised each by itself.
struct NestedPaths {
  let prices: FramePrices
  /// Runs of layers whose own work alone takes this long are not followed, in seconds of makespan.
  let limit: Double

  /// Seconds of makespan that no split beats; infinite where no split that fits is below `limit`.
  var bound: Double {
    prices.frame.schedule == .gpipe ? allForwardFirst : oneForwardOneBackward
  }

  private var stages: Int { prices.frame.degrees.pipeline }
  private var layers: Int { prices.layers }
  private var microBatches: Double { Double(prices.frame.microBatches) }

  // MARK: Runs of layers

  /// What one stage takes for a run of layers, in seconds.
  private struct Run {
    var end: Int
    var forward: Double
    var backward: Double
    var tail: Double
    var both: Double { forward + backward }
  }

  /// Every run of a stage from a layer on that fits in memory and may beat the limit.
  private func forEachRun(stage: Int, first: Int, _ body: (Run) -> Void) {
    let isLast = stage == stages - 1
    for end in (isLast ? layers : first + 1)...(layers - (stages - 1 - stage)) {
      let forward = prices.forward(chunk: stage, first: first, end: end)
      let least = prices.backward(chunk: stage, first: first, end: end, policy: 0, full: 0)
      if microBatches * (forward + least) >= limit { return }
      guard let fastest = prices.fastestRecompute(rank: stage, first: first, end: end) else {
        continue
      }
      let tail = prices.tail(chunk: stage, first: first, end: end, backward: fastest.backward)
      body(Run(end: end, forward: forward, backward: fastest.backward, tail: tail))
    }
  }

  /// The layers that a stage can begin with.
  private func starts(of stage: Int) -> ClosedRange<Int> {
    stage == 0 ? 0...0 : stage...(layers - (stages - stage))
  }

  // MARK: 1F1B

  /// The least of each nested path behind a border.
  private struct Behind {
    var trip = Double.infinity
    var inner = Double.infinity
    var outer = Double.infinity
  }

  private var oneForwardOneBackward: Double {
    let hop = prices.hop
    let rows = OneForwardOneBackwardRows(
      stages: stages, microBatches: prices.frame.microBatches)
    var behind = [Behind](repeating: Behind(), count: layers + 1)
    behind[layers] = Behind(trip: -2 * hop, inner: -.infinity, outer: -.infinity)
    for stage in (0..<stages).reversed() {
      var before = [Behind](repeating: Behind(), count: layers + 1)
      for first in starts(of: stage) {
        var least = Behind()
        forEachRun(stage: stage, first: first) { run in
          let next = behind[run.end]
          let trip = next.trip + run.both + 2 * hop
          let own = rows.stages[stage].local(
            forward: run.forward, backward: run.backward, roundTrip: trip)
          let inner = max(own, run.both + 2 * hop + next.inner)
          least.trip = min(least.trip, trip)
          least.inner = min(least.inner, inner)
          least.outer = min(
            least.outer, max(inner + run.tail, run.forward + hop + next.outer))
        }
        before[first] = least
      }
      behind = before
    }
    return behind[0].outer
  }

  // MARK: GPipe

  private var allForwardFirst: Double {
    var sums = [Double](repeating: .infinity, count: layers + 1)
    sums[layers] = 0
    var widest = sums
    for stage in (0..<stages).reversed() {
      var newSums = [Double](repeating: .infinity, count: layers + 1)
      var newWidest = newSums
      for first in starts(of: stage) {
        forEachRun(stage: stage, first: first) { run in
          let tail = stage == 0 ? run.tail : 0
          newSums[first] = min(newSums[first], run.both + tail + sums[run.end])
          newWidest[first] = min(newWidest[first], max(run.both, widest[run.end]))
        }
      }
      sums = newSums
      widest = newWidest
    }
    guard sums[0] < .infinity else { return .infinity }
    return sums[0] + (microBatches - 1) * widest[0] + 2 * Double(stages - 1) * prices.hop
  }
}
