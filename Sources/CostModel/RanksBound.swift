import Quantities

/// A bound on interleaved frames from what each rank must do and hold by itself.
///
/// Rank s holds n_s layers, and Σ n_s is the number of layers. Memory may force a rank with n layers to
/// recompute for x_s(n) seconds a micro-batch at least. Two things follow for every split:
/// - the mean over the ranks of their own paths grows by the forced recomputation, so
///   `closedFormBound` holds with totals that are greater by the least Σ x_s(n_s);
/// - no rank's own path is longer than the step: the greatest
///   `m·(n_s·t + x_s(n_s)) + s·(f + b of a smallest chunk) + 2s·hop`, minimised over the n_s.
/// Both minima are taken by a recursion over the ranks. Layers count as the least of all layers in
/// each respect.
extension FramePrices {
  /// Complexity: O(stages · chunks · layers of a rank · recomputations).
  public func ranksBound() -> FrameBound {
    guard let pipeline = PipelineCache.shape(of: frame) else { return .exceedsMemory }
    let ranks = (0..<frame.degrees.pipeline).map { RankNeed(self, rank: $0) }
    let base = totals()
    let ramp = base.chunkForward + base.chunkBackward
    let microBatches = Double(frame.microBatches)
    // By the layers of the ranks so far: the least sum of forced recomputation, and the least longest
    // path.
    var forced = [Double](repeating: .infinity, count: layers + 1)
    var longest = forced
    forced[0] = 0
    longest[0] = 0
    for (index, rank) in ranks.enumerated() {
      var nextForced = [Double](repeating: .infinity, count: layers + 1)
      var nextLongest = nextForced
      let before = Double(index) * (ramp + 2 * hop)
      for (held, work) in zip(rank.layers, rank.works) {
        guard let work, held <= layers else { continue }
        let path = microBatches * (work.plain + work.forced) + before
        for total in held...layers where forced[total - held].isFinite {
          nextForced[total] = min(nextForced[total], forced[total - held] + work.forced)
          nextLongest[total] = min(nextLongest[total], max(longest[total - held], path))
        }
      }
      forced = nextForced
      longest = nextLongest
    }
    guard forced[layers].isFinite else { return .exceedsMemory }
    let mean = pipeline.closedFormBound(totals(forced: forced[layers]))
    return .step(step(makespan: max(mean, longest[layers])))
  }
}

/// What one rank must at least do and hold, by the number of its layers.
private struct RankNeed {
  /// The possible numbers of layers.
  let layers: ClosedRange<Int>
  /// Seconds a micro-batch, with and without what memory forces to be recomputed; `nil` where nothing
  /// fits.
  let works: [(plain: Double, forced: Double)?]

  init(_ prices: FramePrices, rank: Int) {
    let frame = prices.frame
    let chunks = Array(stride(from: rank, to: frame.chunks, by: frame.degrees.pipeline))
    let sizes = chunks.map { frame.chunkSizes($0, layers: prices.layers) }
    let least = LeastLayer(prices)
    var ends = (time: 0.0, state: 0.0)
    var kept: [Double] = []
    for chunk in chunks {
      ends.time +=
        prices.forward(chunk: chunk, first: 0, end: 0)
        + prices.backward(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      ends.state += prices.state(chunk: chunk, first: 0, end: 0)
      kept.append(prices.saved(chunk: chunk, first: 0, end: 0, policy: 0, full: 0))
    }
    let choices = prices.recomputeChoices(largestChunk: sizes.map(\.upperBound).max() ?? 1)
    let fewest = sizes.reduce(0) { $0 + $1.lowerBound }
    layers = fewest...sizes.reduce(0) { $0 + $1.upperBound }
    works = layers.map { count in
      var forced: Double?
      for choice in choices {
        let need =
          ends.state + Double(count) * least.state
          + prices.transient(rank: rank, recomputes: choice != .none)
          + (prices.inFlight[rank].map { alive in
            Self.kept(
              alive, sizes: sizes, further: count - fewest, ends: kept, choice: choice, least)
          }.max() ?? 0)
        guard need <= prices.capacity.value else { continue }
        let time = Self.recomputation(choice, sizes: sizes, count: count, least)
        forced = min(forced ?? .infinity, time)
        // The choices begin with none at all, which nothing beats.
        if time == 0 { break }
      }
      let plain = ends.time + Double(count) * (least.forward + least.backward)
      return forced.map { (plain, $0) }
    }
  }

  /// The least that is kept at one peak: smallest chunks, and the further layers where they weigh
  /// least.
  private static func kept(
    _ alive: [Int], sizes: [ClosedRange<Int>], further: Int, ends: [Double],
    choice: StageRecompute, _ least: LeastLayer
  ) -> Double {
    var sum = 0.0
    var additions: [Double] = []
    for (level, size) in sizes.enumerated() {
      let weight = Double(alive[level])
      sum += weight * ends[level]
      for layer in 0..<size.upperBound {
        let bytes =
          weight * (layer < choice.fullLayers ? least.savedFull : least.saved[choice.policy])
        if layer < size.lowerBound { sum += bytes } else { additions.append(bytes) }
      }
    }
    return additions.sorted().prefix(further).reduce(sum, +)
  }

  /// The least time of a recomputation, in seconds a micro-batch.
  private static func recomputation(
    _ choice: StageRecompute, sizes: [ClosedRange<Int>], count: Int, _ least: LeastLayer
  ) -> Double {
    guard choice.fullLayers > 0 else { return Double(count) * least.extra[choice.policy] }
    let full = sizes.reduce(0) { $0 + min(choice.fullLayers, $1.lowerBound) }
    let everything = sizes.allSatisfy { choice.fullLayers >= $0.upperBound }
    return Double(everything ? count : full) * least.extraFull
  }
}

/// The least of all layers in each respect; by policy, what recomputing adds and what is kept.
private struct LeastLayer {
  let forward: Double
  let backward: Double
  let extra: [Double]
  let saved: [Double]
  let state: Double

  var extraFull: Double { extra[extra.count - 1] }
  var savedFull: Double { saved[saved.count - 1] }

  init(_ prices: FramePrices) {
    let shape = prices.shape
    let count = prices.layers
    func layer(_ sums: [Double], _ index: Int) -> Double { sums[index + 1] - sums[index] }
    let plain = shape.backward[0]
    forward = prices.smallest(shape.forward)
    backward = prices.smallest(plain)
    extra = shape.backward.map { sums in
      (0..<count).reduce(Double.infinity) { least, index in
        min(least, max(0, layer(sums, index) - layer(plain, index)))
      }
    }
    saved = shape.saved.map(prices.smallest)
    state = (0..<count).reduce(Double.infinity) { min($0, prices.layerState($1)) }
  }
}
