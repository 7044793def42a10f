import ArgumentParser
import InputFiles
import Quantities
import SequenceScattering

/// `plan-benchmark batches`: batches drawn from a long-tailed distribution, and how they spread.
struct DrawnBatchesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batches",
    abstract: "Scatter batches drawn from a long-tailed distribution, and sum up their gaps.",
    discussion: "Lengths, and with them the answers, depend on the options and the seed alone.")

  enum Shape: String, ExpressibleByArgument, CaseIterable {
    case wikipedia, webPages = "web-pages"

    var distribution: LengthDistribution {
      switch self {
      case .wikipedia: .wikipedia
      case .webPages: .webPages
      }
    }
  }

  @Option(help: "The GPUs of the cluster.") var gpus = 64
  @Option(help: "The sequences of a batch.") var sequences = 512
  @Option(help: "The number of batches.") var count = 100
  @Option(help: "The seed of the first batch; the next ones follow.") var seed: UInt64 = 1
  @Option(help: "What the lengths are like: wikipedia or web-pages.") var shape = Shape.wikipedia
  @Option(help: ArgumentHelp("Degrees that groups may have.", valueName: "list"))
  var degrees = "2,4,8,16,32,64"
  @Option(help: "The tokens that a GPU holds.") var tokensPerGPU = 6407
  @Option(help: "Work for the bound: simplex iterations, and 30 a box.") var boundWork: Int?
  @Option(help: "Work for the bound that may go by without a rise.") var patience: Int?
  @Option(help: "Packings of a batch.") var packings: Int?
  @Flag(help: "Spend what `plan scatter --prove` does.") var prove = false
  @Flag(help: "Print every batch.") var each = false

  func run() throws {
    let setting = try FlexSPSetting.setting(
      gpus: gpus, degrees: degrees.split(separator: ",").compactMap { Int($0) },
      tokensPerGPU: tokensPerGPU)
    var effort = prove ? ScatteringEffort.proving : ScatteringEffort()
    if let boundWork { effort.boundWork = boundWork }
    if let patience { effort.patience = patience }
    if let packings {
      effort.placements = packings * sequences
      effort.mostPackings = max(effort.mostPackings, packings)
    }
    var gaps: [Double] = []
    var times: [Double] = []
    for number in 0..<count {
      let batch = shape.distribution.batch(of: sequences, seed: seed + UInt64(number))
      let instance = try ScatteringInstance(setting, batch: batch)
      let (result, seconds) = try CPUClock.measuring { try instance.scattered(effort) }
      try result.certificate.check(setting, batch: batch)
      gaps.append(result.gap)
      times.append(seconds)
      if each {
        print(
          number, batch.max() ?? 0,
          (Double(batch.reduce(0, +)) / Double(gpus * tokensPerGPU)).spelled(decimals: 3),
          result.scattering.microBatches.count,
          result.time.milliseconds.spelled(decimals: 1),
          result.bound.milliseconds.spelled(decimals: 1), result.gap.percent,
          seconds.spelled(decimals: 3), result.boxes, result.boundWork, result.packings)
      }
    }
    func part(_ values: [Double], _ share: Double) -> Double {
      let sorted = values.sorted()
      return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
    func line(_ name: String, _ values: [Double], _ places: Int, _ factor: Double) -> String {
      let shares = [0.5, 0.9, 1].map { (factor * part(values, $0)).spelled(decimals: places) }
      return "\(name): median \(shares[0]), 90 % within \(shares[1]), worst \(shares[2])"
    }
    print("\(shape.rawValue), \(gpus) GPUs, \(sequences) sequences, \(count) batches")
    print(line("  gap in %", gaps, 2, 100))
    print(line("  CPU s   ", times, 3, 1))
  }
}

/// FlexSP's 7-billion model on A100s, as their solver states its costs.
/// - Source: PKU-DAIR/Hetu-Galvatron, branch flexsp, galvatron/flexsp_solver/solver.py.
enum FlexSPSetting {
  /// γ of each degree: 16 L h bytes a token over the all-to-all's measured GB/s.
  private static let communication: [Int: Double] = {
    let rates = [2: 119.54, 4: 104.07, 8: 96.5, 16: 10.33, 32: 5.94, 64: 4.87]
    return rates.mapValues { 16 * 32 * 4096 / 1_048_576 / $0 }
  }()

  static func setting(
    gpus: Int, degrees: [Int], tokensPerGPU: Int
  ) throws(ScatteringFault) -> ScatteringSetting {
    let costs = degrees.map { degree in
      DegreeCost(
        degree: degree,
        exposed: LengthPolynomial(
          quadratic: 5.128e-9 / Double(degree),
          linear: (0.1839576 + (communication[degree] ?? 0)) * 1e-3 / Double(degree)))
    }
    return try ScatteringSetting(
      gpus: gpus, degrees: costs, microBatchTime: .milliseconds(629.3563),
      tokensPerGPU: tokensPerGPU, memoryRule: .packed)
  }
}
