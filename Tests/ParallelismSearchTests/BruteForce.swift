import CostModel
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// Everything that a frame allows, tried: all layer splits, all recomputations of all stages (where a
/// stage has several chunks, the ones that take it least time), each simulated exactly.
struct BruteForce {
  let prices: FramePrices
  private let simulator: PipelineSimulator
  private let pinnedPolicy: Int?
  private let capabilities: Capabilities

  init?(_ frame: Frame, _ pricer: FramePricer) {
    guard let shape = PipelineCache.shape(of: frame) else { return nil }
    prices = pricer.prices(of: frame)
    simulator = pricer.pipelines.simulator(shape)
    pinnedPolicy = pricer.model.pinnedPolicy
    capabilities = pricer.model.stack.capabilities
  }

  private var stages: Int { prices.frame.degrees.pipeline }

  /// The shortest makespan in seconds; infinite where nothing fits.
  var optimum: Double {
    var best = Double.infinity
    forEachSplit { best = min(best, optimum($0)) }
    return best
  }

  // MARK: Splits

  private func forEachSplit(_ body: ([Int]) -> Void) {
    var boundaries = [0]
    func extend() {
      let chunk = boundaries.count - 1
      guard chunk < prices.frame.chunks else {
        if boundaries[chunk] == prices.layers, isRegular(boundaries) { body(boundaries) }
        return
      }
      let sizes = prices.frame.chunkSizes(
        chunk, layers: prices.layers, evenly: !capabilities.supportsUnevenStages)
      for size in sizes
      where boundaries[chunk] + size <= prices.layers {
        boundaries.append(boundaries[chunk] + size)
        extend()
        boundaries.removeLast()
      }
    }
    extend()
  }

  /// Whether one chunk a stage, or one run of larger chunks in the middle, the ends maybe one less.
  private func isRegular(_ boundaries: [Int]) -> Bool {
    guard prices.frame.chunks > stages else { return true }
    let sizes = zip(boundaries.dropFirst(), boundaries).map { $0 - $1 }
    let share = prices.layers / sizes.count
    if !capabilities.supportsUnevenStages, (sizes.max() ?? 0) - (sizes.min() ?? 0) > 1 {
      return false
    }
    let pattern = sizes.map { $0 - share }
    guard pattern.allSatisfy({ (-1...1).contains($0) }),
      pattern.dropFirst().dropLast().allSatisfy({ $0 >= 0 })
    else { return false }
    let larger = pattern.indices.filter { pattern[$0] == 1 }
    guard let first = larger.first, let last = larger.last else { return true }
    return larger.count == last - first + 1
  }

  // MARK: Recomputations

  /// Named modules in all layers, or the first layers of every chunk whole: any number or all, as the
  /// stack can.
  private func choices(longestChunk: Int) -> [StageRecompute] {
    let full = prices.policies - 1
    let modules = (0..<full).map { StageRecompute(policy: $0) }
    let whole = (1...longestChunk).map { StageRecompute(fullLayers: $0) }
    guard let pinned = pinnedPolicy else {
      return modules + (capabilities.partialRecompute ? whole : [whole[longestChunk - 1]])
    }
    return pinned == full ? [whole[longestChunk - 1]] : [modules[pinned]]
  }

  /// The first of those that take a stage least time over all its chunks.
  private func fastest(
    _ choices: [StageRecompute], _ rank: Int, _ plain: LayerSplit
  ) -> [StageRecompute] {
    let times = choices.map { choice in
      stride(from: rank, to: plain.chunks, by: stages).reduce(0.0) { sum, chunk in
        let run = plain.layers(ofChunk: chunk)
        return sum
          + prices.backward(
            chunk: chunk, first: run.lowerBound, end: run.upperBound, policy: choice.policy,
            full: min(choice.fullLayers, run.count))
      }
    }
    return choices.indices.min { times[$0] < times[$1] }.map { [choices[$0]] } ?? []
  }

  private func optimum(_ boundaries: [Int]) -> Double {
    let plain = LayerSplit(
      boundaries: boundaries, recompute: Array(repeating: .none, count: stages))
    let fitting = (0..<stages).map { rank in
      let longest =
        stride(from: rank, to: plain.chunks, by: stages)
        .map { plain.layers(ofChunk: $0).count }.max() ?? 1
      return choices(longestChunk: longest).filter { choice in
        var split = plain
        split.recompute[rank] = choice
        return prices.allocated(rank: rank, split: split) <= prices.capacity(rank: rank)
          && prices.host(rank: rank, split: split) <= prices.hostCapacity(rank: rank)
      }
    }
    guard fitting.allSatisfy({ !$0.isEmpty }) else { return .infinity }
    let tried =
      plain.chunks == stages ? fitting : fitting.enumerated().map { fastest($1, $0, plain) }
    var times = prices.times(plain)
    var best = Double.infinity
    func choose(_ rank: Int) {
      guard rank < stages else {
        let makespan = simulator.simulate(
          forward: times.forward, backward: times.backward, hop: prices.hop, tail: times.tail)
        best = min(best, makespan)
        return
      }
      for choice in tried[rank] {
        times.tail[rank] = 0
        for chunk in stride(from: rank, to: plain.chunks, by: stages) {
          let run = plain.layers(ofChunk: chunk)
          let backward = prices.backward(
            chunk: chunk, first: run.lowerBound, end: run.upperBound, policy: choice.policy,
            full: min(choice.fullLayers, run.count))
          times.backward[chunk] = backward
          times.tail[rank] += prices.tail(
            chunk: chunk, first: run.lowerBound, end: run.upperBound, backward: backward)
        }
        choose(rank + 1)
      }
    }
    choose(0)
    return best
  }
}
