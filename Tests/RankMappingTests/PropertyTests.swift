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

  @Test("Incremental times are those of a fresh evaluation after 2,000 random changes")
  func arrangementKeepsTrack() {
    for kind in RandomProblem.Kind.allCases {
      for (stages, replicas) in [(4, 3), (3, 2), (5, 1), (1, 6)] {
        let problem = RandomProblem(kind, stages: stages, replicas: replicas, seed: 8).problem
        guard case .pairs(let hop, let ring) = problem.links else { return }
        let prices = problem.prices(hop, ring)
        let near = NearNodes(alongPipeline: hop.nearest(4), alongRing: ring.nearest(4))
        var random = SplitMix(seed: 2)
        var arrangement = Arrangement(
          prices, guide: Guide(target: 0.1), nodes: Array(0..<problem.grid.cells))
        for change in 0..<2_000 {
          let before = arrangement.nodes
          arrangement.propose(near, focus: 4, using: &random)
          arrangement.settle()
          let nodes = arrangement.nodes
          #expect(Set(nodes).count == nodes.count)
          let fresh = Arrangement(prices, guide: Guide(target: 0.1), nodes: nodes).value()
          let value = arrangement.value()
          #expect(abs(value.time - prices.time(of: nodes).total.value) < 1e-9)
          #expect(abs(value.energy - fresh.energy) < 1e-9)
          if change % 3 == 0 {
            arrangement.revert()
            #expect(arrangement.nodes == before)
          } else {
            arrangement.keep()
          }
        }
      }
    }
  }
}
