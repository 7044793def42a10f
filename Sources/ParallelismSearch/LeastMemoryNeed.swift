import CostModel
import ParallelismVocabulary
import Quantities

/// The least memory that any split of a frame needs on its fullest rank, with everything recomputed.
///
/// One chunk a stage; interleaving only adds micro-batches in flight.
public struct LeastMemoryNeed: Sendable {
  public let frame: Frame
  /// What the fullest rank allocates, in bytes.
  public let allocated: Double
  public let split: LayerSplit
  /// The fullest rank.
  public let rank: Int

  /// The frame of a space that comes nearest to fitting; `nil` for a space without frames.
  ///
  /// Frames are taken in the order of the mean need of their ranks, which is a bound, until that
  /// exceeds the best need found.
  public static func least(in space: SearchSpace, pricer: FramePricer) -> LeastMemoryNeed? {
    let frames = Set(
      space.frames().map { frame in
        var simple = frame
        simple.schedule = .oneForwardOneBackward
        return simple
      })
    let ordered = frames.map { (mean: pricer.prices(of: $0).meanNeed, frame: $0) }
      .sorted { ($0.mean, $0.frame) < ($1.mean, $1.frame) }
    var best: LeastMemoryNeed?
    for (mean, frame) in ordered {
      if let best, mean >= best.allocated { break }
      let need = LeastMemoryNeed(pricer.prices(of: frame))
      if need.allocated < best?.allocated ?? .infinity { best = need }
    }
    return best
  }

  /// The least need of one frame, by a bottleneck recursion over stages and layers.
  init(_ prices: FramePrices) {
    let stages = prices.frame.degrees.pipeline
    let layers = prices.layers
    // least[a]: the least fullest need of the stages so far when they end before layer a.
    var least = [Double](repeating: .infinity, count: layers + 1)
    least[0] = 0
    var choices: [[Int]] = []
    for stage in 0..<stages {
      var next = [Double](repeating: .infinity, count: layers + 1)
      var choice = [Int](repeating: -1, count: layers + 1)
      let ends =
        stage == stages - 1 ? layers...layers : (stage + 1)...(layers - (stages - 1 - stage))
      for end in ends {
        for first in stage..<end where least[first] < next[end] {
          let need = max(least[first], prices.leastNeed(stage: stage, first: first, end: end))
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
    allocated = least[layers]
    split = LayerSplit(
      boundaries: boundaries,
      recompute: (0..<stages).map {
        StageRecompute(policy: 0, fullLayers: boundaries[$0 + 1] - boundaries[$0])
      })
    let needs = (0..<stages).map {
      prices.leastNeed(stage: $0, first: boundaries[$0], end: boundaries[$0 + 1])
    }
    rank = needs.indices.max { needs[$0] < needs[$1] } ?? 0
  }
}

extension FramePrices {
  /// What a stage of some layers allocates when all of them are recomputed, in bytes.
  func leastNeed(stage: Int, first: Int, end: Int) -> Double {
    state(chunk: stage, first: first, end: end)
      + transient(rank: stage, recompute: StageRecompute(fullLayers: end - first))
      + Double(inFlight[stage][0][0])
      * saved(chunk: stage, first: first, end: end, policy: 0, full: end - first)
  }

  /// A bound on the fullest rank's need: the mean of all ranks' states and of one micro-batch.
  var meanNeed: Double {
    let stages = frame.degrees.pipeline
    let whole = (0..<stages).reduce(0.0) { sum, stage in
      let first = stage == 0 ? 0 : layers
      return sum + state(chunk: stage, first: first, end: layers)
        + saved(chunk: stage, first: first, end: layers, policy: 0, full: layers - first)
        + transient(rank: stage, recompute: StageRecompute(fullLayers: layers))
    }
    return whole / Double(stages)
  }
}
