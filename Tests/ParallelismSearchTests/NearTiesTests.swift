import CostModel
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("Among plans that are as good, the simplest wins, with a proof of its own")
struct NearTiesTests {
  @Test("What it gives up is within the ties, and the bound comes as near to it", arguments: 0..<60)
  func ties(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    let problem = RandomProblem(using: &random)
    let model = try problem.costModel()
    let space = SearchSpace(model: model, pins: problem.pins)
    let fastest = try ParallelismSearch(space: space, effort: Effort(gap: 0, ties: 0)).run()
    let effort = Effort(gap: 0.08, ties: 0.05)
    let result = try ParallelismSearch(space: space, effort: effort).run()
    guard let best = result.best else {
      #expect(fastest.best == nil)
      return
    }
    let quickest = try #require(result.found.first).step
    #expect(result.bound <= (1 + 1e-9) * fastest.objective)
    #expect(result.objective <= 1.05 * quickest)
    #expect(result.isSimpler == (result.objective > quickest))
    let own = (best.frame.degrees.devices, model.axes(best.frame, best.split))
    if result.isSimpler { #expect(result.bound >= 0.92 * result.objective) }
    // Nothing simpler is known that is as good and as well proven.
    for found in result.found where found.step <= 1.05 * quickest {
      #expect(
        (found.frame.degrees.devices, model.axes(found.frame, found.split)) >= own
          || 0.92 * found.step > result.bound)
    }
  }

  @Test("Some of these problems have a simpler plan to take")
  func areMet() throws {
    let simpler = try (0..<120).count { seed in
      var random = SplitMix(seed: UInt64(seed))
      let problem = RandomProblem(using: &random)
      let space = SearchSpace(model: try problem.costModel(), pins: problem.pins)
      return try ParallelismSearch(space: space, effort: Effort(gap: 0.08, ties: 0.05)).run()
        .isSimpler
    }
    #expect(simpler >= 5)
  }
}
