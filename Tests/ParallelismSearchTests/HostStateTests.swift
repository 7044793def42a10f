import CostModel
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("With state or activations in scarce host memory, the search agrees with trying everything")
struct HostStateTests {
  @Test("the plan is the optimum with the optimiser's state there", arguments: 0..<40)
  func state(seed: Int) throws {
    var random = SplitMix(seed: UInt64(5_000 + seed))
    var problem = RandomProblem(using: &random)
    (problem.stack, problem.pins) = (seed.isMultiple(of: 4) ? .deepspeed : .megatronCore, Pins())
    problem.workload.optimizerPlace = .host
    problem = try problem.withScarceMemory(using: &random)
    // About what the roomiest and the fullest layouts need of a host.
    problem.hostGiB = Double.random(in: 0.5...6, using: &random)
    let frames = SearchSpace(model: try problem.costModel()).frames()
    #expect(frames.allSatisfy { $0.sharding != .none || $0.degrees.context * $0.degrees.data == 1 })
    _ = try expectOptimum(problem)
  }

  @Test("and with activations there, with or without it; in some plans a stage offloads")
  func activations() throws {
    var offloading = 0
    for seed in 0..<60 {
      var random = SplitMix(seed: UInt64(6_000 + seed))
      var problem: RandomProblem =
        seed.isMultiple(of: 3) ? .mixed(using: &random) : RandomProblem(using: &random)
      (problem.stack, problem.pins) = (.megatronCore, Pins())
      problem.workload.activationPlace = .host
      problem.workload.optimizerPlace = seed.isMultiple(of: 4) ? .host : .device
      problem = try problem.withScarceMemory(using: &random)
      problem.hostGiB = seed.isMultiple(of: 2) ? Double.random(in: 0.5...6, using: &random) : nil
      if try expectOptimum(problem) { offloading += 1 }
    }
    #expect(offloading >= 5, "\(offloading) of 60 plans offload")
  }

  /// Compares the search with brute force.
  ///
  /// - Returns: whether there is a plan that offloads activations.
  private func expectOptimum(_ problem: RandomProblem) throws -> Bool {
    let model = try problem.costModel()
    let pricer = FramePricer(model)
    let frames = SearchSpace(model: model).frames()
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
      return false
    }
    let plan = try #require(result.best)
    #expect(abs(result.objective / best - 1) < 1e-6 && result.bound <= (1 + 1e-9) * best)
    #expect(pricer.prices(of: plan.frame).fits(plan.split))
    let policies = plan.split.recompute.map { model.policies[$0.policy] }
    return policies.contains { !$0.offloaded.isEmpty }
  }
}
