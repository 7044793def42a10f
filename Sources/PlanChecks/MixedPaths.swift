import CostModel
import LaunchPlan

/// A mixture of paths through an interleaved schedule, and the least that it can be over all splits:
/// the bound that certificates call `multipliers`.
///
/// A step takes at least as long as any mean of paths. Chunks add up in a path, so the least mean is a
/// shortest way: from border to border of the chunks, over the runs of layers that a chunk may hold
/// and that can fit, each with the recomputation that costs least.
struct MixedPaths {
  let prices: FramePrices
  private let room: ChunkRoom
  /// The mean path's passes through each chunk, and its tails by rank.
  private var forward: [Double]
  private var backward: [Double]
  private var tail: [Double]
  private var hops = 0.0

  /// - Parameter weights: a weight for each row, which add up to 1.
  init(_ prices: FramePrices, _ weights: [(row: PathRow, weight: Double)]) {
    self.prices = prices
    room = ChunkRoom(prices)
    forward = Array(repeating: 0, count: prices.frame.chunks)
    backward = forward
    tail = Array(repeating: 0, count: prices.frame.degrees.pipeline)
    for (row, weight) in weights {
      for chunk in forward.indices {
        forward[chunk] += weight * Double(row.forwardPasses[chunk])
        backward[chunk] += weight * Double(row.backwardPasses[chunk])
      }
      tail[row.lastRank] += weight
      hops += weight * Double(row.hops)
    }
  }

  /// Whether no split fits: every way over the layers meets a chunk that nothing fits in.
  static func nothingFits(_ prices: FramePrices) -> Bool {
    MixedPaths(prices, []).bound == .infinity
  }

  /// Seconds of makespan that no split beats; infinite where no split fits.
  var bound: Double {
    let layers = prices.layers
    // By border: the least cost of the chunks before it.
    var cost = [Double](repeating: .infinity, count: layers + 1)
    cost[0] = 0
    for chunk in 0..<prices.frame.chunks {
      let sizes = prices.frame.chunkSizes(chunk, layers: layers)
      var next = [Double](repeating: .infinity, count: layers + 1)
      for first in 0..<layers where cost[first] < .infinity {
        for end in first + sizes.lowerBound..<first + sizes.upperBound + 1 where end <= layers {
          next[end] = min(next[end], cost[first] + least(chunk: chunk, first: first, end: end))
        }
      }
      cost = next
    }
    return cost[layers] + hops * prices.hop
  }

  /// The least cost of a run of layers in a chunk, over the recomputations that can fit.
  private func least(chunk: Int, first: Int, end: Int) -> Double {
    let rank = chunk % prices.frame.degrees.pipeline
    let forward = forward[chunk] * prices.forward(chunk: chunk, first: first, end: end)
    var least = Double.infinity
    for (index, choice) in room.choices.enumerated() {
      guard room.fits(index, chunk: chunk, first: first, end: end) else { continue }
      let backward = prices.backward(
        chunk: chunk, first: first, end: end, policy: choice.policy,
        full: min(choice.fullLayers, end - first))
      let tail = prices.tail(chunk: chunk, first: first, end: end, backward: backward)
      least = min(least, forward + self.backward[chunk] * backward + self.tail[rank] * tail)
    }
    return least
  }
}
