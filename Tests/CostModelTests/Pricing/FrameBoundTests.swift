import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("What a frame's closed formulas prove holds for every split of it")
struct FrameBoundTests {
  @Test(
    "No bound exceeds the step of a split that fits, in 2,000 random frames of each kind",
    arguments: [false, true])
  func validity(interleaved: Bool) throws {
    var random = SplitMix(seed: interleaved ? 31 : 32)
    var tried = Tried()
    for _ in 0..<2_000 {
      guard let frame = try RandomFrame(interleaved: interleaved, using: &random) else { continue }
      let prices = frame.prices
      let bounds = [prices.closedFormBound()] + (interleaved ? [prices.ranksBound()] : [])
      tried.frames += 1
      for _ in 0..<8 {
        guard let drawn = LayerSplit.random(prices, using: &random) else { break }
        // As drawn, and with the recomputation that is fastest.
        for split in [drawn, prices.fastestSplit(boundaries: drawn.boundaries)].compactMap(\.self)
        where prices.fits(split) {
          let step = frame.step(split)
          tried.fitting += 1
          for bound in bounds {
            switch bound {
            case .exceedsMemory: tried.violations += 1
            case .step(let seconds):
              if seconds.value > step * (1 + 1e-12) { tried.violations += 1 }
            }
          }
        }
      }
    }
    #expect(tried.violations == 0)
    #expect(tried.frames > 1_900)
    #expect(tried.fitting > 8_000)
  }

  @Test(
    "Nor where memory forces a stage to recompute a little, be it modules or some of its layers whole",
    arguments: [ActivationPlace.device, .host])
  func littleForced(place: ActivationPlace) throws {
    let frame = Frame(
      degrees: ParallelismDegrees(tensor: 8, pipeline: 2), microBatchSize: 1, microBatches: 8,
      schedule: .interleaved(virtualStages: 4), sharding: .none, sequenceParallel: true)
    let model = try ModelDescription.native(
      """
      "hiddenSize": 5120, "vocabularySize": 152064, "layers": 64,
      "attention": { "heads": 64, "keyValueHeads": 8, "headSize": 128 },
      "feedForward": { "intermediateSize": 25600 }
      """)
    var partly = 0
    for length in stride(from: 20_480, through: 32_768, by: 1_024) {
      let costs = try CostModel(
        model: model,
        cluster: ClusterTopology(
          name: "test", nodeGroups: [try .of("DGX-H100", nodes: 2)],
          fabrics: [Fabric(name: "network", kind: .infiniband)]),
        workload: Workload(globalBatch: 8, sequenceLength: length, activationPlace: place),
        stack: .megatronCore)
      let pricer = FramePricer(costs)
      let prices = pricer.prices(of: frame)
      let shape = try #require(PipelineCache.shape(of: frame))
      let simulator = pricer.pipelines.simulator(shape)
      guard case .step(let bound) = prices.ranksBound() else { continue }
      for sizes in RegularSplits(layers: 64, chunks: 8).sizes {
        let boundaries = LayerSplit(chunkLayers: sizes, recompute: []).boundaries
        guard let split = prices.fastestSplit(boundaries: boundaries) else { continue }
        let step = prices.step(makespan: prices.makespan(split, with: simulator))
        #expect(bound <= (1 + 1e-12) * step, "\(length), \(sizes)")
        if split.recompute.contains(where: { (1..<8).contains($0.fullLayers) }) { partly += 1 }
      }
    }
    #expect(partly > 0)
  }

  private struct Tried {
    var frames = 0
    var fitting = 0
    var violations = 0
  }
}
