import CostModel

/// The exact optimum of the nested paths of 1F1B over all layer splits of a frame, and the split that
/// has it.
///
/// `StageRecursion` minimises the round trip RT, the longest inner path V and the longest path U to
/// the step's end each by itself, so that one split's trip meets another's path. Here every first layer
/// of a stage keeps labels (RT, V, U) of whole splits of the layers behind it, and drops those that
/// another label beats in all three, which is exact since longer ones never make anything shorter.
/// - Source: the vector labels of multi-criteria shortest paths (Hansen 1980; Martins 1984).
///
/// Splits that take at least `limit` are not followed: the least work of the stages before, which every
/// path passes, tells early. Complexity: O(stages · layers · widths · labels).
struct PathLabels {
  /// Seconds of makespan that no split beats; `limit` where none is below it.
  let bound: Double
  /// The borders of the best split; `nil` where none is below the limit.
  let boundaries: [Int]?

  /// Labels that are kept at most, so that effort is bounded.
  private static let labelLimit = 200_000

  /// - Returns: `nil` for other schedules, or where more labels are needed than are kept.
  init?(_ prices: FramePrices, limit: Double) {
    guard prices.frame.schedule == .oneForwardOneBackward else { return nil }
    var table = LabelTable(prices: prices, limit: limit)
    guard table.fill(atMost: Self.labelLimit) else { return nil }
    let best = table.labels[0][0].min { $0.outer < $1.outer }
    bound = min(limit, best?.outer ?? .infinity)
    boundaries = best.flatMap { $0.outer < limit ? table.boundaries(from: $0) : nil }
  }
}

/// Of one split of the layers from some stage on: its paths, in seconds, and where it goes on.
private struct PathLabel {
  var trip: Double
  var inner: Double
  var outer: Double
  /// The first layer of the next stage, and the label there.
  var end: Int
  var next: Int

  func isBeaten(by other: PathLabel) -> Bool {
    other.trip <= trip && other.inner <= inner && other.outer <= outer
  }
}

/// A run of layers on a stage.
private struct StageRun {
  var end: Int
  var forward: Double
  var backward: Double
  var tail: Double
}

private struct LabelTable {
  let prices: FramePrices
  let limit: Double
  /// By stage and first layer.
  var labels: [[[PathLabel]]]
  private let stages: Int
  private let rows: OneForwardOneBackwardRows

  init(prices: FramePrices, limit: Double) {
    self.prices = prices
    self.limit = limit
    stages = prices.frame.degrees.pipeline
    rows = OneForwardOneBackwardRows(stages: stages, microBatches: prices.frame.microBatches)
    labels = Array(
      repeating: Array(repeating: [], count: prices.layers + 1), count: stages)
  }

  /// Fills the table from the last stage to the first; `false` where that takes too many labels.
  mutating func fill(atMost most: Int) -> Bool {
    let runs = runs
    let before = leastBefore(runs)
    let origin = [
      PathLabel(trip: -2 * prices.hop, inner: -.infinity, outer: -.infinity, end: 0, next: 0)
    ]
    var count = 0
    for stage in (0..<stages).reversed() {
      for first in runs[stage].indices where before[stage][first] < limit {
        var candidates: [PathLabel] = []
        for run in runs[stage][first] {
          let behind = stage == stages - 1 ? origin : labels[stage + 1][run.end]
          for (index, next) in behind.enumerated() {
            let label = label(stage, run, next, index)
            // What precedes the first operation of this stage and follows its last.
            guard before[stage][first] + label.inner < limit, label.outer < limit else { continue }
            candidates.append(label)
          }
        }
        labels[stage][first] = Self.unbeaten(candidates)
        count += labels[stage][first].count
        guard count <= most else { return false }
      }
    }
    return true
  }

  private func label(_ stage: Int, _ run: StageRun, _ next: PathLabel, _ index: Int) -> PathLabel {
    let around = run.forward + run.backward + 2 * prices.hop
    let trip = around + next.trip
    let local = rows.stages[stage].local(
      forward: run.forward, backward: run.backward, roundTrip: trip)
    let inner = max(local, around + next.inner)
    return PathLabel(
      trip: trip, inner: inner,
      outer: max(inner + run.tail, run.forward + prices.hop + next.outer), end: run.end,
      next: index)
  }

  private static func unbeaten(_ candidates: [PathLabel]) -> [PathLabel] {
    let sorted = candidates.sorted { ($0.trip, $0.inner, $0.outer) < ($1.trip, $1.inner, $1.outer) }
    return sorted.reduce(into: []) { kept, label in
      if !kept.contains(where: label.isBeaten) { kept.append(label) }
    }
  }

  /// The runs of each stage from each first layer that fit in memory and under the limit.
  private var runs: [[[StageRun]]] {
    let microBatches = Double(prices.frame.microBatches)
    return (0..<stages).map { stage in
      let after = stages - 1 - stage
      return (0..<prices.layers).map { first in
        guard stage == 0 ? first == 0 : first >= stage, first < prices.layers - after else {
          return []
        }
        var runs: [StageRun] = []
        for end in (after == 0 ? prices.layers : first + 1)...(prices.layers - after) {
          let forward = prices.forward(chunk: stage, first: first, end: end)
          let least = prices.backward(chunk: stage, first: first, end: end, policy: 0, full: 0)
          guard microBatches * (forward + least) < limit else { break }
          guard let fastest = prices.fastestRecompute(rank: stage, first: first, end: end) else {
            continue
          }
          runs.append(
            StageRun(
              end: end, forward: forward, backward: fastest.backward,
              tail: prices.tail(
                chunk: stage, first: first, end: end, backward: fastest.backward)))
        }
        return runs
      }
    }
  }

  /// By stage and first layer, the least that the stages before take for one micro-batch with its
  /// hops, in seconds; infinite where they cannot end there.
  private func leastBefore(_ runs: [[[StageRun]]]) -> [[Double]] {
    var least = [[Double]](
      repeating: Array(repeating: .infinity, count: prices.layers + 1), count: stages + 1)
    least[0][0] = 0
    for stage in 0..<stages {
      for first in runs[stage].indices where least[stage][first].isFinite {
        for run in runs[stage][first] {
          let sum = least[stage][first] + run.forward + run.backward + 2 * prices.hop
          least[stage + 1][run.end] = min(least[stage + 1][run.end], sum)
        }
      }
    }
    return least
  }

  /// The borders of a label of the first stage.
  func boundaries(from first: PathLabel) -> [Int] {
    var label = first
    var boundaries = [0, label.end]
    for stage in labels.indices.dropFirst() {
      label = labels[stage][label.end][label.next]
      boundaries.append(label.end)
    }
    return boundaries
  }
}
