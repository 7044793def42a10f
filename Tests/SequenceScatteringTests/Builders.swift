import Quantities

@testable import SequenceScattering

extension ScatteringSetting {
  /// FlexSP's costs of a 7-billion model: α₁ s² + (α₂ + γ_d) s over d.
  static func flexSP(
    gpus: Int, degrees: [Int] = [1, 2, 4, 8], tokensPerGPU: Int = 6407,
    microBatchTime: Seconds = .milliseconds(629), groupTime: Seconds = .zero,
    memoryRule: MemoryRule = .packed, stages: Int = 1
  ) throws -> ScatteringSetting {
    try ScatteringSetting(
      gpus: gpus,
      degrees: degrees.map { degree in
        let communication = degree == 1 ? 0 : degree <= 8 ? 0.02e-3 : 0.2e-3
        return DegreeCost(
          degree: degree, groupTime: degree == 1 ? .zero : groupTime,
          exposed: LengthPolynomial(
            quadratic: 5.128e-9 / Double(degree),
            linear: (0.184e-3 + communication) / Double(degree)))
      }, microBatchTime: microBatchTime, tokensPerGPU: tokensPerGPU, memoryRule: memoryRule,
      stages: stages)
  }

  /// Each token takes a second of one GPU; a micro-batch takes ten by itself.
  static func oneSecondATokens(
    gpus: Int, degrees: [Int], tokensPerGPU: Int, memoryRule: MemoryRule = .packed,
    stages: Int = 1
  ) throws -> ScatteringSetting {
    try ScatteringSetting(
      gpus: gpus,
      degrees: degrees.map {
        DegreeCost(degree: $0, exposed: LengthPolynomial(quadratic: 0, linear: 1 / Double($0)))
      }, microBatchTime: Seconds(10), tokensPerGPU: tokensPerGPU, memoryRule: memoryRule,
      stages: stages)
  }
}

/// The fastest scattering of a small batch, by trying all: every division into groups, every degree
/// of each, every division of the groups into micro-batches.
struct BruteForce {
  private let setting: ScatteringSetting
  private let batch: [Int]
  private var best = Double.infinity
  private var groups: [[Int]] = []

  static func time(_ setting: ScatteringSetting, _ batch: [Int]) -> Double {
    var search = BruteForce(setting: setting, batch: batch)
    search.place(0)
    return search.best
  }

  private init(setting: ScatteringSetting, batch: [Int]) {
    self.setting = setting
    self.batch = batch
  }

  private mutating func place(_ sequence: Int) {
    guard sequence < batch.count else {
      chooseDegrees(0, [])
      return
    }
    for group in groups.indices {
      groups[group].append(sequence)
      place(sequence + 1)
      groups[group].removeLast()
    }
    groups.append([sequence])
    place(sequence + 1)
    groups.removeLast()
  }

  private mutating func chooseDegrees(_ group: Int, _ chosen: [(degree: Int, time: Double)]) {
    guard group < groups.count else {
      divide(chosen, 0, [])
      return
    }
    for cost in setting.degrees {
      let tokens = groups[group].map { cost.tokens(batch[$0]) }
      let held = setting.memoryRule == .packed ? tokens.reduce(0, +) : tokens.max() ?? 0
      guard held <= cost.degree * setting.tokensPerGPU else { continue }
      let time = setting.time(.init(degree: cost.degree, sequences: groups[group]), batch: batch)
      chooseDegrees(group + 1, chosen + [(cost.degree, time.value)])
    }
  }

  private mutating func divide(
    _ chosen: [(degree: Int, time: Double)], _ group: Int, _ batches: [(gpus: Int, time: Double)]
  ) {
    let fixed = setting.microBatchTime.value
    let further = Double(setting.stages - 1)
    let longest = batches.map { $0.time + fixed }.max() ?? 0
    let total = batches.reduce(further * longest) { $0 + $1.time + fixed }
    if total >= best { return }
    guard group < chosen.count else {
      best = total
      return
    }
    let (degree, time) = chosen[group]
    for index in batches.indices where batches[index].gpus + degree <= setting.gpus {
      var next = batches
      next[index].gpus += degree
      next[index].time = max(next[index].time, time)
      divide(chosen, group + 1, next)
    }
    divide(chosen, group + 1, batches + [(degree, time)])
  }
}
