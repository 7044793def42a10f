import SeededRandom
import Testing

@testable import SequenceScattering

@Suite("In a pipeline the longest micro-batch counts once more for every further stage")
struct PipelineBatchTests {
  @Test(
    "of ten batches with a long tail half are within 2 %, and all within 6 % of their bound",
    arguments: [2, 4, 8])
  func gaps(stages: Int) throws {
    let setting = try ScatteringSetting.flexSP(
      gpus: 32, degrees: [1, 2, 4, 8, 16, 32], microBatchTime: .milliseconds(20), stages: stages)
    let gaps = try (1...10).map { seed in
      let batch = LengthDistribution.webPages.batch(of: 256, seed: UInt64(seed))
        .map { min($0, 32 * 6407) }
      let result = try ScatteringInstance(setting, batch: batch).scattered()
      try result.certificate.check(setting, batch: batch)
      return result.gap
    }.sorted()
    #expect(gaps[5] < 0.02, "\(gaps)")
    #expect(gaps[9] < 0.06, "\(gaps)")
  }

  /// One sequence of 60 s at best and eleven of 5 s on two GPUs: whatever their number, micro-batches
  /// take 60 s and the rest of 115 GPU-seconds, and the two further stages 60 s each.
  @Test("a bound on any number of micro-batches knows the longest sequence")
  func longest() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 2, degrees: [1], tokensPerGPU: 60, stages: 3)
    let instance = try ScatteringInstance(setting, batch: [60] + Array(repeating: 5, count: 11))
    #expect(instance.leastTime == 60)
    let work = 115.0 / 2
    for number in [2, 5, 12] {
      let bound = work + 2 * 60 + 10 * Double(number + 2)
      #expect(abs(PlainBound(instance)(number) - bound) < 1e-9)
      #expect(abs(PlainBound(instance).atLeast(number) - bound) < 1e-9)
    }
  }
}
