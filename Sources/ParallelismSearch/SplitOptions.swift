import CostModel
import ParallelismVocabulary

/// One way to fill one chunk: a run of layers, what its stage recomputes, and what that costs.
struct SplitOption {
  var chunk: Int
  var first: Int
  var end: Int
  var recompute: StageRecompute
  /// Seconds of one micro-batch, and of the chunk's share of its rank's tail.
  var forward: Double
  var backward: Double
  var tail: Double
  /// Bytes of state, and of what one micro-batch keeps.
  var state: Double
  var saved: Double

  init(_ prices: FramePrices, chunk: Int, first: Int, end: Int, recompute: StageRecompute) {
    self.chunk = chunk
    self.first = first
    self.end = end
    let full = min(recompute.fullLayers, end - first)
    self.recompute = recompute
    forward = prices.forward(chunk: chunk, first: first, end: end)
    backward = prices.backward(
      chunk: chunk, first: first, end: end, policy: recompute.policy, full: full)
    tail = prices.tail(chunk: chunk, first: first, end: end, backward: backward)
    state = prices.state(chunk: chunk, first: first, end: end)
    saved = prices.saved(
      chunk: chunk, first: first, end: end, policy: recompute.policy, full: full)
  }
}

/// Every way to fill every chunk of a frame, as far as memory allows each by itself.
struct SplitOptions {
  let prices: FramePrices
  /// By chunk, in rising order of first layer and end.
  let byChunk: [[SplitOption]]

  /// The options whose own micro-batches fit under `limit` seconds of makespan.
  ///
  /// - Parameter allRecomputes: whether an interleaved chunk keeps an option for every recomputation
  ///   of its stage, which a program needs, or only the fastest that can fit, which a bound needs.
  init(_ prices: FramePrices, limit: Double, allRecomputes: Bool) {
    self.prices = prices
    let frame = prices.frame
    let layers = prices.layers
    let chunks = frame.chunks
    let sizes = (0..<chunks).map { frame.chunkSizes($0, layers: layers) }
    let least = LeastNeed(prices, sizes: sizes)
    let choices = prices.recomputeChoices(largestChunk: sizes.map(\.upperBound).max() ?? 1)
    // The fewest and the most layers that the chunks before each border can hold.
    var fewest = [0]
    var most = [0]
    for size in sizes {
      fewest.append(fewest[fewest.count - 1] + size.lowerBound)
      most.append(most[most.count - 1] + size.upperBound)
    }
    byChunk = (0..<chunks).map { chunk in
      let lowest = max(fewest[chunk], layers - (most[chunks] - most[chunk]))
      let highest = min(most[chunk], layers - (fewest[chunks] - fewest[chunk]))
      guard lowest <= highest else { return [] }
      var options: [SplitOption] = []
      for first in lowest...highest {
        for size in sizes[chunk] {
          let end = first + size
          let remaining = layers - end
          guard remaining >= fewest[chunks] - fewest[chunk + 1],
            remaining <= most[chunks] - most[chunk + 1]
          else { continue }
          let before = options.count
          if frame.schedule.virtualStages == 1 {
            if let fastest = prices.fastestRecompute(rank: chunk, first: first, end: end) {
              options.append(
                SplitOption(
                  prices, chunk: chunk, first: first, end: end, recompute: fastest.recompute))
            }
          } else {
            var fastest: SplitOption?
            for recompute in choices {
              let option = SplitOption(
                prices, chunk: chunk, first: first, end: end, recompute: recompute)
              guard least.canFit(option) else { continue }
              if allRecomputes {
                options.append(option)
              } else if option.backward < fastest?.backward ?? .infinity {
                fastest = option
              }
            }
            if let fastest { options.append(fastest) }
          }
          let microBatches = Double(frame.microBatches)
          options[before...].removeAll { microBatches * ($0.forward + $0.backward) >= limit }
        }
      }
      return options
    }
  }

  var count: Int { byChunk.reduce(0) { $0 + $1.count } }

  /// The even split: the first chunks take one layer more where the layers do not divide.
  static func evenBoundaries(layers: Int, chunks: Int) -> [Int] {
    LayerSplit(chunkLayers: LayerSplit.evenShares(of: layers, over: chunks), recompute: [])
      .boundaries
  }
}

/// The least that a rank's other chunks can need, whatever they hold.
private struct LeastNeed {
  let prices: FramePrices
  /// The layers that each chunk may hold.
  let sizes: [ClosedRange<Int>]
  private let layerState: Double
  private let layerSaved: [Double]

  init(_ prices: FramePrices, sizes: [ClosedRange<Int>]) {
    self.prices = prices
    self.sizes = sizes
    layerState = (0..<prices.layers).reduce(.infinity) { min($0, prices.layerState($1)) }
    layerSaved = prices.shape.saved.map { sums in
      (0..<prices.layers).reduce(.infinity) { min($0, sums[$1 + 1] - sums[$1]) }
    }
  }

  /// Whether an option leaves room for the least that the stage's other chunks need.
  func canFit(_ option: SplitOption) -> Bool {
    let stages = prices.frame.degrees.pipeline
    let rank = option.chunk % stages
    let chunks = stride(from: rank, to: prices.frame.chunks, by: stages)
    let choice = option.recompute
    var fixed = option.state + prices.transient(rank: rank, recompute: choice)
    for chunk in chunks where chunk != option.chunk {
      fixed += Double(sizes[chunk].lowerBound) * layerState
    }
    return prices.inFlight[rank].allSatisfy { alive in
      var need = fixed
      for (level, chunk) in chunks.enumerated() {
        guard chunk != option.chunk else {
          need += Double(alive[level]) * option.saved
          continue
        }
        // Of a smallest chunk, the first layers keep only their input.
        let size = sizes[chunk].lowerBound
        let full = min(choice.fullLayers, size)
        let saved =
          Double(full) * layerSaved[layerSaved.count - 1]
          + Double(size - full) * layerSaved[choice.policy]
        need += Double(alive[level]) * saved
      }
      return need <= prices.capacity.value
    }
  }
}
