import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Weights, gradients and optimiser state by sharding")
struct StateBytesTests {
  private let whole = StateBytes(weight: 2, gradient: 4, optimizer: 12)

  @Test("A weight trained with Adam in sixteen bits takes 18 bytes")
  func adam() throws {
    let costs = try CostModel(
      model: #require(ModelDescription.llama8B), cluster: .h100Nodes(1),
      workload: Workload(globalBatch: 8, sequenceLength: 4096), stack: .megatronCore)
    let state = StateBytes(model: costs, frame: .of(data: 8, batch: 8))
    #expect((state.weight, state.gradient, state.optimizer) == (2, 4, 12))
    #expect(state.total == 18)
  }

  @Test(
    "Over 8 ranks: 18 bytes; 6 + 12/8; 2 + 16/8; 18/8",
    arguments: [
      (Sharding.none, 18.0), (.optimizer, 7.5), (.gradients, 4), (.parameters, 2.25),
    ])
  func sharding(sharding: Sharding, bytes: Double) {
    #expect(whole.parts(sharding, over: 8).total == bytes)
    #expect(whole.parts(sharding, over: 1).total == 18)
  }

  @Test("A rank of Llama-3.1-8B over 4 tensor ranks and 2 stages holds an eighth and its table")
  func llama() throws {
    let costs = try CostModel(
      model: #require(ModelDescription.llama8B), cluster: .h100Nodes(2),
      workload: Workload(globalBatch: 8, sequenceLength: 4096), stack: .megatronCore)
    let frame = Frame.of(tensor: 4, data: 2, pipeline: 2, batch: 8)
    let prices = FramePricer(costs).prices(of: frame)
    // 16 layers of 218,103,808 cut weights and 8,192 of normalisation, 128,256 · 4,096 of the table.
    let layers = 16 * (218_103_808.0 / 4 + 8_192)
    let table = 128_256.0 * 4_096 / 4
    #expect(prices.weights(chunk: 0, first: 0, end: 16).total == layers + table)
    #expect(prices.weights(chunk: 1, first: 16, end: 32).total == layers + table + 4_096)
    #expect(prices.state(chunk: 0, first: 0, end: 16) == (layers + table) * (6 + 12 / 2))
  }

  @Test("A shared table is held by the first and the last stage, and once by a single stage")
  func tied() throws {
    let costs = try CostModel(
      model: .gpt(layers: 4, hidden: 1024, heads: 16), cluster: .h100Nodes(1),
      workload: Workload(globalBatch: 8, sequenceLength: 1024), stack: .megatronCore)
    func held(_ frame: Frame) -> (first: Double, last: Double) {
      let shape = FramePricer(costs).prices(of: frame).shape
      return (shape.embedding.weights.dense, shape.head.weights.dense)
    }
    let table = 51_200.0 * 1024
    #expect(held(.of(data: 8, batch: 8)) == (table + 2048 * 1024, 2048))
    #expect(held(.of(data: 4, pipeline: 2, batch: 8)) == (table + 2048 * 1024, table + 2048))
  }
}
