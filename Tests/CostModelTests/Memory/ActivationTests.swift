import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("Activations that are kept from the forward to the backward pass")
struct ActivationTests {
  private func costs(
    _ model: ModelDescription?, length: Int, batch: Int = 64, nodes: Int = 8
  ) throws -> CostModel {
    try CostModel(
      model: #require(model), cluster: .h100Nodes(nodes),
      workload: Workload(globalBatch: batch, sequenceLength: length), stack: .megatronCore)
  }

  @Test(
    "A modern decoder layer keeps (s·b·h/tc)·(12 + 4k/a + 6f/h) bytes and 4·s·b·a/tc of statistics; with context ranks, attention's output twice",
    arguments: [(1, 1, 1), (8, 1, 2), (2, 2, 1), (4, 4, 4)])
  func modernLayer(tensor: Int, context: Int, size: Int) throws {
    let prices = FramePricer(try costs(.llama70B, length: 8192)).prices(
      of: .of(
        tensor: tensor, context: context, data: 64 / tensor / context, batch: 64,
        microBatchSize: size, sharding: .parameters))
    let (s, b, h, a, k, f) = (8192.0, Double(size), 8192.0, 64.0, 8.0, 28672.0)
    let ranks = Double(tensor * context)
    let merged: Double = context > 1 ? 2 : 0
    let hidden = s * b * h / ranks * (12 + merged + 4 * k / a + 6 * f / h)
    #expect(prices.shape.kinds[0][0].saved == Bytes(hidden + 4 * s * b * a / ranks))
  }

  @Test("Full recomputation keeps the layer's input: 2·s·b·h bytes, over the tensor ranks if cut")
  func fullRecomputation() throws {
    let pricer = FramePricer(try costs(.llama8B, length: 4096))
    func kept(_ sequenceParallel: Bool) throws -> Bytes {
      let frame = Frame.of(tensor: 8, data: 8, batch: 64, sequenceParallel: sequenceParallel)
      return try #require(pricer.prices(of: frame).shape.kinds[0].last).saved
    }
    #expect(try kept(true) == Bytes(2 * 4096 * 4096 / 8))
    #expect(try kept(false) == Bytes(2 * 4096 * 4096))
  }

  @Test("1F1B holds p − s micro-batches on stage s, GPipe all of them")
  func inFlight() throws {
    let pricer = FramePricer(try costs(.llama8B, length: 4096))
    func kept(_ schedule: Schedule) -> [Double] {
      let frame = Frame.of(
        tensor: 8, data: 2, pipeline: 4, batch: 64, schedule: schedule)
      let prices = pricer.prices(of: frame)
      let split = LayerSplit.even(layers: 32, frame: frame)
      return (0..<4).map { rank in
        let layers = split.layers(ofChunk: rank)
        let one = prices.saved(
          chunk: rank, first: layers.lowerBound, end: layers.upperBound, policy: 0, full: 0)
        return prices.activations(rank: rank, split: split) / one
      }
    }
    #expect(kept(.oneForwardOneBackward) == [4, 3, 2, 1])
    #expect(kept(.gpipe) == [32, 32, 32, 32])
  }

  @Test("Interleaving over v chunks holds 1 + (p − 1)/(p·v) of all layers on the first stage")
  func interleaved() throws {
    let frame = Frame.of(
      tensor: 8, data: 2, pipeline: 4, batch: 64, schedule: .interleaved(virtualStages: 4))
    let prices = FramePricer(try costs(.llama8B, length: 4096)).prices(of: frame)
    let kept = prices.activations(rank: 0, split: .even(layers: 32, frame: frame))
    let layers = 32 * (1 + 3.0 / 16)
    // Token identifiers beside the layers: 7 warm-up passes and one through the first chunk.
    let identifiers = prices.shape.embedding.saved.value
    let expected = layers * prices.shape.kinds[0][0].saved.value
    #expect(kept > expected)
    #expect(kept <= expected + 8 * identifiers)
  }

  @Test("Recomputing more never keeps more, for any layer and policy")
  func monotone() throws {
    var random = SplitMix(seed: 61)
    for _ in 0..<200 {
      guard let frame = try RandomFrame(memoryBinds: false, using: &random) else { continue }
      for kind in frame.prices.shape.kinds {
        for price in kind {
          #expect(price.saved <= kind[0].saved)
          #expect(price.saved >= kind[kind.count - 1].saved)
          #expect(price.backward.total >= kind[0].backward.total)
          #expect(price.backward.total <= kind[kind.count - 1].backward.total)
        }
      }
    }
  }
}
