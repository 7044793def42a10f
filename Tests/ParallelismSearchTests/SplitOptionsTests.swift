import CostModel
import ParallelismVocabulary
import SeededRandom
import Testing

@testable import ParallelismSearch

@Suite("The options of a frame's stages")
struct SplitOptionsTests {
  @Test("where stages must be even, they hold the even share or one layer more", arguments: 0..<20)
  func even(seed: Int) throws {
    var random = SplitMix(seed: UInt64(8_000 + seed))
    var problem = RandomProblem(using: &random)
    (problem.stack, problem.pins) = (.deepspeed, Pins())
    let pricer = FramePricer(try problem.costModel())
    for frame in SearchSpace(model: pricer.model).frames() where frame.degrees.pipeline > 2 {
      let prices = pricer.prices(of: frame)
      let share = prices.layers / frame.degrees.pipeline
      let options = SplitOptions(prices, limit: .infinity, evenly: true).byStage.flatMap(\.self)
      #expect(options.allSatisfy { (share...share + 1).contains($0.end - $0.first) })
      #expect(
        options.count < SplitOptions(prices, limit: .infinity, evenly: false).count || share == 1)
    }
  }
}
