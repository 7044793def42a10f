import Testing

@testable import RankMapping

@Suite("Mappings are reproducible, names of nodes do not matter, and more bandwidth does not hurt")
struct PropertyTests {
  @Test("The same problem has the same mapping")
  func deterministic() {
    for kind in RandomProblem.Kind.allCases {
      let problem = RandomProblem(kind, stages: 4, replicas: 4, seed: 3).problem
      #expect(problem.solve().mapping == problem.solve().mapping)
    }
  }

  @Test("Never worse than the hosts' own order, whatever the effort")
  func neverWorseThanIdentity() {
    for seed in 0..<30 {
      let kind = RandomProblem.Kind.allCases[seed % 5]
      let problem = RandomProblem(kind, stages: 3, replicas: 4, seed: UInt64(seed)).problem
      var effort = MappingEffort(nodes: 12)
      effort.fresh.moves = 10 * seed
      effort.refining.count = seed % 2
      let solution = problem.solve(effort)
      #expect(solution.time.total <= problem.time(of: .identity(problem.grid)).total)
      #expect(solution.bound.seconds <= solution.time.total)
    }
  }

  @Test("Renaming nodes moves neither the bound nor the exchange's")
  func renaming() {
    for seed in 0..<10 {
      let problem = RandomProblem(.slowNode, stages: 3, replicas: 4, seed: UInt64(seed)).problem
      guard case .pairs(let hop, let ring) = problem.links else { return }
      let names = (0..<12).map { ($0 * 5 + seed) % 12 }
      let renamed = MappingProblem(
        grid: problem.grid,
        links: .pairs(
          hop: PriceMatrix(count: 12) { hop.price(names[$0], names[$1]) },
          ring: PriceMatrix(count: 12) { ring.price(names[$0], names[$1]) }))
      let (one, other) = (problem.solve().bound, renamed.solve().bound)
      #expect(one.exchange == other.exchange)
      #expect(abs(one.seconds.value / other.seconds.value - 1) < 1e-3)
    }
  }

  @Test("With more bandwidth the exchange bound falls, and the time is within the old gap")
  func moreBandwidth() {
    for seed in 0..<10 {
      let problem = RandomProblem(.clusters, stages: 2, replicas: 4, seed: UInt64(seed)).problem
      guard case .pairs(let hop, let ring) = problem.links else { return }
      let faster = MappingProblem(
        grid: problem.grid,
        links: .pairs(
          hop: PriceMatrix(count: 8) { hop.price($0, $1) / ($0 + $1 == seed ? 3 : 1) },
          ring: PriceMatrix(count: 8) { ring.price($0, $1) / ($0 + $1 == seed ? 3 : 1) }))
      let (before, after) = (problem.solve(), faster.solve())
      #expect(after.bound.exchange <= before.bound.exchange)
      #expect(after.bound.seconds <= before.time.total)
      #expect(after.time.total.value <= before.time.total.value * (1 + 1e-9))
    }
  }

  @Test("The search keeps track of times exactly, over thousands of changes")
  func searchKeepsTrack() {
    for kind in RandomProblem.Kind.allCases {
      for (stages, replicas) in [(4, 3), (3, 2), (5, 1), (1, 6), (5, 5)] {
        let problem = RandomProblem(kind, stages: stages, replicas: replicas, seed: 8).problem
        guard case .pairs(let hop, let ring) = problem.links else { return }
        let prices = problem.prices(hop, ring)
        var effort = MappingEffort(nodes: problem.grid.cells)
        effort.enumerationLimit = 0
        let search = MappingSearch(
          prices: prices,
          near: NearNodes(alongPipeline: hop.nearest(4), alongRing: ring.nearest(4)),
          bound: MappingBound(cases: []), effort: effort)
        let found = search.run(starts: [Array(0..<problem.grid.cells)])
        let time = prices.time(of: found.nodes).total.value
        #expect(abs(found.time - time) <= 1e-12 * time)
      }
    }
  }
}
