import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Experts of Mixtral 8×7B: rows, weights and exchanges")
struct ExpertPricesTests {
  /// Every exchange visible, each expert's rows sent for themselves.
  private static let plain: Stack = {
    var stack = Stack.withoutLaunch
    stack.timing.expertExposed = 1
    stack.timing.expertHidden = 0
    stack.timing.sendsOncePerNode = false
    return stack
  }()

  private func pricer(_ uses: [ExpertUse], stack: Stack = plain) throws -> FramePricer {
    FramePricer(
      try CostModel(
        model: #require(ModelDescription.mixtral), cluster: .h100Nodes(4),
        workload: Workload(globalBatch: 32, sequenceLength: 4096, expertUse: uses), stack: stack,
        calibration: .steady))
  }

  private func prices(_ frame: Frame, stack: Stack = plain) throws -> FramePrices {
    try pricer([], stack: stack).prices(of: frame)
  }

  private let times = CollectiveTimes(calibration: .hopper)

  private func links(stride: Int, size: Int) throws -> GroupLinks {
    IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
      .groupLinks(stride: stride, size: size, in: StageRanks(first: 0, count: 32))
  }

  @Test("Over 8 expert ranks each sends its two rows a token there and back, in either pass")
  func dispatch() throws {
    let price = try prices(.of(expert: 8, data: 32, batch: 32)).shape.kinds[0][0]
    let rows = Bytes(4096.0 * 2 * 4096 * 2)
    let exchange = times.allToAll(rows, over: try links(stride: 1, size: 8))
    #expect(isClose(price.forward.expert, 2 * exchange))
    #expect(price.backward.expert == price.forward.expert)
  }

  @Test("Experts cut over the tensor ranks gather their rows before and reduce them after")
  func expertTensor() throws {
    let price = try prices(.of(tensor: 4, expertTensor: 4, data: 8, batch: 32)).shape.kinds[0][0]
    let rows = Bytes(4096.0 * 2 * 4096 * 2)
    let reduce = times.allReduce(rows, over: try links(stride: 1, size: 4))
    #expect(isClose(price.forward.expert, reduce))
  }

  /// Two expert ranks of a node's half and as many nodes: rows go both ways, inside and between.
  private static let twoNodes = Frame.of(
    tensor: 2, expert: 8, expertTensor: 2, data: 16, batch: 32)

  @Test("Across two nodes, what stays inside and what crosses the network pass at once")
  func twoNodes() throws {
    let price = try prices(Self.twoNodes).shape.kinds[0][0]
    let rows = 4096.0 * 2 * 4096 * 2
    // Four of eight members in each node: half of a rank's own rows cross, twice 14 µs away.
    let link = try links(stride: 2, size: 8).outer
    let between = 2 * (link.latency.value + 0.5 * rows / 2 / 42.5e9)
    #expect(isClose(price.forward.expert.value, between))
  }

  @Test("Sent once for each node, two choices of experts on two nodes cross 1.5 times, not twice")
  func oncePerNode() throws {
    var stack = Self.plain
    stack.timing.sendsOncePerNode = true
    let price = try prices(Self.twoNodes, stack: stack).shape.kinds[0][0]
    let rows = 4096.0 * 2 * 4096 * 2
    let link = try links(stride: 2, size: 8).outer
    let between = 2 * (link.latency.value + 0.75 * 0.5 * rows / 2 / 42.5e9)
    #expect(isClose(price.forward.expert.value, between))
  }

