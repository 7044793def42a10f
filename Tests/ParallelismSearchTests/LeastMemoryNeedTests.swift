import CostModel
import ParallelismVocabulary
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("The least memory that any frame needs")
struct LeastMemoryNeedTests {
  @Test("is that of the frame that needs least of all, in 60 random problems", arguments: 0..<60)
  func least(seed: Int) throws {
    var random = SplitMix(seed: UInt64(7_000 + seed))
    var problem: RandomProblem =
      seed.isMultiple(of: 3) ? .mixed(using: &random) : RandomProblem(using: &random)
    problem.pins = Pins()
    if seed.isMultiple(of: 2) {
      problem.stack = .megatronCore
      problem.workload.activationPlace = .host
      problem.hostGiB = Double.random(in: 0.2...6, using: &random)
    }
    let space = SearchSpace(model: try problem.costModel())
    let pricer = FramePricer(space.model)
    let evenly = !space.model.stack.capabilities.supportsUnevenStages
    let all = space.frames().map { frame in
      var plain = frame
      plain.schedule = .oneForwardOneBackward
      return LeastMemoryNeed(pricer.prices(of: plain), evenly: evenly).share
    }
    let found = LeastMemoryNeed.least(in: space, pricer: pricer)
    #expect(found?.share == all.min())
    // Nor does a split that was found fitting ever need more than there is.
    guard let found, found.share <= 1 else { return }
    #expect(pricer.prices(of: found.frame).fits(found.split))
  }
}
