import CostModel

/// The least that the nested paths of 1F1B can be over all layer splits that fit in memory: the bound
/// that certificates call `labels`.
///
/// `NestedPaths` minimises three paths each by itself. Here a border keeps, for every split of the
/// layers behind it that may still be best, all three together: a split stays unless another has no
/// longer path of any kind.
struct UnbeatenPaths {
  let prices: FramePrices
  /// Splits that take this long are not followed, in seconds of makespan.
  let limit: Double

  /// The longest paths of a split behind a border: the round trip, the path between the first and the
  /// last operation there, and the path to the end of the step.
  private struct Paths: Hashable {
    var trip: Double
    var inner: Double
    var outer: Double
  }

  /// Seconds of makespan that no split beats; `limit` where none is below it.
  var bound: Double {
    let stages = prices.frame.degrees.pipeline
    let layers = prices.layers
    let hop = prices.hop
    let before = leastBefore
    let rows = OneForwardOneBackwardRows(stages: stages, microBatches: prices.frame.microBatches)
    var behind: [Int: [Paths]] = [
      layers: [Paths(trip: -2 * hop, inner: -.infinity, outer: -.infinity)]
    ]
    for stage in stride(from: stages - 1, through: 0, by: -1) {
      var here: [Int: [Paths]] = [:]
      for (first, least) in before[stage] where least < limit {
        var all: Set<Paths> = []
        forEachRun(stage: stage, first: first) { end, forward, backward in
          let tail = prices.tail(chunk: stage, first: first, end: end, backward: backward)
          for paths in behind[end] ?? [] {
            let trip = paths.trip + forward + backward + 2 * hop
            let own = rows.stages[stage].local(
              forward: forward, backward: backward, roundTrip: trip)
            let inner = max(own, paths.inner + forward + backward + 2 * hop)
            let outer = max(inner + tail, forward + hop + paths.outer)
            if least + inner < limit, outer < limit {
              all.insert(Paths(trip: trip, inner: inner, outer: outer))
            }
          }
        }
        here[first] = Self.unbeaten(all)
      }
      behind = here
    }
    return (behind[0] ?? []).reduce(limit) { min($0, $1.outer) }
  }

  private static func unbeaten(_ all: Set<Paths>) -> [Paths] {
    var kept: [Paths] = []
    for paths in all.sorted(by: { ($0.outer, $0.inner, $0.trip) < ($1.outer, $1.inner, $1.trip) }) {
      let isBeaten = kept.contains { $0.inner <= paths.inner && $0.trip <= paths.trip }
      if !isBeaten { kept.append(paths) }
    }
    return kept
  }

  /// By stage, the layers that it can begin with, and the least that one micro-batch takes on the
  /// stages before, in seconds.
  private var leastBefore: [[Int: Double]] {
    let stages = prices.frame.degrees.pipeline
    var all: [[Int: Double]] = [[0: 0]]
    for stage in 0..<max(0, stages - 1) {
      var next: [Int: Double] = [:]
      for (first, least) in all[stage] {
        forEachRun(stage: stage, first: first) { end, forward, backward in
          let sum = least + forward + backward + 2 * prices.hop
          next[end] = min(next[end] ?? .infinity, sum)
        }
      }
      all.append(next)
    }
    return all
  }

  /// Every run of a stage that fits in memory and may beat the limit: its end, and its passes.
  private func forEachRun(stage: Int, first: Int, _ body: (Int, Double, Double) -> Void) {
    let left = prices.frame.degrees.pipeline - 1 - stage
    guard first < prices.layers - left else { return }
    for end in (left == 0 ? prices.layers : first + 1)...(prices.layers - left) {
      let forward = prices.forward(chunk: stage, first: first, end: end)
      let least = prices.backward(chunk: stage, first: first, end: end, policy: 0, full: 0)
      if Double(prices.frame.microBatches) * (forward + least) >= limit { return }
      if let fastest = prices.fastestRecompute(rank: stage, first: first, end: end) {
        body(end, forward, fastest.backward)
      }
    }
  }
}
