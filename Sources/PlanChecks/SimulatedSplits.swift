import CostModel

/// The shortest step over all splits of a frame with several chunks a stage, or with two stages of one,
/// each simulated with the fastest recomputations that fit: the bound that certificates call
/// `enumeration`.
///
/// Two stages share the layers in any way. Splits with several chunks a stage give every chunk the even share of the layers rounded down, one run of neighbouring
/// chunks a layer more, and let the first and the last chunk hold one less where they are not in that
/// run.
struct SimulatedSplits {
  let prices: FramePrices
  let simulator: PipelineSimulator
  /// Whether the stack needs chunks that differ by one layer at most.
  let evenly: Bool

  /// Seconds of makespan; infinite where no split fits in memory.
  var bound: Double {
    sizes.reduce(Double.infinity) { least, sizes in
      let split = prices.fastestSplit(
        boundaries: LayerSplit(chunkLayers: sizes, recompute: []).boundaries)
      return split.map { min(least, prices.makespan($0, with: simulator)) } ?? least
    }
  }

  /// Every split, by the layers of its chunks.
  private var sizes: Set<[Int]> {
    let (chunks, layers) = (prices.frame.chunks, prices.layers)
    guard prices.frame.schedule.isInterleaved else {
      let pairs = (1..<layers).map { [$0, layers - $0] }
      return Set(evenly ? pairs.filter { abs($0[0] - $0[1]) < 2 } : pairs)
    }
    let share = layers / chunks
    var all: Set<[Int]> = []
    for start in 0...chunks {
      for end in start...chunks {
        for (less, fromHead, fromTail) in [(0, 0, 0), (1, 0, 1), (1, 1, 0), (2, 1, 1)]
        where share * chunks + end - start - less == layers {
          if fromHead > 0, start == 0, end > 0 { continue }
          if fromTail > 0, end == chunks, start < chunks { continue }
          var sizes = (0..<chunks).map { share + ((start..<end).contains($0) ? 1 : 0) }
          sizes[0] -= fromHead
          sizes[chunks - 1] -= fromTail
          let differences = (sizes.max() ?? 0) - (sizes.min() ?? 0)
          guard sizes[0] > 0, sizes[chunks - 1] > 0, !evenly || differences <= 1 else { continue }
          all.insert(sizes)
        }
      }
    }
    return all
  }
}
