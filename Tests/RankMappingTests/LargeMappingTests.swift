import SeededRandom
import Testing

@testable import RankMapping

@Suite("100,000 accelerators under levels of switches are mapped to proven optimality")
struct LargeMappingTests {
  @Test("12,500 nodes in leaves of 20 and pods of 500, in random order")
  func levels() {
    var random = SplitMix(seed: 1)
    var places = Array(0..<12_500)
    for place in stride(from: places.count - 1, to: 0, by: -1) {
      places.swapAt(place, random.index(below: place + 1))
    }
    let levels = NodeLevels(switches: [
      places.map { Int32($0 / 20) }, places.map { Int32($0 / 500) }, places.map { _ in 0 },
    ])
    let problem = MappingProblem(
      grid: MappingGrid(stages: 20, replicas: 625),
      links: .levels(levels, hop: [1, 2, 4], ring: [10, 20, 40]))
    let solution = problem.solve()
    #expect(solution.gap < 1e-9)
    // Every pipeline inside a leaf, every ring across the pods.
    #expect(solution.time.pipeline.value == 19)
    #expect(solution.time.synchronisation.value == 40)
  }

  @Test("Where rings fit into pods and matter more, they stay there and pipelines cross")
  func ringsInPods() {
    let levels = NodeLevels(switches: [
      (0..<1_000).map { Int32($0 % 250) }, (0..<1_000).map { Int32($0 % 10) },
      (0..<1_000).map { _ in 0 },
    ])
    let problem = MappingProblem(
      grid: MappingGrid(stages: 10, replicas: 100),
      links: .levels(levels, hop: [1, 2, 4], ring: [10, 20, 400]))
    let solution = problem.solve()
    #expect(solution.gap < 1e-9)
    #expect(solution.time.synchronisation.value == 20)
    #expect(solution.time.pipeline.value == 36)
  }
}
