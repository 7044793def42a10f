import CostModel

/// The memory that is left for one chunk of an interleaved rank after the least that the rank's other
/// chunks can need.
///
/// The others hold as few layers as the space allows, each weighing as little as any layer does,
/// under the same recomputation.
struct ChunkRoom {
  private let prices: FramePrices
  /// What a stage may recompute, as far as the largest chunk goes.
  let choices: [StageRecompute]
  /// By choice and chunk: what is left at each peak of micro-batches in flight, in bytes.
  private let rooms: [[[Double]]]

  init(_ prices: FramePrices) {
    let sizes = (0..<prices.frame.chunks).map {
      prices.frame.chunkSizes($0, layers: prices.layers)
    }
    let choices = prices.recomputeChoices(largestChunk: sizes.map(\.upperBound).max() ?? 1)
    let least = LeastChunk(prices)
    self.prices = prices
    self.choices = choices
    rooms = choices.map { choice in
      let states = sizes.enumerated().map { least.state(chunk: $0, layers: $1.lowerBound) }
      let kept = sizes.enumerated().map { least.kept(chunk: $0, layers: $1.lowerBound, choice) }
      return sizes.indices.map { chunk in
        let stages = prices.frame.degrees.pipeline
        let rank = chunk % stages
        let others = stride(from: rank, to: sizes.count, by: stages).filter { $0 != chunk }
        let fixed =
          prices.transient(rank: rank, recompute: choice)
          + others.reduce(0) { $0 + states[$1] }
        return prices.inFlight[rank].map { alive in
          others.reduce(prices.capacity.value - fixed) {
            $0 - Double(alive[$1 / stages]) * kept[$1]
          }
        }
      }
    }
  }

  /// Whether a chunk can hold a run of layers under a recomputation, beside the least others.
  func fits(_ choice: Int, chunk: Int, first: Int, end: Int) -> Bool {
    let (level, rank) = chunk.quotientAndRemainder(dividingBy: prices.frame.degrees.pipeline)
    let recompute = choices[choice]
    let state = prices.state(chunk: chunk, first: first, end: end)
    let saved = prices.saved(
      chunk: chunk, first: first, end: end, policy: recompute.policy,
      full: min(recompute.fullLayers, end - first))
    let rounding = Tolerance.relative * prices.capacity.value
    return zip(prices.inFlight[rank], rooms[choice][chunk]).allSatisfy { alive, room in
      state + Double(alive[level]) * saved <= room + rounding
    }
  }
}

/// The least that a chunk of some layers needs, whichever layers they are.
private struct LeastChunk {
  private let prices: FramePrices
  private let layerState: Double
  /// By policy: the least that one layer keeps.
  private let layerKept: [Double]

  init(_ prices: FramePrices) {
    self.prices = prices
    layerState = (0..<prices.layers).map(prices.layerState).min() ?? 0
    layerKept = (0..<prices.policies).map { policy in
      (0..<prices.layers).map { layer in
        // The first chunk keeps the embedding's besides, on either side of the difference.
        prices.saved(chunk: 0, first: layer, end: layer + 1, policy: policy, full: 0)
          - prices.saved(chunk: 0, first: 0, end: 0, policy: policy, full: 0)
      }.min() ?? 0
    }
  }

  func state(chunk: Int, layers: Int) -> Double {
    prices.state(chunk: chunk, first: 0, end: 0) + Double(layers) * layerState
  }

  /// What one micro-batch keeps, in bytes.
  func kept(chunk: Int, layers: Int, _ choice: StageRecompute) -> Double {
    let full = min(choice.fullLayers, layers)
    return prices.saved(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      + Double(full) * layerKept[layerKept.count - 1]
      + Double(layers - full) * layerKept[choice.policy]
  }
}
