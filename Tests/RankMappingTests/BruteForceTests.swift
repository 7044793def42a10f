import Testing

@testable import RankMapping

@Suite("On small problems the mapping is the best of all, and the bound is never above it")
struct BruteForceTests {
  private static let shapes = [(2, 2), (2, 3), (3, 2), (6, 1), (1, 6), (4, 2), (2, 4), (1, 7)]

  @Test("100 random problems are solved to the optimum; without enumeration at least 95")
  func mappingsAreOptimal() {
    var misses = 0
    for seed in 0..<100 {
      let kind = RandomProblem.Kind.allCases[seed % RandomProblem.Kind.allCases.count]
      let (stages, replicas) = Self.shapes[seed % Self.shapes.count]
      let problem = RandomProblem(
        kind, stages: stages, replicas: replicas, seed: UInt64(seed)
      ).problem
      let optimum = RandomProblem.optimum(of: problem)
      let solution = problem.solve()
      #expect(solution.time == problem.time(of: solution.mapping))
      #expect(abs(solution.time.total.value - optimum) <= 1e-12 * optimum, "seed \(seed)")
      var effort = MappingEffort(nodes: problem.grid.cells)
      effort.enumerationLimit = 0
      let searched = problem.solve(effort)
      #expect(searched.bound.seconds.value <= optimum, "seed \(seed)")
      if searched.time.total.value > optimum * (1 + 1e-12) { misses += 1 }
    }
    #expect(misses <= 5)
  }

  @Test("No bound of 400 random problems is above the optimum", arguments: 0..<5)
  func boundsAreValid(part: Int) {
    for seed in 0..<80 {
      let (stages, replicas) = [(2, 2), (2, 3), (3, 2), (1, 6), (6, 1), (1, 5)][seed % 6]
      let problem = RandomProblem(
        RandomProblem.Kind.allCases[part], stages: stages, replicas: replicas,
        seed: UInt64(1000 * (part + 1) + seed)
      ).problem
      let optimum = RandomProblem.optimum(of: problem)
      var effort = MappingEffort(nodes: problem.grid.cells)
      effort.enumerationLimit = 0
      effort.fresh.count = 0
      effort.refining.count = 0
      let bound = problem.solve(effort).bound.seconds.value
      #expect(bound <= optimum, "\(stages) × \(replicas), seed \(seed)")
      #expect(bound >= 0)
    }
  }

  @Test("The level bound is never above the optimum, and meets it where switches hold whole rings")
  func levelBounds() {
    let prices: [(hop: [Double], ring: [Double])] = [
      ([1, 5], [1, 9]), ([1, 9], [1, 2]), ([2, 2], [3, 3]), ([0.5, 30], [1, 1.5]),
    ]
    for (sizes, stages, replicas) in [
      ([2, 2, 2], 3, 2), ([3, 3], 3, 2), ([4, 4], 2, 4), ([4, 4], 4, 2), ([5, 3], 4, 2),
      ([6], 2, 3), ([1, 1, 1, 1], 2, 2), ([3, 3], 2, 3), ([4, 2], 6, 1), ([4, 2], 1, 6),
    ] {
      for (hop, ring) in prices {
        let leaves = sizes.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }
        let order = Array(0..<leaves.count).sorted { ($0 * 5 % 7, $0) < ($1 * 5 % 7, $1) }
        let levels = NodeLevels(switches: [
          order.map { leaves[$0] }, leaves.map { _ in 0 },
        ])
        for slack in [0, 0.6] {
          let problem = MappingProblem(
            grid: MappingGrid(stages: stages, replicas: replicas),
            links: .levels(levels, hop: hop, ring: ring),
            synchronisation: (0..<stages).map { .init(slack: slack * Double($0)) })
          let solution = problem.solve()
          let optimum = RandomProblem.optimum(of: problem)
          #expect(solution.bound.seconds.value <= optimum, "\(sizes) \(stages)×\(replicas)")
          #expect(abs(solution.time.total.value - optimum) <= 1e-9 * optimum)
        }
      }
    }
  }
}
