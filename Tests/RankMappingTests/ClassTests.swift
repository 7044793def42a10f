import SeededRandom
import Testing

@testable import RankMapping

@Suite("Nodes of several classes keep to the cells of their own")
struct ClassTests {
  /// The problem with two classes of nodes, and its optimum, one mapping after the other.
  private func problem(seed: Int) -> (problem: MappingProblem, optimum: Double) {
    let (stages, replicas) = [(2, 3), (3, 2), (6, 1), (1, 6)][seed % 4]
    let kind = RandomProblem.Kind.allCases[seed % RandomProblem.Kind.allCases.count]
    let free = RandomProblem(kind, stages: stages, replicas: replicas, seed: UInt64(seed)).problem
    var random = SplitMix(seed: UInt64(seed))
    let classes = (0..<6).map { _ in random.index(below: 2) }
    let problem = MappingProblem(
      grid: free.grid, links: free.links, synchronisation: free.synchronisation, classes: classes)
    var optimum = Double.infinity
    var nodes = Array(0..<6)
    func permute(_ place: Int) {
      if place == 6 {
        if zip(nodes, classes).allSatisfy({ classes[$0] == $1 }) {
          optimum = min(optimum, problem.time(of: NodeMapping(nodes: nodes)).total.value)
        }
        return
      }
      for other in place..<6 {
        nodes.swapAt(place, other)
        permute(place + 1)
        nodes.swapAt(place, other)
      }
    }
    permute(0)
    return (problem, optimum)
  }

  @Test("60 small problems are solved to their optimum, enumerated or searched", arguments: [8, 0])
  func optimal(enumerationLimit: Int) {
    var misses = 0
    for seed in 0..<60 {
      let (problem, optimum) = problem(seed: seed)
      var effort = MappingEffort(nodes: 6)
      effort.enumerationLimit = enumerationLimit
      let solution = problem.solve(effort)
      if !problem.classes.isEmpty {
        for (cell, node) in solution.mapping.nodes.enumerated() {
          #expect(problem.classes[cell] == problem.classes[node], "seed \(seed)")
        }
      }
      #expect(solution.bound.seconds.value <= optimum * (1 + 1e-12), "seed \(seed)")
      #expect(solution.time.total.value >= optimum * (1 - 1e-12), "seed \(seed)")
      if solution.time.total.value > optimum * (1 + 1e-12) { misses += 1 }
    }
    #expect(misses <= (enumerationLimit == 0 ? 3 : 0))
  }
}