  @Test("What crosses the network hides behind computation, but what stays inside does not")
  func hidden() throws {
    var stack = Self.plain
    stack.timing.expertHidden = 1
    let price = try prices(Self.twoNodes, stack: stack).shape.kinds[0][0]
    let rows = Bytes(4096.0 * 2 * 4096 * 2)
    let inside =
      2 * times.allToAll(rows / 2, inside: try links(stride: 2, size: 8))
      + times.allReduce(rows, over: try links(stride: 1, size: 2))
    #expect(isClose(price.forward.expert, inside))
    // A tenth of the layer's computation is too short to hide all of it.
    stack.timing.expertHidden = 0.1
    let partly = try prices(Self.twoNodes, stack: stack).shape.kinds[0][0]
    let all = try prices(Self.twoNodes).shape.kinds[0][0]
    #expect(
      isClose(partly.forward.expert, all.forward.expert - 0.1 * all.forward.compute))
  }

  @Test("The visible share of dispatch and combination scales both")
  func exposed() throws {
    var stack = Self.plain
    stack.timing.expertExposed = 0.6
    let frame = Frame.of(expert: 8, data: 32, batch: 32)
    let (all, part) = (try prices(frame), try prices(frame, stack: stack))
    #expect(
      isClose(part.shape.kinds[0][0].forward.expert, 0.6 * all.shape.kinds[0][0].forward.expert))
  }

  @Test("Recomputing the experts dispatches once more")
  func recompute() throws {
    let kinds = try prices(.of(expert: 8, data: 32, batch: 32)).shape.kinds[0]
    let network = kinds[kinds.count - 2]
    #expect(isClose(network.backward.expert, 2 * kinds[0].backward.expert))
  }

  @Test("Experts are held and reduced apart from the weights that all ranks share")
  func weights() throws {
    let prices = try prices(.of(expert: 8, data: 32, batch: 32))
    let held = prices.shape.weights[0]
    #expect(held.expert == 3 * 4096 * 14336)
    // Attention, router and two normalisations.
    #expect(held.dense == 41_943_040 + 32_768 + 8_192)
    #expect(prices.frame.degrees.expertData == 4)
    // 6 bytes, and 12 over the ranks that share a weight.
    #expect(prices.denseState == 6 + 12.0 / 32)
    #expect(prices.expertState == 6 + 12.0 / 4)
  }

  @Test("With few rows, reading the experts' weights takes longer than their products")
  func weightReading() throws {
    let costs = try CostModel(
      model: #require(ModelDescription.mixtral), cluster: .h100Nodes(4),
      workload: Workload(globalBatch: 32, sequenceLength: 16), stack: .withoutLaunch,
      calibration: .steady)
    let price = FramePricer(costs).prices(of: .of(data: 32, batch: 32)).shape.kinds[0][0]
    let bytes: Double = 8 * 3 * 4096 * 14336 * 2
    let reading = bytes / (0.8 * 3.35e12)
    #expect(price.forward.compute.value > reading)
    #expect(price.backward.compute.value > 2 * reading)
  }

  @Test(
    "All ranks wait for the fullest one's experts, and where copies are sent one by one, for its rows"
  )
  func fullest() throws {
    let frame = Frame.of(expert: 8, data: 32, batch: 32)
    let even = try prices(frame).shape.kinds[0][0]
    let uses = [ExpertUse(experts: 8, ranks: 8, imbalance: 1.5)]
    let pricer = try pricer(uses)
    let own = pricer.prices(of: frame).shape.kinds[0][0]
    #expect(isClose(own.forward.expert, 1.5 * even.forward.expert))
    let layer = pricer.model.model.kinds[0]
    let experts = try #require(pricer.expertTimes(of: frame, layer: layer, stage: 0))
    let added =
      own.forward.device + own.backward.device - even.forward.device - even.backward.device
    #expect(isClose(added, 0.5 * experts.perLoad))
    // Other numbers of ranks, and none, are as before.
    let other = Frame.of(expert: 4, data: 32, batch: 32)
    #expect(pricer.prices(of: other).shape.kinds == (try prices(other)).shape.kinds)
  }

  @Test("Sent once for each rank and node, exchanges grow with those that hold a token's experts")
  func reached() throws {
    var stack = Self.plain
    stack.timing.sendsOncePerNode = true
    let chance = try prices(Self.twoNodes, stack: stack).shape.kinds[0][0]
    func expert(_ ranks: Double, _ domains: Double) throws -> Double {
      let use = ExpertUse(
        experts: 8, ranks: 8, ranksPerDomain: 4, imbalance: 1, ranksReached: ranks,
        domainsReached: domains)
      return try pricer([use], stack: stack).prices(of: Self.twoNodes).shape.kinds[0][0].forward
        .expert.value
    }
    // Two choices among eight ranks reach 1.875 of them, among two nodes 1.5.
    #expect(isClose(try expert(1.875, 1.5), chance.forward.expert.value))
    let rows = 4096.0 * 2 * 4096 * 2
    let link = try links(stride: 2, size: 8).outer
    #expect(isClose(try expert(1, 1), 2 * (link.latency.value + 0.5 * 0.5 * rows / 2 / 42.5e9)))
  }
}
