import CostModel
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("Pipeline before data is in the space wherever it can be faster")
struct AxisOrderTests {
  @Test("What the space leaves out is no faster than data before pipeline, in 300 random problems")
  func leftOut() throws {
    var compared = 0
    for seed in 0..<300 {
      var random = SplitMix(seed: UInt64(2_000 + seed))
      var problem = RandomProblem(using: &random)
      (problem.stack, problem.pins) = (.megatronCore, Pins())
      // Devices that share a card gain where fewer of them send.
      problem.cards = problem.acceleratorsPerNode
      // Over links as slow as the network's, a group gains by lying in two domains.
      let share = Double(problem.nicGigabits) / 8 / Double(problem.acceleratorsPerNode)
      guard
        Double(problem.scaleUpGigabytes) >= Double(problem.acceleratorsPerNode - 1) * share
      else { continue }
      let model = try problem.costModel()
      let pricer = FramePricer(model)
      let frames = SearchSpace(model: model).frames()
      let space = Set(frames)
      for frame in frames where frame.degrees.dependOnAxisOrder {
        var other = frame
        other.rankOrder = .dataOutermost
        guard frame.rankOrder == .pipelineOutermost, !space.contains(other),
          model.stack.capabilities.brokenLimits(other, of: model).isEmpty,
          let shape = PipelineCache.shape(of: frame)
        else { continue }
        let boundaries = (0...frame.chunks).map { $0 * model.model.layers.count / frame.chunks }
        guard
          let split = pricer.prices(of: frame).fastestSplit(boundaries: boundaries)
        else { continue }
        let steps = [frame, other].map {
          pricer.prices(of: $0).predict(split, with: pricer.pipelines.simulator(shape)).step
        }
        #expect(steps[1] >= (1 - 1e-9) * steps[0], "seed \(seed): \(frame)")
        compared += 1
      }
    }
    #expect(compared > 300, "\(compared)")
  }
}
