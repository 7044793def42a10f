import Quantities
import Testing

@testable import SequenceScattering

@Suite("Batches that one can scatter by hand")
struct SmallBatchTests {
  @Test("4 equal sequences on 4 GPUs take one micro-batch, each a GPU, and the proof is tight")
  func equal() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 4, degrees: [1, 2, 4], tokensPerGPU: 10)
    let result = try ScatteringInstance(setting, batch: [8, 8, 8, 8]).scattered()
    // 10 s for the micro-batch, and 32 GPU-seconds over 4 GPUs.
    #expect(result.time == Seconds(18))
    #expect(abs(result.bound.value - 18) < 1e-6)
    #expect(result.scattering.microBatches.count == 1)
  }

  @Test("what memory does not hold at once takes a second micro-batch")
  func memory() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 2, degrees: [1, 2], tokensPerGPU: 10)
    let result = try ScatteringInstance(setting, batch: [10, 10, 6]).scattered()
    // 10 + 10 on two GPUs, and 6 over both: 10 + 10 + 10 + 3.
    #expect(result.time == Seconds(33))
    #expect(result.scattering.microBatches.count == 2)
    #expect(result.bound.value <= 33)
    let sequential = try ScatteringSetting.oneSecondATokens(
      gpus: 2, degrees: [1, 2], tokensPerGPU: 10, memoryRule: .perSequence)
    let other = try ScatteringInstance(sequential, batch: [10, 10, 6]).scattered()
    // One pair of GPUs takes all, one after another: 10 + 26 / 2.
    #expect(other.time == Seconds(23))
    #expect(abs(other.bound.value - 23) < 1e-6)
  }

  @Test("every further stage of a pipeline takes as long as the longest micro-batch")
  func pipeline() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 2, degrees: [1, 2], tokensPerGPU: 10, stages: 3)
    let result = try ScatteringInstance(setting, batch: [10, 10, 6]).scattered()
    // 16 tokens over both GPUs, and 10: 18 s and 15 s, and the longer twice more.
    #expect(result.time == setting.time(result.scattering, batch: [10, 10, 6]))
    #expect(result.time == Seconds(18 + 15 + 2 * 18))
    #expect(result.bound <= result.time)
    try result.certificate.check(setting, batch: [10, 10, 6])
  }

  @Test("degrees need not be powers of two")
  func threes() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 6, degrees: [3, 6], tokensPerGPU: 10)
    let result = try ScatteringInstance(setting, batch: [30, 30]).scattered()
    #expect(result.time == Seconds(20))
    #expect(result.scattering.microBatches[0].map(\.degree) == [3, 3])
  }

  @Test("a sequence that no group holds is named, with the degree that it would need")
  func oversize() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 4, degrees: [1, 2, 4], tokensPerGPU: 10)
    let fault = #expect(throws: ScatteringFault.self) {
      try ScatteringInstance(setting, batch: [5, 41])
    }
    #expect(
      fault?.description
        == "sequence 1 has 41 tokens, more than any group holds (40); it would need degree 8")
  }

  @Test("batches and settings that mean nothing are refused in words")
  func faults() throws {
    let setting = try ScatteringSetting.oneSecondATokens(
      gpus: 4, degrees: [1], tokensPerGPU: 10)
    func words(_ body: () throws -> Void) -> String? {
      #expect(throws: ScatteringFault.self) { try body() }?.description
    }
    #expect(
      words { _ = try ScatteringInstance(setting, batch: []) } == "the batch has no sequence")
    #expect(
      words { _ = try ScatteringInstance(setting, batch: [3, 0]) }
        == "sequence 1 has the length 0, but must have at least 1")
    let degree = DegreeCost(
      degree: 8, exposed: LengthPolynomial(quadratic: 0, linear: 1))
    func make(_ gpus: Int, _ tokens: Int, _ degrees: [DegreeCost]) throws {
      _ = try ScatteringSetting(
        gpus: gpus, degrees: degrees, microBatchTime: .zero, tokensPerGPU: tokens,
        memoryRule: .packed)
    }
    #expect(words { try make(0, 10, [degree]) } == "there is no GPU to scatter sequences over")
    #expect(
      words { try make(8, 0, [degree]) }?
        .hasPrefix("the model's state leaves no room for a token on a GPU; ") == true)
    #expect(words { try make(4, 10, [degree]) } == "no degree is at most the 4 GPUs")
    #expect(words { try make(8, 10, [degree, degree]) } == "degree 8 is given twice")
    let falling = DegreeCost(degree: 1, exposed: LengthPolynomial(quadratic: -1, linear: 1))
    let odd = try ScatteringSetting(
      gpus: 1, degrees: [falling], microBatchTime: .zero, tokensPerGPU: 10, memoryRule: .packed)
    #expect(
      words { _ = try ScatteringInstance(odd, batch: [1, 3]) }
        == "the time at degree 1 is not ascending with the length at 3 tokens")
  }
}

@Suite("Larger batches are scattered the same every time, never worse than a baseline")
struct LargerBatchTests {
  @Test("long-tailed batches on 16 GPUs", arguments: 0..<6)
  func baselines(number: Int) throws {
    let rule = number == 5 ? MemoryRule.perSequence : .packed
    let setting = try ScatteringSetting.flexSP(
      gpus: 16, degrees: [1, 2, 4, 8, 16], memoryRule: rule)
    let shape = number % 2 == 0 ? LengthDistribution.wikipedia : .webPages
    let batch = shape.batch(of: 128, seed: UInt64(number)).map { min($0, 16 * 6400) }
    let instance = try ScatteringInstance(setting, batch: batch)
    let result = try instance.scattered()
    #expect(setting.faults(result.scattering, batch: batch) == [])
    try result.certificate.check(setting, batch: batch)
    #expect(try instance.scattered().certificate == result.certificate)
    #expect(try instance.scattered().scattering == result.scattering)
    for baseline in [ScatteringBaseline.uniformDegree, .balancedPhases] {
      guard let other = try instance.scattered(by: baseline) else { continue }
      #expect(setting.faults(other.scattering, batch: batch) == [])
      #expect(result.time <= other.time, "\(baseline)")
      #expect(result.bound <= other.time)
    }
  }
}
