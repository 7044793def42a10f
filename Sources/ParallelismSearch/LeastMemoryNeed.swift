import CostModel
import ParallelismVocabulary
import Quantities

/// The least memory that any split of a frame needs on its fullest rank, with everything recomputed, or
/// what is kept offloaded where that takes less; with what is pinned, where that is.
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
  /// allocate, which is a bound, until that exceeds the best share found, or one that is asked for.
  public static func least(
    in space: SearchSpace, pricer: FramePricer, atMost limit: Double = .infinity
  ) -> LeastMemoryNeed? {
    var frames = widest(space).flatMap { space.frames(of: $0) }
    if frames.isEmpty { frames = space.frames() }
    let ordered = roomiest(frames)
      .map { (mean: pricer.pricesForFormulas(of: $0).meanShare, frame: $0) }
      .sorted { ($0.mean, $0.frame) < ($1.mean, $1.frame) }
    var best: LeastMemoryNeed?
    for (mean, frame) in ordered {
      if mean >= best?.share ?? .infinity || mean > limit { break }
      let need = LeastMemoryNeed(
        pricer.prices(of: frame), evenly: !space.model.stack.capabilities.supportsUnevenStages)
      if need.share < best?.share ?? .infinity { best = need }
    }
    return best
  }

  /// The families of a space without those of which others have a multiple of their replicas: where all
  /// devices are alike, more replicas share out more, and have fewer micro-batches each.
  private static func widest(_ space: SearchSpace) -> [FrameFamily] {
    let families = space.families()
    guard !space.model.isMixed else { return families }
    struct Cut: Hashable {
      let tensor: Int
      let context: Int
      let pipeline: Int
      init(_ degrees: ParallelismDegrees) {
        (tensor, context, pipeline) = (degrees.tensor, degrees.context, degrees.pipeline)
      }
    }
    let replicas = Dictionary(grouping: families.map(\.degrees), by: Cut.init)
    return families.filter { family in
      let data = family.degrees.data
      // One replica alone has no ranks to communicate with, which takes memory.
      return data == 1
        || !replicas[Cut(family.degrees), default: []].contains {
          $0.data > data && $0.data.isMultiple(of: data)
        }
    }
  }

  /// Of the frames with the same degrees and sharding, the one that takes least memory: with the smallest
  /// micro-batches, of which as many tokens as before are in flight at most, shared out over tensor ranks,
  /// and with the fewest copies of state. What else a frame chooses takes no memory.
  private static func roomiest(_ frames: [Frame]) -> [Frame] {
    struct Key: Hashable {
      let degrees: ParallelismDegrees
      let sharding: Sharding
      let groupOrder: Int
    }
    func rank(_ frame: Frame) -> (Int, Int, Int) {
      (frame.microBatchSize, frame.sequenceParallel ? 0 : 1, frame.stateReplicas)
    }
    var least: [Key: Frame] = [:]
    for frame in frames {
      var simple = frame
      simple.schedule = .oneForwardOneBackward
      let key = Key(
        degrees: frame.degrees, sharding: frame.sharding, groupOrder: frame.groupOrder)
      if let known = least[key] {
        let (one, other) = (rank(known), rank(simple))
        if one == other ? known <= simple : one < other { continue }
      }
      least[key] = simple
    }
    return Array(least.values)
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
          let need = max(
            least[first], prices.roomiest(stage: stage, first: first, end: end).share)
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
        prices.roomiest(stage: $0, first: boundaries[$0], end: boundaries[$0 + 1]).choice
      })
    let needs = (0..<stages).map {
      prices.roomiest(stage: $0, first: boundaries[$0], end: boundaries[$0 + 1]).share
    }
    rank = needs.indices.max { needs[$0] < needs[$1] } ?? 0
  }
}

extension FramePrices {
  /// What a stage of some layers allocates where it recomputes or offloads so that this is least, over
  /// what it may; or what it then has in its host's memory, where that is fuller.
  func roomiest(stage: Int, first: Int, end: Int) -> (share: Double, choice: StageRecompute) {
    let alive = Double(inFlight[stage][0][0])
    let state = state(chunk: stage, first: first, end: end)
    let hostState = hostState(chunk: stage, rank: stage, first: first, end: end)
    func need(_ choice: StageRecompute) -> Double {
      let kept = saved(
        chunk: stage, first: first, end: end, policy: choice.policy, full: choice.fullLayers)
      let host = offloaded(
        chunk: stage, first: first, end: end, policy: choice.policy, full: choice.fullLayers)
      return max(
        share(
          state + transient(rank: stage, recompute: choice) + alive * kept,
          of: capacity(rank: stage)),
        share(hostState + alive * host, of: hostCapacity(rank: stage)))
    }
    var best = (share: Double.infinity, choice: StageRecompute.none)
    for choice in roomyChoices(layers: end - first) {
      let share = need(choice)
      if share < best.share { best = (share, choice) }
    }
    return best
  }

  /// A bound on the fullest rank's share: what all ranks need at least over all capacity.
  var meanShare: Double {
    share(leastNeed, of: (0..<frame.degrees.pipeline).reduce(0) { $0 + capacity(rank: $1) })
  }

  /// The choices of which one leaves most room: what is pinned, or all layers recomputed whole and those
  /// that offload.
  private func roomyChoices(layers: Int) -> [StageRecompute] {
    hasPinnedRecompute
      ? recomputeChoices(largestChunk: layers)
      : [StageRecompute(fullLayers: layers)] + offloadingPolicies.map { StageRecompute(policy: $0) }
  }

  /// Where nothing is left beside the framework, a byte: shares stay finite, and larger needs worse.
  private func share(_ need: Double, of capacity: Double) -> Double { need / max(1, capacity) }
}
