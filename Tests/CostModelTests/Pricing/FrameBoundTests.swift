import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("What a frame's closed formulas prove holds for every split of it")
struct FrameBoundTests {
  @Test(
    "No bound exceeds the step of a split that fits, in 2,000 random frames of each kind",
    arguments: [false, true])
  func validity(interleaved: Bool) throws {
    var random = SplitMix(seed: interleaved ? 31 : 32)
    var tried = Tried()
    for _ in 0..<2_000 {
      guard let frame = try RandomFrame(interleaved: interleaved, using: &random) else { continue }
      let prices = frame.prices
      let bounds = [prices.closedFormBound()] + (interleaved ? [prices.ranksBound()] : [])
      tried.frames += 1
      for _ in 0..<8 {
        guard let drawn = LayerSplit.random(prices, using: &random) else { break }
        // As drawn, and with the recomputation that is fastest.
        for split in [drawn, prices.fastestSplit(boundaries: drawn.boundaries)].compactMap(\.self)
        where prices.fits(split) {
          let step = frame.step(split)
          tried.fitting += 1
          for bound in bounds {
            switch bound {
            case .exceedsMemory: tried.violations += 1
            case .step(let seconds):
              if seconds.value > step * (1 + 1e-12) { tried.violations += 1 }
            }
          }
        }
      }
    }
    #expect(tried.violations == 0)
    #expect(tried.frames > 1_900)
    #expect(tried.fitting > 8_000)
  }

  private struct Tried {
    var frames = 0
    var fitting = 0
    var violations = 0
  }
}
