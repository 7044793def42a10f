import CostModel
import ParallelismVocabulary
import Quantities

/// The least memory that any split of a frame needs on its fullest rank, with everything recomputed.
///
/// One chunk a stage; interleaving only adds micro-batches in flight.
public struct LeastMemoryNeed: Sendable {
  public let frame: Frame
  /// What the fullest rank allocates, over what it may: above 1 where it does not fit.
  public let share: Double
  public let split: LayerSplit
  /// The fullest rank.
  public let rank: Int

  /// The frame of a space that comes nearest to fitting; `nil` for a space without frames.
  ///
  /// Frames are taken in the order of the share that all ranks together need of what all may
  /// allocate, which is a bound, until that exceeds the best share found.
  public static func least(in space: SearchSpace, pricer: FramePricer) -> LeastMemoryNeed? {
    let frames = Set(
      space.frames().map { frame in
        var simple = frame
        simple.schedule = .oneForwardOneBackward
        return simple
      })
    let ordered = frames.map { (mean: pricer.prices(of: $0).meanShare, frame: $0) }
      .sorted { ($0.mean, $0.frame) < ($1.mean, $1.frame) }
    var best: LeastMemoryNeed?
    for (mean, frame) in ordered {
      if let best, mean >= best.share { break }
      let need = LeastMemoryNeed(
        pricer.prices(of: frame), evenly: !space.model.stack.capabilities.supportsUnevenStages)
      if need.share < best?.share ?? .infinity { best = need }
    }
    return best
  }

  /// The least need of one frame, by a bottleneck recursion over stages and layers.
  ///
  /// - Parameter evenly: whether stages may differ by one layer at most.
  init(_ prices: FramePrices, evenly: Bool) {
    let stages = prices.frame.degrees.pipeline
    let layers = prices.layers
    // least[a]: the least fullest share of the stages so far when they end before layer a.
    var least = [Double](repeating: .infinity, count: layers + 1)
    least[0] = 0
    var choices: [[Int]] = []
    for stage in 0..<stages {
      var next = [Double](repeating: .infinity, count: layers + 1)
      var choice = [Int](repeating: -1, count: layers + 1)
      let ends =
        stage == stages - 1 ? layers...layers : (stage + 1)...(layers - (stages - 1 - stage))
      for end in ends {
        let sizes = prices.frame.chunkSizes(stage, layers: layers, evenly: evenly)
        for first in stage..<end where least[first] < next[end] && sizes.contains(end - first) {
          let need = max(least[first], prices.leastShare(stage: stage, first: first, end: end))
          if need < next[end] {
            next[end] = need
            choice[end] = first
          }
        }
      }
      least = next
      choices.append(choice)
    }
    var boundaries = [layers]
    for choice in choices.reversed() { boundaries.insert(choice[boundaries[0]], at: 0) }
    frame = prices.frame
    share = least[layers]
    split = LayerSplit(
      boundaries: boundaries,
      recompute: (0..<stages).map {
        StageRecompute(policy: 0, fullLayers: boundaries[$0 + 1] - boundaries[$0])
      })
    let needs = (0..<stages).map {
      prices.leastShare(stage: $0, first: boundaries[$0], end: boundaries[$0 + 1])
    }
    rank = needs.indices.max { needs[$0] < needs[$1] } ?? 0
  }
}

extension FramePrices {
  /// What a stage of some layers allocates when all of them are recomputed, over what it may; or what it
  /// has in its host's memory, where that is fuller.
  func leastShare(stage: Int, first: Int, end: Int) -> Double {
    let need =
      state(chunk: stage, first: first, end: end)
      + transient(rank: stage, recompute: StageRecompute(fullLayers: end - first))
      + Double(inFlight[stage][0][0])
      * saved(chunk: stage, first: first, end: end, policy: 0, full: end - first)
    return max(
      share(need, of: capacity(rank: stage)),
      share(
        hostState(chunk: stage, rank: stage, first: first, end: end),
        of: hostCapacity(rank: stage)))
  }

  /// A bound on the fullest rank's share: all ranks' states and one micro-batch over all capacity.
  var meanShare: Double {
    let stages = frame.degrees.pipeline
    let whole = (0..<stages).reduce(0.0) { sum, stage in
      let first = stage == 0 ? 0 : layers
      return sum + state(chunk: stage, first: first, end: layers)
        + saved(chunk: stage, first: first, end: layers, policy: 0, full: layers - first)
        + transient(rank: stage, recompute: StageRecompute(fullLayers: layers))
    }
    return share(whole, of: (0..<stages).reduce(0) { $0 + capacity(rank: $1) })
  }

  private func share(_ need: Double, of capacity: Double) -> Double {
    capacity > 0 ? need / capacity : .infinity
  }
}
