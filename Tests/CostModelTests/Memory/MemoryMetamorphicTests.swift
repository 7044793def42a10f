import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("Memory changes only in the directions that it should")
struct MemoryMetamorphicTests {
  @Test("Recomputing all layers of a stage never takes more memory, in 1,000 random frames")
  func recompute() throws {
    var random = SplitMix(seed: 83)
    var compared = 0
    for _ in 0..<1_000 {
      guard let frame = try RandomFrame(memoryBinds: false, using: &random),
        var split = LayerSplit.random(frame.prices, using: &random)
      else { continue }
      let prices = frame.prices
      for rank in 0..<prices.frame.degrees.pipeline {
        // The table's gradient stands beside what other micro-batches keep, however little that is.
        guard rank > 0, prices.shape.kinds.count == 1 else { continue }
        split.recompute[rank] = .none
        let plain = prices.allocated(rank: rank, split: split)
        for choice in prices.recomputeChoices(largestChunk: prices.layers) {
          split.recompute[rank] =
            choice.fullLayers > 0 ? StageRecompute(fullLayers: prices.layers) : choice
          #expect(prices.allocated(rank: rank, split: split) <= plain * (1 + 1e-12))
          compared += 1
        }
      }
    }
    #expect(compared > 1_000)
  }

  @Test(
    "More replicas never take more memory of a rank, whatever they share out",
    arguments: Sharding.allCases)
  func replicas(sharding: Sharding) throws {
    for name in ["megatron-core", "torchtitan", "deepspeed"] {
      var last = Double.infinity
      for data in [2, 4, 8, 16, 32] {
        let costs = try CostModel(
          model: #require(ModelDescription.llama8B), cluster: .h100Nodes(16),
          workload: Workload(globalBatch: 4 * data, sequenceLength: 4096),
          stack: #require(Stack.named(name)))
        let frame = Frame.of(
          tensor: 2, data: data, pipeline: 2, batch: 4 * data, sharding: sharding)
        let memory = FramePricer(costs).prices(of: frame).memory(
          rank: 0, split: .even(layers: 32, frame: frame))
        #expect(memory.peak.value <= last)
        last = memory.peak.value
      }
    }
  }

  @Test("The order of a stage's layers does not matter")
  func order() throws {
    let dense =
      "{ \"attention\": { \"heads\": 8 }, \"feedForward\": { \"intermediateSize\": 4096 } }"
    let experts =
      "{ \"attention\": { \"heads\": 8 }, \"feedForward\": "
      + "{ \"count\": 8, \"perToken\": 2, \"intermediateSize\": 1024 } }"
    func memory(_ layers: [String]) throws -> [StageMemory] {
      let model = try ModelDescription.native(
        "\"hiddenSize\": 1024, \"vocabularySize\": 32000, \"layers\": ["
          + layers.joined(separator: ", ") + "]")
      let costs = try CostModel(
        model: model, cluster: .h100Nodes(1),
        workload: Workload(globalBatch: 32, sequenceLength: 4096), stack: .megatronCore)
      let frame = Frame.of(expert: 4, data: 4, pipeline: 2, batch: 32)
      let prices = FramePricer(costs).prices(of: frame)
      return (0..<2).map { prices.memory(rank: $0, split: .even(layers: 8, frame: frame)) }
    }
    let one = try memory([dense, dense, experts, experts, experts, experts, dense, dense])
    let other = try memory([experts, dense, experts, dense, dense, experts, dense, experts])
    for (left, right) in zip(one, other) {
      #expect(isClose(left.peak, right.peak))
      #expect(isClose(left.activations, right.activations))
    }
  }

  @Test("Adapters beside frozen weights take a fraction of the state, and fewer activations")
  func adapters() throws {
    func memory(_ rank: Int?) throws -> StageMemory {
      let costs = try CostModel(
        model: #require(ModelDescription.llama8B), cluster: .h100Nodes(1),
        workload: Workload(globalBatch: 8, sequenceLength: 4096, adapterRank: rank),
        stack: .megatronCore)
      let frame = Frame.of(data: 8, batch: 8)
      return FramePricer(costs).prices(of: frame).memory(
        rank: 0, split: .even(layers: 32, frame: frame))
    }
    let (all, adapters) = (try memory(nil), try memory(16))
    #expect(adapters.gradients < 0.01 * all.gradients)
    #expect(adapters.optimizer < 0.01 * all.optimizer)
    #expect(adapters.weights < 1.01 * all.weights)
    // Inputs of feed-forward products are read by weight gradients alone: 2·(h + f) a token, and the
    // head's.
    let inputs: Double = 2 * 4096 * (32 * (4096 + 14336) + 4096)
    let less = all.activations.value - adapters.activations.value
    #expect(isClose(less, inputs))
  }

  @Test("Eight-bit products keep their inputs in eight bits, attention's output in both")
  func quantised() throws {
    func saved(_ precision: Precision, _ stack: Stack) throws -> Double {
      let costs = try CostModel(
        model: #require(ModelDescription.llama8B), cluster: .h100Nodes(1),
        workload: Workload(globalBatch: 8, sequenceLength: 4096, precision: precision),
        stack: stack)
      return FramePricer(costs).prices(of: .of(data: 8, batch: 8)).shape.kinds[0][0].saved.value
    }
    let less = try saved(.bf16, .megatronCore) - saved(.fp8, .megatronCore)
    let inputs: Double = 4096 * (2 * 4096 + 14336 - 4096)
    #expect(less == inputs)
    let titan = try (saved(.bf16, .torchtitan), saved(.fp8, .torchtitan))
    #expect(titan.0 == titan.1)
  }

  @Test("Context and communicators stand outside of the allocator, one for each axis in use")
  func outside() throws {
    let memory = StackMemory.transformerEngine
    let alone = memory.outside(of: .of(batch: 8))
    #expect(alone == .gibibytes(0.6))
    let busy = memory.outside(
      of: .of(tensor: 2, context: 2, expert: 2, data: 2, pipeline: 2, batch: 8))
    #expect(isClose(busy - alone, 5 * StackMemory.communicator))
  }
}
