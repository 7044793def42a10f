import CostModel

/// The memory that is left for one chunk of an interleaved rank after the least that the rank's other
/// chunks can need.
///
/// The others hold as few layers as the space allows, each weighing as little as any layer does,
/// under the same recomputation.
struct ChunkRoom {
  private let prices: FramePrices
  private let sizes: [ClosedRange<Int>]
  /// What a stage may recompute, as far as the largest chunk goes.
  let choices: [StageRecompute]
  /// By layer kind of saving: the least that one layer keeps under each policy.
  private let leastSaved: [Double]
  private let leastState: Double

  init(_ prices: FramePrices) {
    self.prices = prices
    let layers = prices.layers
    sizes = (0..<prices.frame.chunks).map { prices.frame.chunkSizes($0, layers: layers) }
    choices = prices.recomputeChoices(largestChunk: sizes.map(\.upperBound).max() ?? 1)
    leastState = (0..<layers).map(prices.layerState).min() ?? 0
    leastSaved = prices.shape.saved.map { sums in
      zip(sums.dropFirst(), sums).map(-).min() ?? 0
    }
  }

  /// Whether a chunk can hold a run of layers under a recomputation, beside the least others.
  func fits(_ choice: StageRecompute, chunk: Int, first: Int, end: Int) -> Bool {
    let stages = prices.frame.degrees.pipeline
    let rank = chunk % stages
    let full = min(choice.fullLayers, end - first)
    var state =
      prices.state(chunk: chunk, first: first, end: end)
      + prices.transient(rank: rank, recomputes: choice != .none)
    for other in stride(from: rank, to: prices.frame.chunks, by: stages) where other != chunk {
      state +=
        prices.state(chunk: other, first: 0, end: 0)
        + Double(sizes[other].lowerBound) * leastState
    }
    let saved = prices.saved(
      chunk: chunk, first: first, end: end, policy: choice.policy, full: full)
    return prices.inFlight[rank].allSatisfy { alive in
      var need = state
      for (level, count) in alive.enumerated() {
        let other = level * stages + rank
        need += Double(count) * (other == chunk ? saved : leastKept(in: other, choice))
      }
      return need <= prices.capacity.value * (1 + Tolerance.relative)
    }
  }

  /// The least that one micro-batch keeps in a chunk, in bytes.
  private func leastKept(in chunk: Int, _ choice: StageRecompute) -> Double {
    let size = sizes[chunk].lowerBound
    let full = min(choice.fullLayers, size)
    return prices.saved(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      + Double(full) * leastSaved[leastSaved.count - 1]
      + Double(size - full) * leastSaved[choice.policy]
  }
}
