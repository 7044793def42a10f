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
/// each respect. Frames that divide the backward pass have the closed form's bound alone.
extension FramePrices {
  /// Complexity: O(stages · chunks · layers of a rank · recomputations).
  public func ranksBound() -> FrameBound {
    guard !frame.schedule.dividesBackward else { return closedFormBound() }
    guard let pipeline = PipelineCache.shape(of: frame) else { return .exceedsMemory }
    let leastState = leastLayerState
    let ranks = (0..<frame.degrees.pipeline).map {
      RankNeed(self, rank: $0, leastState: leastState)
    }
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
  /// Seconds a micro-batch, without and of what memory forces to be recomputed; `nil` where nothing
  /// fits.
  let works: [(plain: Double, forced: Double)?]

  init(_ prices: FramePrices, rank: Int, leastState: Double) {
    let frame = prices.frame
    let chunks = stride(from: rank, to: frame.chunks, by: frame.degrees.pipeline)
    let sizes = chunks.map { frame.chunkSizes($0, layers: prices.layers) }
    let least = prices.leastLayer
    var time = 0.0
    var state = 0.0
    for chunk in chunks {
      time += prices.forward(chunk: chunk, first: 0, end: 0)
      time += prices.backward(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      state += prices.state(chunk: chunk, first: 0, end: 0)
    }
    let ends = chunks.map { prices.saved(chunk: $0, first: 0, end: 0, policy: 0, full: 0) }
    let fewest = sizes.reduce(0) { $0 + $1.lowerBound }
    layers = fewest...sizes.reduce(0) { $0 + $1.upperBound }
    var forced = [Double](repeating: .infinity, count: layers.count)
    for choice in prices.recomputeChoices(largestChunk: sizes.map(\.upperBound).max() ?? 1) {
      let fixed = state + prices.transient(rank: rank, recompute: choice)
      let kept = Self.kept(
        prices.inFlight[rank], sizes: sizes, ends: ends, choice: choice, least)
      var fitsAlways = true
      for (index, count) in layers.enumerated() {
        guard fixed + Double(count) * leastState + kept[index] <= prices.capacity(rank: rank) else {
          fitsAlways = false
          break
        }
        let extra = Self.recomputation(choice, sizes: sizes, count: count, least)
        forced[index] = min(forced[index], extra)
      }
      // Nothing beats recomputing nothing, with which the choices begin; and more whole layers than
      // fit anyhow, with which they end, only take longer.
      if fitsAlways && (choice == .none || choice.fullLayers > 0) { break }
    }
    works = layers.enumerated().map { index, count in
      forced[index].isFinite
        ? (time + Double(count) * (least.forward + least.backward), forced[index]) : nil
    }
  }

  /// The least that is kept at the worst peak, by the number of layers: smallest chunks, and the
  /// further layers where they weigh least.
  private static func kept(
    _ peaks: [[Int]], sizes: [ClosedRange<Int>], ends: [Double], choice: StageRecompute,
    _ least: LeastLayer
  ) -> [Double] {
    var most: [Double] = []
    var additions: [Double] = []
    for alive in peaks {
      var sum = 0.0
      additions.removeAll(keepingCapacity: true)
      for (level, size) in sizes.enumerated() {
        let weight = Double(alive[level])
        let (one, full) = (weight * least.saved[choice.policy], weight * least.savedFull)
        let fewest = size.lowerBound
        let whole = min(choice.fullLayers, fewest)
        sum += weight * ends[level] + Double(whole) * full + Double(fewest - whole) * one
        for layer in fewest..<size.upperBound {
          additions.append(layer < choice.fullLayers ? full : one)
        }
      }
      additions.sort()
      if most.isEmpty { most = Array(repeating: 0, count: additions.count + 1) }
      most[0] = max(most[0], sum)
      for (index, bytes) in additions.enumerated() {
        sum += bytes
        most[index + 1] = max(most[index + 1], sum)
      }
    }
    return most
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
