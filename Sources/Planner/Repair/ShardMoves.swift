import CostModel
import LaunchPlan
import ParallelismVocabulary
import Quantities

/// The state that lies where it is needed, and that which has to move, from one layout to another.
struct ShardMoves {
  private let before: LaunchPlan.Layout
  private let frame: Frame
  private let shares: (dense: WeightShare, expert: WeightShare)
  /// The elements of a rank of the new stage s that stage b held before, at s · stages before + b.
  private let common: [HeldWeights]
  /// The rank that a device held, by its host's name and its index.
  private let oldRanks: [String: Range<Int>]

  init(from before: LaunchPlan.Layout, to split: LayerSplit, _ prices: FramePrices) {
    self.before = before
    frame = prices.frame
    shares = (prices.denseShare, prices.expertShare)
    let stages = before.parallelism.pipeline
    let pipeline = prices.frame.degrees.pipeline
    var common = [HeldWeights](repeating: .none, count: pipeline * stages)
    let oldStage = Self.stages(before.stages, layers: prices.layers)
    for chunk in 0..<split.chunks {
      let stage = chunk % pipeline
      // The embedding or the head, which lay at either end before too; a single chunk has both.
      let ends = prices.weights(chunk: chunk, first: 0, end: 0)
      let old = chunk == 0 ? 0 : stages - 1
      common[stage * stages + old] = common[stage * stages + old] + ends
      for layer in split.layers(ofChunk: chunk) {
        let place = stage * stages + oldStage[layer]
        common[place] =
          common[place] + prices.weights(chunk: chunk, first: layer, end: layer + 1) - ends
      }
    }
    self.common = common
    var oldRanks: [String: Range<Int>] = [:]
    var next = 0
    for run in before.hosts {
      for name in run.names {
        oldRanks[name] = next..<next + run.devices
        next += run.devices
      }
    }
    self.oldRanks = oldRanks
  }

  /// The stage that held each layer.
  private static func stages(_ stages: [LaunchPlan.Stage], layers: Int) -> [Int] {
    var stage = [Int](repeating: 0, count: layers)
    for (index, value) in stages.enumerated() {
      for run in value.layerRuns { for layer in run { stage[layer] = index } }
    }
    return stage
  }

  /// What a device held; `nil` where it is new, or ran nothing.
  private func slices(host: String, device: Int) -> ShardSlices? {
    guard let ranks = oldRanks[host], device < ranks.count,
      ranks.lowerBound + device < before.parallelism.degrees.devices
    else { return nil }
    return ShardSlices(
      rank: ranks.lowerBound + device, before.parallelism.degrees, before.parallelism.sharding,
      groups: before.parallelism.stateGroups, numbered: before.parallelism.axisOrder)
  }

  /// What a rank of the new layout needs.
  private func slices(ofRank rank: Int) -> ShardSlices {
    ShardSlices(
      rank: rank, frame.degrees, frame.sharding, groups: frame.stateReplicas,
      numbered: frame.rankOrder)
  }

  /// The bytes of weights and optimiser state that a rank needs, and those of them that its device
  /// holds.
  private func state(
    of rank: ShardSlices, on held: ShardSlices?
  ) -> (needed: Shard, kept: Shard) {
    let stages = before.parallelism.pipeline
    var (needed, kept) = (Shard(), Shard())
    for old in 0..<stages {
      let elements = common[rank.stage * stages + old]
      let dense = Shard(elements.dense, shares.dense)
      let expert = Shard(elements.expert, shares.expert)
      needed = needed + dense + expert
      guard let held, held.stage == old else { continue }
      kept = kept + dense.scaled(rank.dense, held.dense) + expert.scaled(rank.expert, held.expert)
    }
    return (needed, kept)
  }

  /// What a node of this name would keep if it ran the ranks from `first` on.
  func kept(by host: String, devices: Int, first: Int) -> Double {
    (0..<devices).reduce(0.0) { sum, device in
      let rank = first + device
      guard rank < frame.degrees.devices, let held = slices(host: host, device: device) else {
        return sum
      }
      let kept = state(of: slices(ofRank: rank), on: held).kept
      return sum + kept.weight + kept.optimizer
    }
  }

  /// What moves where ranks run on these hosts in launch order.
  func movement(to hosts: [(name: String, devices: Int)], lost: Set<String>) -> LaunchPlan.Movement
  {
    var movement = LaunchPlan.Movement(
      ranks: 0, stages: [], weights: .zero, optimizer: .zero, checkpoint: .zero)
    var stages: Set<Int> = []
    let places = hosts.lazy.flatMap { host in (0..<host.devices).lazy.map { (host.name, $0) } }
    for (rank, place) in zip(0..<frame.degrees.devices, places) {
      let needs = slices(ofRank: rank)
      let held = lost.contains(place.0) ? nil : slices(host: place.0, device: place.1)
      let state = state(of: needs, on: held)
      let (weight, optimizer) = (
        state.needed.weight - state.kept.weight, state.needed.optimizer - state.kept.optimizer
      )
      // Less than a byte is what rounding leaves.
      guard weight + optimizer >= 1 else { continue }
      movement.ranks += 1
      stages.insert(needs.stage)
      movement.weights += Bytes(weight)
      movement.optimizer += Bytes(optimizer)
    }
    movement.stages = stages.sorted()
    movement.checkpoint = Bytes(lostState(lost))
    return movement
  }

  /// The bytes of one copy of what no node that is left holds.
  private func lostState(_ lost: Set<String>) -> Double {
    let stages = before.parallelism.pipeline
    var left = [[ShardSlices]](repeating: [], count: stages)
    for (host, ranks) in oldRanks where !lost.contains(host) {
      for device in 0..<ranks.count {
        guard let slices = slices(host: host, device: device) else { continue }
        left[slices.stage].append(slices)
      }
    }
    let own = slices(ofRank: 0)
    return (0..<stages).reduce(0.0) { sum, old in
      let elements = (0..<frame.degrees.pipeline).reduce(HeldWeights.none) {
        $0 + common[$1 * stages + old]
      }
      func missing(
        _ elements: Double, _ share: WeightShare, _ pair: KeyPath<ShardSlices, ShardSlices.Pair>
      ) -> Double {
        let slices = left[old].map { $0[keyPath: pair] }
        let weight = Range.uncovered(by: slices.map(\.weight)) / own[keyPath: pair].weight.length
        let state =
          Range.uncovered(by: slices.map(\.optimizer)) / own[keyPath: pair].optimizer.length
        return elements * (weight * share.weight + state * share.optimizer)
      }
      return sum + missing(elements.dense, shares.dense, \.dense)
        + missing(elements.expert, shares.expert, \.expert)
    }
  }
}

/// Bytes of weights and of optimiser state.
private struct Shard {
  var weight = 0.0
  var optimizer = 0.0

  init() {}

  init(_ elements: Double, _ share: WeightShare) {
    weight = elements * share.weight
    optimizer = elements * share.optimizer
  }

  /// The part of it, held under some slices, that lies in others.
  func scaled(_ slices: ShardSlices.Pair, _ others: ShardSlices.Pair) -> Shard {
    var part = self
    part.weight *= slices.weight.share(in: others.weight)
    part.optimizer *= slices.optimizer.share(in: others.optimizer)
    return part
  }

  static func + (one: Shard, other: Shard) -> Shard {
    var sum = one
    sum.weight += other.weight
    sum.optimizer += other.optimizer
    return sum
  }
}
