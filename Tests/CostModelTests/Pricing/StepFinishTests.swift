import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("What a rank does after its last backward pass")
struct StepFinishTests {
  private static let stack: Stack = {
    var stack = Stack.megatronCore
    stack.timing.gradientResidual = 0.1
    stack.timing.gradientExposed = 0.5
    stack.timing.optimizerBytes = 40
    stack.timing.gradientBytes = 4
    return stack
  }()

  private func prices(
    _ frame: Frame, model: ModelDescription? = .llama8B, nodes: Int = 4, adapterRank: Int? = nil
  ) throws -> FramePrices {
    let costs = try CostModel(
      model: #require(model), cluster: .h100Nodes(nodes),
      workload: Workload(globalBatch: 32, sequenceLength: 4096, adapterRank: adapterRank),
      stack: Self.stack, calibration: .steady)
    return FramePricer(costs).prices(of: frame)
  }

  private func links(_ nodes: Int, stride: Int, size: Int, width: Int) throws -> GroupLinks {
    IdentityPlacement(cluster: try .h100Nodes(nodes), calibration: .steady)
      .groupLinks(stride: stride, size: size, in: StageRanks(first: 0, count: width))
  }

  private let times = CollectiveTimes(calibration: .hopper)
  /// All weights of the model.
  private let layers = 8_030_261_248.0

  @Test("One replica has only its optimiser: 40 bytes a weight at the memory's rate")
  func optimizerOnly() throws {
    let prices = try prices(.of(tensor: 8, pipeline: 4, batch: 32))
    let weights = prices.weights(chunk: 1, first: 8, end: 16).total
    #expect(isClose(prices.tail(chunk: 1, first: 8, end: 16, backward: 0), 40 * weights / 3.35e12))
  }

