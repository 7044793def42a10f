import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom

@testable import CostModel

/// A small cost model and a frame of it, drawn to strain bounds: mixed layers, tied heads, memory
/// that binds, pinned recomputation, slow hops, long tails, as many micro-batches as stages.
struct RandomFrame {
  let prices: FramePrices
  let simulator: PipelineSimulator

  /// - Parameter schedule: `nil` for any.
  init?(
    interleaved: Bool? = nil, memoryBinds: Bool? = nil, using random: inout SplitMix
  ) throws {
    let problem = Problem(interleaved: interleaved, using: &random)
    var costs = try problem.costModel(memory: .gibibytes(1e6))
    let free = FramePricer(costs).prices(of: problem.frame)
    if memoryBinds ?? Bool.random(using: &random) {
      // Between what a split needs with everything recomputed and with nothing.
      guard let split = LayerSplit.random(free, using: &random) else { return nil }
      func need(_ recompute: StageRecompute) -> Double {
        var pinned = split
        pinned.recompute = pinned.recompute.map { _ in recompute }
        return pinned.recompute.indices.map { free.allocated(rank: $0, split: pinned) }.max() ?? 0
      }
      let least = need(StageRecompute(fullLayers: free.layers))
      let most = max(need(.none), least)
      let capacity = least + .random(in: -0.1...1.1, using: &random) * (most - least)
      let memory = costs.stack.memory
      costs = try problem.costModel(
        memory: (1 + memory.slack) * Bytes(capacity) + memory.outside(of: problem.frame))
    }
    let pricer = FramePricer(costs)
    prices = pricer.prices(of: problem.frame)
    guard let shape = PipelineCache.shape(of: problem.frame) else { return nil }
    simulator = pricer.pipelines.simulator(shape)
  }

  /// Seconds of a split's step.
  func step(_ split: LayerSplit) -> Double {
    prices.step(makespan: prices.makespan(split, with: simulator)).value
  }
}

extension LayerSplit {
  /// Any split of the declared space with any recomputation; `nil` where the frame has none.
  static func random(_ prices: FramePrices, using random: inout SplitMix) -> LayerSplit? {
    let sizes = (0..<prices.frame.chunks).map { prices.frame.chunkSizes($0, layers: prices.layers) }
    var boundaries = [0]
    for (chunk, size) in sizes.enumerated() {
      let after = sizes[(chunk + 1)...]
      let left = prices.layers - boundaries[chunk]
      let least = max(size.lowerBound, left - after.reduce(0) { $0 + $1.upperBound })
      let most = min(size.upperBound, left - after.reduce(0) { $0 + $1.lowerBound })
      guard least <= most else { return nil }
      boundaries.append(boundaries[chunk] + .random(in: least...most, using: &random))
    }
    let largest = (1..<boundaries.count).map { boundaries[$0] - boundaries[$0 - 1] }.max() ?? 1
    let choices = prices.recomputeChoices(largestChunk: largest)
    return LayerSplit(
      boundaries: boundaries,
      recompute: (0..<prices.frame.degrees.pipeline).map { _ in
        choices.randomElement(using: &random) ?? .none
      })
  }
}

/// What a random frame is drawn from, before its memory is known.
private struct Problem {
  var model: String
  var workload: Workload
  var stack: Stack
  var frame: Frame
  var pinned: RecomputePolicy?
  var nicGigabits: Double

  init(interleaved: Bool?, using random: inout SplitMix) {
    func pick<Value>(_ values: [Value]) -> Value {
      values[Int(random.next() % UInt64(values.count))]
    }
    let isInterleaved = interleaved ?? pick([true, false])
    let stages = isInterleaved ? pick([2, 2, 3, 4]) : pick([1, 2, 3, 4, 6])
    let chunks = isInterleaved ? pick([2, 2, 3]) : 1
    let tensor = pick([1, 2])
    let data = pick([1, 2, 4])
    let hidden = pick([512, 1024, 2048])
    let hasExperts = pick([true, false])
    let attention = "\"heads\": 8, \"keyValueHeads\": 4, \"headSize\": 64"
    let dense =
      "{ \"attention\": { \(attention) }, \"feedForward\": { \"intermediateSize\": \(4 * hidden) } }"
    let storing =
      "{ \"attention\": { \(attention), \"fused\": false }, "
      + "\"feedForward\": { \"kind\": \"plain\", \"intermediateSize\": \(hidden) } }"
    let experts =
      "{ \"attention\": { \(attention), \"window\": 128 }, \"feedForward\": "
      + "{ \"count\": 4, \"perToken\": 2, \"intermediateSize\": \(hidden) } }"
    let kinds = pick([
      [dense], [dense, storing], hasExperts ? [dense, experts] : [dense, storing],
    ])
    let layers = stages * chunks * pick([1, 2]) + pick([0, 1, 2, 3])
    let list = (0..<layers).map { _ in pick(kinds) }.joined(separator: ", ")
    model =
      "\"hiddenSize\": \(hidden), \"vocabularySize\": \(pick([1000, 128_000])), "
      + "\"tiedHead\": \(pick([true, false])), \"layers\": [\(list)]"
    let microBatches = isInterleaved ? stages * pick([1, 1, 2, 3]) : pick([1, stages, 7, 12])
    workload = Workload(
      globalBatch: microBatches * data, sequenceLength: pick([256, 1024, 4096]))
    stack = pick([.megatronCore, .torchtitan])
    // Tails from none to many times a step.
    stack.timing.optimizerBytes *= pick([0, 1, 1, 100])
    stack.timing.gradientResidual = pick([0, 0.1, 1])
    stack.timing.gradientExposed = pick([0, 0.5, 1])
    stack.timing.perMicroBatch = .milliseconds(pick([0, 1]))
    if pick([true, false]) {
      stack.timing.launch = .zero
    }
    nicGigabits = pick([0.1, 10, 400])
    pinned = pick([nil, nil, nil, .full, .modules([.feedForward])])
    let ranks = tensor * data
    frame = .of(
      tensor: tensor, expert: kinds.contains(experts) ? pick([1, min(ranks, 4)]) : 1, data: data,
      pipeline: stages, batch: workload.globalBatch,
      schedule: isInterleaved
        ? .interleaved(virtualStages: chunks) : pick([.oneForwardOneBackward, .gpipe]),
      sharding: pick([.none, .optimizer, .gradients, .parameters]),
      sequenceParallel: pick([true, false]))
    let groups = pick([1, 1, 2])
    if frame.sharding != .none, data.isMultiple(of: groups),
      frame.degrees.expertData.isMultiple(of: groups)
    {
      frame.stateReplicas = groups
    }
  }

  func costModel(memory: Bytes) throws -> CostModel {
    var group = try NodeGroup.of("DGX-H100", nodes: 6, gigabitsPerSecond: nicGigabits)
    group.accelerator.visibleMemory = memory
    let cluster = try ClusterTopology(
      name: "random", nodeGroups: [group],
      fabrics: [Fabric(name: "network", kind: .infiniband)])
    return try CostModel(
      model: .native(model), cluster: cluster, workload: workload, stack: stack,
      recompute: pinned, calibration: .steady)
  }
}
