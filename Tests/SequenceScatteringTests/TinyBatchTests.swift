import Quantities
import SeededRandom
import Testing

@testable import SequenceScattering

@Suite("On 100 tiny batches the bound never exceeds the optimum, nor the answer its gap")
struct TinyBatchTests {
  /// Batches of 3 to 6 sequences with the costs, rules and capacities that their number gives.
  private static func instance(_ number: Int) throws -> (ScatteringSetting, [Int]) {
    var random = SplitMix(seed: UInt64(number))
    let gpus = [3, 4, 6, 8][number % 4]
    let degrees = number % 3 == 0 ? [1, 2, 3] : [1, 2, 4]
    let setting = try ScatteringSetting.flexSP(
      gpus: gpus, degrees: degrees, tokensPerGPU: number % 2 == 0 ? 8192 : 6407,
      microBatchTime: number % 7 == 0 ? .zero : .milliseconds(629),
      groupTime: number % 5 == 0 ? .milliseconds(100) : .zero,
      memoryRule: number % 10 == 3 ? .perSequence : .packed, stages: number % 4 == 1 ? 3 : 1)
    let longest = 6407 * (setting.degrees.last?.degree ?? 1)
    let batch = (0..<3 + number % 4).map { _ in
      min(longest, Int(300 * power(60, random.unit())))
    }
    return (setting, batch)
  }

  @Test("brute force agrees", arguments: 0..<100)
  func bruteForce(number: Int) throws {
    let (setting, batch) = try Self.instance(number)
    let result = try ScatteringInstance(setting, batch: batch).scattered()
    let optimum = BruteForce.time(setting, batch)
    #expect(setting.faults(result.scattering, batch: batch) == [])
    #expect(abs((setting.time(result.scattering, batch: batch) - result.time).value) < 1e-9)
    #expect(result.bound.value <= optimum * (1 + 1e-12))
    #expect(result.time.value >= optimum * (1 - 1e-12))
    #expect(result.time.value * (1 - result.gap) <= optimum * (1 + 1e-9))
    try result.certificate.check(setting, batch: batch)
    let instance = try ScatteringInstance(setting, batch: batch)
    for baseline in ScatteringBaseline.allCases {
      guard let other = try instance.scattered(by: baseline) else { continue }
      #expect(setting.faults(other.scattering, batch: batch) == [], "\(baseline)")
      #expect(abs((setting.time(other.scattering, batch: batch) - other.time).value) < 1e-9)
      #expect(other.time.value >= optimum * (1 - 1e-9), "\(baseline)")
    }
  }

  @Test("options that hold no sequence at all leave the program finite")
  func nothingHeld() throws {
    let setting = try ScatteringSetting.flexSP(
      gpus: 8, degrees: [1, 2, 4], tokensPerGPU: 8_192, microBatchTime: .milliseconds(629),
      groupTime: .zero, memoryRule: .packed, stages: 2)
    let batch = [30_000, 30_000, 30_000]
    let result = try ScatteringInstance(setting, batch: batch).scattered()
    #expect(setting.faults(result.scattering, batch: batch) == [])
    #expect(result.bound.value <= BruteForce.time(setting, batch) * (1 + 1e-12))
    try result.certificate.check(setting, batch: batch)
  }

  @Test("nor does the effort of a proof lose the optimum or its certificate", arguments: 0..<100)
  func proving(number: Int) throws {
    let (setting, batch) = try Self.instance(number)
    let result = try ScatteringInstance(setting, batch: batch).scattered(.proving)
    let optimum = BruteForce.time(setting, batch)
    #expect(result.bound.value <= optimum * (1 + 1e-12))
    #expect(result.time.value * (1 - result.gap) <= optimum * (1 + 1e-9))
    try result.certificate.check(setting, batch: batch)
  }

  @Test("the answer is on average within 1 % of the optimum, and in a pipeline within 2 %")
  func answers() throws {
    var losses: [Int: [Double]] = [:]
    for number in 0..<100 {
      let (setting, batch) = try Self.instance(number)
      let result = try ScatteringInstance(setting, batch: batch).scattered()
      losses[setting.stages, default: []].append(
        result.time.value / BruteForce.time(setting, batch) - 1)
    }
    for (stages, losses) in losses {
      let mean = losses.reduce(0, +) / Double(losses.count)
      #expect(mean < (stages > 1 ? 0.02 : 0.01), "on average \(mean) in \(stages) stages")
    }
  }
}
