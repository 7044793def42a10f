import ClusterTopology
import CostModel
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("Where the price counts, the search agrees with trying everything")
struct CostGoalTests {
  private typealias Solved = BruteForceTests.Solved

  /// What a frame's nodes cost an hour, counted node by node; its devices where nodes have no price.
  private func price(of frame: Frame, _ model: CostModel) -> Double {
    let cluster = model.clusters[frame.groupOrder]
    let nodes = (0..<cluster.nodeCount).filter {
      cluster.devices(ofNode: $0).lowerBound < frame.degrees.devices
    }
    let prices = nodes.compactMap {
      cluster.nodeGroups[cluster.group(ofNode: $0)].pricePerNodeHour
    }
    return prices.isEmpty ? Double(frame.degrees.devices) : prices.reduce(0, +)
  }

  @Test(
    "With no gap allowed the plan costs least, of those whose steps are short enough",
    arguments: Array(0..<60) + Array(1_000..<1_060))
  func search(seed: Int) throws {
    let solved = try Solved(seed: UInt64(seed), goal: Goal(.cost))
    let steps = solved.optima.map(\.step).filter(\.isFinite).sorted()
    var random = SplitMix(seed: UInt64(seed))
    // Any step will do, one in so many, or none.
    let limits = [nil, steps.randomElement(using: &random), steps.first.map { 0.9 * $0 }]
    for limit in limits {
      // A step that is just the limit is a matter of rounding.
      let goal = Goal(.cost, longestStep: limit.map { (1 + 1e-6) * $0 })
      let space = SearchSpace(model: solved.model, pins: solved.problem.pins, goal: goal)
      let result = try ParallelismSearch(space: space, effort: Effort(gap: 0, ties: 0)).run()
      let allowed = solved.optima.filter { $0.step <= goal.longestStep ?? .infinity }
      let least = allowed.filter(\.step.isFinite)
        .map { price(of: $0.frame, solved.model) * $0.step.value }.min()
      guard let least else {
        #expect(result.best == nil, "a plan was found where none is short enough")
        continue
      }
      let best = try #require(result.best)
      let own = price(of: best.frame, solved.model)
      #expect(
        abs(own * result.objective.value - least) <= 1e-6 * least,
        "the plan costs \(own * result.objective.value), the cheapest \(least)")
      #expect(
        own * result.bound.value <= least * (1 + 1e-9),
        "the bound is \(own * result.bound.value) of \(least)")
      let simulated = try #require(
        result.found.first { $0.frame == best.frame }, "the plan is among those found")
      #expect(simulated.step <= (1 + 1e-9) * (goal.longestStep ?? .infinity))
    }
  }

  @Test("Among these problems, the cheapest plan is often another than the fastest, on fewer nodes")
  func differs() throws {
    let fewer = try (0..<60).count { seed in
      let solved = try Solved(seed: UInt64(seed), goal: Goal(.cost))
      let quickest = solved.optima.min { $0.step < $1.step }
      let cheapest = solved.optima.min {
        price(of: $0.frame, solved.model) * $0.step.value
          < price(of: $1.frame, solved.model) * $1.step.value
      }
      guard let quickest, let cheapest else { return false }
      return cheapest.frame.degrees.devices < quickest.frame.degrees.devices
    }
    #expect(fewer > 5, "only \(fewer)")
  }
}
