import CostModel
import Quantities
import Testing

@testable import ExpertPlacement

@Suite("Dispatch and load together, in seconds, and experts on nodes")
struct TimeTests {
  private static let times = ExpertTimes(
    perLoad: Seconds(3e-3), perGPU: Seconds(1e-3), perNode: Seconds(2e-3))

  @Test("the fullest GPU counts once, and the slower of GPUs and nodes")
  func byHand() {
    let routes = TokenRoutes(
      tokens: 4, layers: 1, topK: 2, experts: 4, choices: [0, 2, 0, 2, 1, 3, 1, 3])
    let linear = ExpertAssignment.linear(layers: 1, experts: 4, gpus: 2)
    // Two GPUs of one node: 3 ms and two destinations of 1 ms.
    let near = ExpertTimes(perLoad: Seconds(3e-3), perGPU: Seconds(1e-3), perNode: .zero)
    #expect(abs(routes.time(linear, on: .flat(gpus: 2), near).value - 5e-3) < 1e-15)
    let best = TimeSearch(routes, on: .flat(gpus: 2), near).best(SearchEffort(moves: 7_000))
    #expect(abs(routes.time(best, on: .flat(gpus: 2), near).value - 4e-3) < 1e-15)
    let nodes = GPUHierarchy(nodes: 2, gpusPerNode: 1, hopWithinNode: 0.5, hopBetweenNodes: 1)
    #expect(abs(routes.time(linear, on: nodes, Self.times).value - 7e-3) < 1e-15)
  }

  @Test(
    "200 random layers: never slower than in order or better than brute force, nor is the bound")
  func bruteForce() {
    var cases = RandomCases(seed: 33)
    let hierarchies = [
      GPUHierarchy.flat(gpus: 2), .flat(gpus: 3),
      GPUHierarchy(nodes: 2, gpusPerNode: 1, hopWithinNode: 0.5, hopBetweenNodes: 1),
    ]
    var optimal = 0
    for number in 0..<200 {
      let routes = cases.routes(tokens: 12, layers: 1, topK: 3, experts: 6)
      let hierarchy = hierarchies[number % 3]
      let room = 6 / hierarchy.gpus
      let least =
        BruteForce.layers(experts: 6, gpus: hierarchy.gpus, room: room).map {
          routes.time(ExpertAssignment(experts: 6, gpus: $0), on: hierarchy, Self.times).value
        }.min() ?? 0
      let best = TimeSearch(routes, on: hierarchy, Self.times).best(SearchEffort(moves: 14_000))
      let placed = PlacedExperts(best, layers: [0], of: routes, on: hierarchy, Self.times)
      #expect(placed.value >= least - 1e-12)
      #expect(placed.value <= placed.valueInOrder ?? 0)
      #expect(placed.bound <= least)
      if placed.value < least + 1e-12 { optimal += 1 }
    }
    #expect(optimal >= 150)
  }

  @Test("on two nodes of two GPUs, pairs that go together share a GPU and fours a node")
  func nodes() {
    // Experts 0, 2, 4, 6 go together, and of these 0 with 4 and 2 with 6; so do the odd ones.
    var choices: [UInt16] = []
    for token in 0..<40 {
      let parity = UInt16(token % 2)
      choices += token % 10 < 8 ? [parity, parity + 4] : [parity, parity + 2]
      choices += token % 10 < 8 ? [parity + 2, parity + 6] : [parity + 4, parity + 6]
    }
    let routes = TokenRoutes(tokens: 80, layers: 1, topK: 2, experts: 8, choices: choices)
    let hierarchy = GPUHierarchy(nodes: 2, gpusPerNode: 2, hopWithinNode: 0.25, hopBetweenNodes: 1)
    let best = DispatchSearch(routes, on: hierarchy, loadLimit: 1.1).best(
      SearchEffort(moves: 20_000))
    #expect(routes.meanDestinations(best, gpusPerPart: 2) == 1)
    #expect(routes.meanDestinations(best) < 1.25)
    #expect(
      abs(routes.meanDispatch(best, on: hierarchy) - (0.25 * routes.meanDestinations(best) + 0.75))
        < 1e-12)
  }

  @Test("two workloads of a trace count together, with loads of their own")
  func workloads() throws {
    let one = RoutingStatistics(
      TokenRoutes(tokens: 2, layers: 2, topK: 1, experts: 2, choices: [0, 1, 0, 1]))
    let other = RoutingStatistics(
      TokenRoutes(tokens: 1, layers: 2, topK: 1, experts: 2, choices: [1, 1]))
    let both = RoutingStatistics([one, other])
    #expect(both.loads.workloads.count == 2)
    #expect(both.routes?.tokens == 3)
    #expect(both.transitions?.counts == [[0, 2, 0, 1]])
    let wide = RoutingStatistics(
      TokenRoutes(tokens: 1, layers: 1, topK: 1, experts: 2, choices: [1]))
    #expect(
      wide.difference(from: one)
        == "has 1 layers of 2 experts, but the first workload has 2 of 2")
  }

  @Test("a power law of 1 has loads of 1, 1/2, 1/3, …, in another order in every layer")
  func powerLaw() {
    let loads = ExpertLoads.powerLaw(exponent: 1, layers: [0, 1], experts: 8)
    for layer in 0..<2 {
      let sizes = loads.layer(layer)[0].sorted(by: >)
      #expect(zip(sizes, 1...8).allSatisfy { abs($0 - 1 / Double($1)) < 1e-15 })
    }
    #expect(loads.layer(0) != loads.layer(1))
  }
}
