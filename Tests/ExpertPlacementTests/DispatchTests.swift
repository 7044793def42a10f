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

  @Test(
    "pairs tell the destinations of two experts a token exactly, and of three the least they can be"
  )
  func pairs() throws {
    var cases = RandomCases(seed: 34)
    for number in 0..<60 {
      let topK = 2 + number % 2
      let routes = cases.routes(tokens: 15, layers: 1, topK: topK, experts: 6)
      let pairs = try #require(routes.pairs)
      #expect(pairs.load == routes.load)
      for way in BruteForce.layers(experts: 6, gpus: 3, room: 2).prefix(20) {
        let assignment = ExpertAssignment(experts: 6, gpus: way)
        let exact = routes.meanDestinations(assignment)
        let least = pairs.meanDestinations(assignment)
        #expect(topK == 2 ? abs(least - exact) < 1e-12 : least <= exact + 1e-12)
        #expect(least >= 1)
      }
    }
  }

  @Test(
    "40 random layers known by pairs: nearly always as good as brute force, and the bound below it")
  func pairsBruteForce() throws {
    var cases = RandomCases(seed: 35)
    var optimal = 0
    for number in 0..<40 {
      let routes = cases.routes(tokens: 12, layers: 1, topK: 3, experts: 6)
      let pairs = try #require(routes.pairs)
      let gpus = 2 + number % 2
      let least =
        BruteForce.layers(experts: 6, gpus: gpus, room: 6 / gpus).map {
          pairs.meanDestinations(ExpertAssignment(experts: 6, gpus: $0))
        }.min() ?? .infinity
      let best = DispatchSearch(pairs, gpus: gpus, loadLimit: .infinity).best(
        SearchEffort(moves: 50_000))
      #expect(pairs.meanDestinations(best) >= least - 1e-12)
      #expect(DispatchBound(pairs, parts: gpus).mean <= least)
      if pairs.meanDestinations(best) < least + 1e-12 { optimal += 1 }
    }
    #expect(optimal >= 36)
  }

  @Test("experts are divided among racks, then nodes, then GPUs")
  func racks() {
    // Experts e and e + 8 go together, e and e + 4 half as often, e and e + 2 a quarter.
    var choices: [UInt16] = []
    for token in 0..<112 {
      let (one, kind) = (UInt16(token % 16), token / 16)
      choices += [one, (one + [8, 8, 8, 8, 4, 4, 2][kind]) % 16]
    }
    let routes = TokenRoutes(tokens: 112, layers: 1, topK: 2, experts: 16, choices: choices)
    let hierarchy = HopTests.inRacks(gpusPerNode: 2)
    let best = DispatchSearch(routes, on: hierarchy, loadLimit: 1.1).best(
      SearchEffort(moves: 60_000))
    let linear = ExpertAssignment.linear(layers: 1, experts: 16, gpus: 8)
    #expect(routes.meanDestinations(best, gpusPerPart: 4) == 1)
    #expect(routes.meanDispatch(best, on: hierarchy) < routes.meanDispatch(linear, on: hierarchy))
    let placed = PlacedExperts(best, layers: [0], of: routes, on: hierarchy)
    #expect(placed.bound <= placed.value)
    #expect(placed.levels.map(\.parts) == [8, 4, 2])
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
