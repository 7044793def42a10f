import CostModel
import ParallelismVocabulary

/// A lower bound over all layer splits of a frame with one chunk a stage, by recursion from the last
/// stage to the first, and the split that it suggests.
///
/// For 1F1B, with t = f + b, c the hop and RT the least round trip:
/// ```
/// V(s, a) = min over b of max(local rows of s, t + 2c + V(s + 1, b))
/// U(s, a) = min over b of max(V-rows + tail, t + 2c + V(s + 1, b) + tail, f + c + U(s + 1, b))
/// ```
/// where the layers `a..<b` are stage s (see `OneForwardOneBackwardRows`). V, RT and U are minimised
/// apart from each other, which keeps the bound valid and the state scalar. For GPipe, whose time is
/// exactly `Σ f + Σ b + (m − 1)(max f + max b) + 2(p − 1)c`, the least sum and the least maximum are
/// minimised apart.
///
/// Complexity: O(stages · layers · widths), where widths end once a stage alone exceeds the limit.
struct StageRecursion {
  /// Seconds of makespan that no split beats; infinite where no split fits in memory, or `limit`
  /// where none beats it.
  let bound: Double
  /// Whether `bound` is the limit: splits that are no better than it were not followed.
  let reachedLimit: Bool
  /// Whether some split fits in memory at all, as far as was looked.
  let boundaries: [Int]?

  /// - Parameter limit: splits whose makespan is at least this are of no interest.
  init(_ prices: FramePrices, limit: Double) {
    let isGPipe = prices.frame.schedule == .gpipe
    var table = RecursionTable(prices: prices, limit: limit)
    table.fill(isGPipe: isGPipe)
    let result = isGPipe ? table.gpipeBound : table.bound
    reachedLimit = table.cutByLimit && !(result < limit)
    bound = table.cutByLimit ? min(result, limit) : result
    boundaries = result.isFinite ? table.boundaries() : nil
  }
}

/// The tables of the recursion: one entry for each stage and first layer.
private struct RecursionTable {
  let prices: FramePrices
  let limit: Double
  let stages: Int
  let layers: Int
  let rows: OneForwardOneBackwardRows
  let microBatches: Double
  /// Whether a stage was cut short because it alone exceeds the limit.
  var cutByLimit = false
  // At stage · (layers + 1) + first layer.
  private var trip: [Double]
  private var inner: [Double]
  private var outer: [Double]
  private var sum: [Double]
  private var widest: [Double]
  private var next: [Int32]

  init(prices: FramePrices, limit: Double) {
    self.prices = prices
    self.limit = limit
    stages = prices.frame.degrees.pipeline
    layers = prices.layers
    microBatches = Double(prices.frame.microBatches)
    rows = OneForwardOneBackwardRows(stages: stages, microBatches: prices.frame.microBatches)
    let count = stages * (layers + 1)
    trip = Array(repeating: .infinity, count: count)
    inner = trip
    outer = trip
    sum = trip
    widest = trip
    next = Array(repeating: -1, count: count)
  }

  var bound: Double { outer[0] }

  /// GPipe's bound from the least sum and the least maximum.
  var gpipeBound: Double {
    guard sum[0].isFinite else { return .infinity }
    return sum[0] + (microBatches - 1) * widest[0] + 2 * Double(stages - 1) * prices.hop
  }

  mutating func fill(isGPipe: Bool) {
    let widest = widestStage
    if widest < layers - stages + 1 { cutByLimit = true }
    for stage in stride(from: stages - 1, through: 0, by: -1) {
      // What the stages before and after can hold, each at least one layer and at most the widest.
      let lowest = max(stage, layers - (stages - stage) * widest)
      let highest = min(layers - (stages - stage), stage * widest)
      guard lowest <= highest else { return }
      for first in lowest...highest { fill(stage: stage, first: first, isGPipe: isGPipe) }
    }
  }

  /// The most layers with which a stage alone can stay under the limit.
  private var widestStage: Int {
    func work(_ stage: Int, _ first: Int, _ end: Int) -> Double {
      prices.forward(chunk: stage, first: first, end: end)
        + prices.backward(chunk: stage, first: first, end: end, policy: 0, full: 0)
    }
    let least = prices.unlikeStages.reduce(Double.infinity) { least, stage in
      (0..<layers).reduce(least) {
        min($0, work(stage, $1, $1 + 1) - work(stage, $1, $1))
      }
    }
    let count = limit / (microBatches * least)
    return count < Double(layers) ? max(1, Int(count) + 1) : layers
  }

  private mutating func fill(stage: Int, first: Int, isGPipe: Bool) {
    let place = stage * (layers + 1) + first
    let isLast = stage == stages - 1
    let ends = isLast ? layers...layers : (first + 1)...(layers - (stages - 1 - stage))
    let hop = prices.hop
    for end in ends {
      let forward = prices.forward(chunk: stage, first: first, end: end)
      let least = prices.backward(chunk: stage, first: first, end: end, policy: 0, full: 0)
      if microBatches * (forward + least) >= limit {
        cutByLimit = true
        break
      }
      guard let fastest = prices.fastestRecompute(rank: stage, first: first, end: end) else {
        continue
      }
      let backward = fastest.backward
      let both = forward + backward
      let below = (stage + 1) * (layers + 1) + end
      let following =
        isLast
        ? (trip: -2 * hop, inner: -Double.infinity, outer: -Double.infinity, sum: 0.0, widest: 0.0)
        : (
          trip: trip[below], inner: inner[below], outer: outer[below], sum: sum[below],
          widest: widest[below]
        )
      if isGPipe {
        // The path that gives the exact time ends on the first stage.
        let total =
          both + following.sum
          + (stage == 0 ? prices.tail(chunk: 0, first: first, end: end, backward: backward) : 0)
        let maximum = max(both, following.widest)
        if total < sum[place] { sum[place] = total }
        if maximum < widest[place] {
          widest[place] = maximum
          next[place] = Int32(end)
        }
        continue
      }
      let roundTrip = both + 2 * hop + following.trip
      if roundTrip < trip[place] { trip[place] = roundTrip }
      let local = rows.stages[stage].local(
        forward: forward, backward: backward, roundTrip: roundTrip)
      let through = max(local, both + 2 * hop + following.inner)
      // A tail is never negative: without it the split may already be no better.
      let after = forward + hop + following.outer
      guard through < inner[place] || max(through, after) < outer[place] else { continue }
      let tail = prices.tail(chunk: stage, first: first, end: end, backward: backward)
      let total = max(through + tail, after)
      if through < inner[place] { inner[place] = through }
      if total < outer[place] {
        outer[place] = total
        next[place] = Int32(end)
      }
    }
  }

  /// The split along the least totals.
  func boundaries() -> [Int]? {
    var boundaries = [0]
    for stage in 0..<stages {
      let end = next[stage * (layers + 1) + boundaries[stage]]
      guard end >= 0 else { return nil }
      boundaries.append(Int(end))
    }
    return boundaries
  }
}
