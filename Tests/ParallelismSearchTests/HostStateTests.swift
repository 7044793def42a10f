import CostModel
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("With the optimiser's state in scarce host memory, the search agrees with trying everything")
struct HostStateTests {
  @Test("the plan is the optimum, and fits the hosts", arguments: 0..<40)
  func optimum(seed: Int) throws {
    var random = SplitMix(seed: UInt64(5_000 + seed))
    var problem = RandomProblem(using: &random)
    (problem.stack, problem.pins) = (seed.isMultiple(of: 4) ? .deepspeed : .megatronCore, Pins())
    problem.workload.optimizerPlace = .host
    problem = try problem.withScarceMemory(using: &random)
    // About what the roomiest and the fullest layouts need of a host.
    problem.hostGiB = Double.random(in: 0.5...6, using: &random)
    let model = try problem.costModel()
    let pricer = FramePricer(model)
    let frames = SearchSpace(model: model).frames()
    #expect(frames.allSatisfy { $0.sharding != .none || $0.degrees.context * $0.degrees.data == 1 })
    let best = frames.reduce(Seconds.infinity) { least, frame in
      guard let force = BruteForce(frame, pricer) else { return least }
      let makespan = force.optimum
      return makespan.isFinite ? min(least, force.prices.step(makespan: makespan)) : least
    }
    let result = try ParallelismSearch(
      space: SearchSpace(model: model), effort: Effort(gap: 0)
    ).run()
    guard best.isFinite else {
      #expect(result.best == nil)
      return
    }
    let plan = try #require(result.best)
    #expect(abs(result.objective / best - 1) < 1e-6 && result.bound <= (1 + 1e-9) * best)
    #expect(pricer.prices(of: plan.frame).fits(plan.split))
  }
}
