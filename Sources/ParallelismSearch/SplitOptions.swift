import CostModel
import ParallelismVocabulary

/// One way to fill one stage: a run of layers, the fastest recomputation that fits, and what that
/// costs.
struct SplitOption {
  var first: Int
  var end: Int
  var recompute: StageRecompute
  /// Seconds of one micro-batch, and after the last.
  var forward: Double
  var backward: Double
  var tail: Double
}

/// Every way to fill every stage of a frame with one chunk a stage, as far as memory allows.
struct SplitOptions {
  let prices: FramePrices
  /// By stage, in rising order of first layer and end.
  let byStage: [[SplitOption]]

  /// The options whose own micro-batches fit under `limit` seconds of makespan.
  ///
  /// - Parameter evenly: whether stages may differ by one layer at most.
  init(_ prices: FramePrices, limit: Double, evenly: Bool) {
    self.prices = prices
    let stages = prices.frame.degrees.pipeline
    let microBatches = Double(prices.frame.microBatches)
    byStage = (0..<stages).map { stage in
      let after = stages - 1 - stage
      let sizes = prices.frame.chunkSizes(stage, layers: prices.layers, evenly: evenly)
      var options: [SplitOption] = []
      for first in stage == 0 ? 0...0 : stage...(prices.layers - after - 1) {
        for end in (after == 0 ? prices.layers : first + 1)...(prices.layers - after)
        where sizes.contains(end - first) {
          guard let fastest = prices.fastestRecompute(rank: stage, first: first, end: end) else {
            continue
          }
          let forward = prices.forward(chunk: stage, first: first, end: end)
          guard microBatches * (forward + fastest.backward) < limit else { continue }
          options.append(
            SplitOption(
              first: first, end: end, recompute: fastest.recompute, forward: forward,
              backward: fastest.backward,
              tail: prices.tail(
                chunk: stage, first: first, end: end, backward: fastest.backward)))
        }
      }
      return options
    }
  }

  var count: Int { byStage.reduce(0) { $0 + $1.count } }

  /// The even split: the first chunks take one layer more where the layers do not divide.
  static func evenBoundaries(layers: Int, chunks: Int) -> [Int] {
    LayerSplit(chunkLayers: LayerSplit.evenShares(of: layers, over: chunks), recompute: [])
      .boundaries
  }
}
