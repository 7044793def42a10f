import Testing

@testable import ExpertPlacement

@Suite("Experts that are chosen together share GPUs, within the limit of loads")
struct DispatchTests {
  @Test("experts 0 and 1, and 2 and 3, go together: one GPU a token in place of two")
  func byHand() {
    let routes = TokenRoutes(
      tokens: 4, layers: 1, topK: 2, experts: 4, choices: [0, 2, 0, 2, 1, 3, 1, 3])
    let linear = ExpertAssignment.linear(layers: 1, experts: 4, gpus: 2)
    #expect(routes.meanDestinations(linear) == 2)
    let best = DispatchSearch(routes, gpus: 2, loadLimit: 1).best(
      SearchEffort(moves: 5_000))
    #expect(routes.meanDestinations(best) == 1)
    #expect(routes.imbalance(best, gpus: 2) == 1)
    #expect(DispatchBound(routes, parts: 2).mean == 1)
  }

  @Test("40 random layers: as good as brute force without a limit, and the bound below it")
  func bruteForce() {
    var cases = RandomCases(seed: 31)
    for number in 0..<40 {
      let routes = cases.routes(tokens: 12, layers: 1, topK: 3, experts: 6)
      let gpus = 2 + number % 2
      let least = BruteForce.leastDestinations(routes, gpus: gpus)
      let best = DispatchSearch(routes, gpus: gpus, loadLimit: .infinity).best(
        SearchEffort(moves: 50_000))
      #expect(abs(routes.meanDestinations(best) - least) < 1e-12)
      #expect(DispatchBound(routes, parts: gpus).mean <= least)
    }
  }

  @Test("what an exchange saves is the change of the destinations")
  func incremental() {
    var cases = RandomCases(seed: 32)
    let routes = cases.routes(tokens: 50, layers: 1, topK: 3, experts: 8)
    let layer = DispatchLayer(routes, layer: 0, slots: 8)
    var table = DestinationTable(layer, partOf: [0, 0, 1, 1, 2, 2, 3, 3], parts: 4)
    func destinations() -> Int {
      layer.expertsOf.reduce(0) { $0 + Set($1.map { table.partOf[Int($0)] }).count }
    }
    for _ in 0..<200 {
      let (one, other) = cases.random.indices(below: 8)
      let before = destinations()
      let saving =
        table.savingAtMost(swapping: one, other) - table.excess(swapping: one, other)
      table.swap(one, other)
      #expect(before - destinations() == Int(saving))
    }
    let afresh = DestinationTable(layer, partOf: table.partOf, parts: 4)
    #expect(table.savings == afresh.savings)
  }

  @Test("6 experts over 2 parts share 6 pairs at least, over 3 parts 3: bounds lie between")
  func leastParts() {
    #expect(DispatchBound.leastParts(experts: 6, room: 8, pairs: 0) == 6)
    #expect(DispatchBound.leastParts(experts: 6, room: 8, pairs: 3) == 3)
    #expect(DispatchBound.leastParts(experts: 6, room: 8, pairs: 4.5) == 2.5)
    #expect(DispatchBound.leastParts(experts: 6, room: 8, pairs: 99) == 1)
    #expect(DispatchBound.leastParts(experts: 6, room: 2, pairs: 99) == 3)
  }
}
