import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("The time of a stage by kind of work")
struct ConsumerTests {
  @Test("Kinds add up to the busiest rank's passes, by kernel and by cause, in 300 random settings")
  func sums() throws {
    var random = SplitMix(seed: 12)
    for _ in 0..<300 {
      let setting = RandomSetting(using: &random)
      let pricer = try setting.pricer()
      let shape = try #require(PipelineCache.shape(of: setting.frame))
      let prices = pricer.prices(of: setting.frame)
      let rank = prices.busiestRank(setting.split, shape)
      let passes = try setting.predict().breakdown.passes
      let work = pricer.consumers(of: setting.frame, shape, split: setting.split, rank: rank)
      let kernels: [Consumer] = [
        .products, .attention, .scans, .experts, .elementWise, .ends,
      ]
      let computed = kernels.reduce(Seconds.zero) { $0 + (work[$1] ?? .zero) }
      #expect(isClose(computed, passes.compute + passes.recompute))
      let causes: [(Consumer, Seconds)] = [
        (.tensorCommunication, passes.tensor), (.contextCommunication, passes.context),
        (.expertCommunication, passes.expert), (.shardingCommunication, passes.sharding),
        (.hostLaunch, passes.launch),
      ]
      for (kind, time) in causes { #expect(isClose(work[kind] ?? .zero, time)) }
      #expect(work.values.allSatisfy { $0 > .zero })
    }
  }

  @Test("Recomputed whole, each kind of work takes one more forward pass")
  func recomputed() throws {
    let costs = try CostModel(
      model: #require(ModelDescription.llama8B), cluster: .h100Nodes(1),
      workload: Workload(globalBatch: 8, sequenceLength: 4096), stack: .megatronCore)
    let pricer = FramePricer(costs)
    let frame = Frame.of(tensor: 8, batch: 8)
    let shape = try #require(PipelineCache.shape(of: frame))
    func work(_ recompute: StageRecompute) -> [Consumer: Seconds] {
      let split = LayerSplit.even(layers: 32, frame: frame, recompute: recompute)
      return pricer.consumers(of: frame, shape, split: split, rank: 0)
    }
    let (plain, full) = (work(.none), work(StageRecompute(fullLayers: 32)))
    // Forward, and twice as much backward: one more is a third of what it was.
    let more = try #require(full[.products]) / #require(plain[.products])
    #expect(isClose(more, 4.0 / 3, within: 0.02))
    #expect(full[.ends] == plain[.ends])
    #expect(plain[.experts] == nil)
  }
}