  @Test("Without sharding the gradients are all-reduced in four bytes, and every rank updates all")
  func unsharded() throws {
    let prices = try prices(.of(data: 32, batch: 32, sharding: .none))
    let reduce = times.allReduce(
      Bytes(4 * layers), over: try links(4, stride: 1, size: 32, width: 32))
    let update = 40 * layers / 3.35e12
    #expect(
      isClose(
        prices.tail(chunk: 0, first: 0, end: 32, backward: 0), 0.6 * reduce.value + update))
    // Of what a longer backward pass covers, only the residue is seen.
    #expect(
      isClose(
        prices.tail(chunk: 0, first: 0, end: 32, backward: 1), 0.1 * reduce.value + update))
  }

  @Test("A sharded optimiser scatters gradients, gathers weights, and updates its share")
  func sharded() throws {
    let prices = try prices(.of(tensor: 2, data: 16, batch: 32))
    let weights = prices.weights(chunk: 0, first: 0, end: 32).dense
    let group = try links(4, stride: 2, size: 16, width: 32)
    let exchange =
      times.reduceScatter(Bytes(4 * weights), over: group)
      + times.allGather(Bytes(2 * weights), over: group)
    let expected = 0.1 * exchange.value + 40 * weights / 16 / 3.35e12
    #expect(isClose(prices.tail(chunk: 0, first: 0, end: 32, backward: 1), expected))
  }

  @Test("Groups that each hold the state scatter gradients inside, and add up shards across")
  func grouped() throws {
    var frame = Frame.of(tensor: 2, data: 16, batch: 32)
    frame.stateReplicas = 4
    let prices = try prices(frame)
    let weights = prices.weights(chunk: 0, first: 0, end: 32).dense
    // Groups of 4 replicas fill a node; the same shard is 8 ranks further on in the next one.
    let group = try links(4, stride: 2, size: 4, width: 32)
    let across = try links(4, stride: 8, size: 4, width: 32)
    let exchange =
      times.reduceScatter(Bytes(4 * weights), over: group)
      + times.allReduce(Bytes(4 * weights / 4), over: across)
      + times.allGather(Bytes(2 * weights), over: group)
    let expected = 0.1 * exchange.value + 40 * weights / 4 / 3.35e12
    #expect(isClose(prices.tail(chunk: 0, first: 0, end: 32, backward: 1), expected))
    var whole = frame
    whole.stateReplicas = 1
    #expect(isClose(prices.denseShare.optimizer, 4 * (try self.prices(whole).denseShare.optimizer)))
  }

  @Test("Under full sharding groups gather inside, and add up shards of gradients across")
  func groupedLayers() throws {
    var frame = Frame.of(data: 32, batch: 32, sharding: .parameters)
    frame.stateReplicas = 4
    let costs = try CostModel(
      model: #require(.llama8B), cluster: .h100Nodes(4),
      workload: Workload(globalBatch: 32, sequenceLength: 4096), stack: Self.stack,
      calibration: .steady)
    let pricer = FramePricer(costs)
    let shape = pricer.layerShape(of: frame)
    #expect(shape.shardedOver == 8)
    let (group, across) = (
      try links(4, stride: 1, size: 8, width: 32), try links(4, stride: 8, size: 4, width: 32)
    )
    #expect(shape.shardingLinks == group)
    #expect(shape.stateReplicaLinks == across)
    let layer = pricer.layerPricer(shape, on: costs.anyDevice)
    let (forward, backward) = layer.gathering(of: HeldWeights(dense: 8e6, expert: 0))
    #expect(forward == times.allGather(Bytes(16e6), over: group))
    let reduce =
      times.reduceScatter(Bytes(32e6), over: group) + times.allReduce(Bytes(4e6), over: across)
    #expect(isClose(backward.value, (forward + reduce).value))
  }

  @Test("Under full sharding the layers have exchanged everything already")
  func fullySharded() throws {
    let prices = try prices(.of(data: 32, batch: 32, sharding: .parameters))
    #expect(
      isClose(
        prices.tail(chunk: 0, first: 0, end: 32, backward: 0), 40 * layers / 32 / 3.35e12))
  }

  @Test("Beside frozen weights, only the adapters' gradients are reduced and updated")
  func adapters() throws {
    let prices = try prices(.of(data: 32, batch: 32, sharding: .none), adapterRank: 16)
    // Rank 16 beside the products from 4,096 to 6,144 and back to 4,096, of 218,112,000 weights.
    let share: Double = 16 * (4096 + 6144 + 4096 + 4096) / 218_112_000
    let reduce = times.allReduce(
      Bytes(4 * share * layers), over: try links(4, stride: 1, size: 32, width: 32))
    let update = 40 * share * layers / 3.35e12
    #expect(
      isClose(
        prices.tail(chunk: 0, first: 0, end: 32, backward: 1), 0.1 * reduce.value + update))
  }

  @Test("Only the chunk whose gradients are last can outlast its backward pass")
  func chunks() throws {
    let prices = try prices(
      .of(
        tensor: 4, data: 4, pipeline: 2, batch: 32, schedule: .interleaved(virtualStages: 4)))
    func tail(_ chunk: Int, _ backward: Double) -> Double {
      prices.tail(chunk: chunk, first: 4 * chunk, end: 4 * chunk + 4, backward: backward)
    }
    #expect(tail(1, 0) > tail(1, 1))
    #expect(tail(3, 0) == tail(3, 1))
    #expect(isClose(tail(1, 1), tail(3, 1)))
  }

  @Test("The stages that share a table add up its gradients over the link between them")
  func tiedTable() throws {
    let model = try ModelDescription.gpt(layers: 8, hidden: 4096, heads: 32)
    let prices = try prices(.of(tensor: 8, pipeline: 4, batch: 32), model: model)
    let weights = prices.weights(chunk: 0, first: 0, end: 2).total
    let held = 51_200 * 4_096.0 / 8 + 2_048 * 4_096
    // All-reduced over two ranks, which each send it once, on different nodes.
    let link = try IdentityPlacement(cluster: .h100Nodes(4), calibration: .steady).stageLink(
      from: StageRanks(first: 24, count: 8), to: StageRanks(first: 0, count: 8))
    let exchange = link.time(Bytes(4 * held)).value
    #expect(
      isClose(
        prices.tail(chunk: 0, first: 0, end: 2, backward: 0), 40 * weights / 3.35e12 + exchange))
    let inner = prices.weights(chunk: 1, first: 2, end: 4).total
    #expect(isClose(prices.tail(chunk: 1, first: 2, end: 4, backward: 0), 40 * inner / 3.35e12))
  }

  @Test("A rank that holds both ends of the model has no table to add up with another")
  func bothEnds() throws {
    let model = try ModelDescription.gpt(layers: 8, hidden: 4096, heads: 32)
    let prices = try prices(
      .of(tensor: 8, pipeline: 4, batch: 32, schedule: .zeroBubbleV), model: model)
    let weights = prices.weights(chunk: 0, first: 0, end: 1).total
    #expect(
      isClose(prices.tail(chunk: 0, first: 0, end: 1, backward: 0), 40 * weights / 3.35e12))
  }
}
