import CostModel
import LinearProgramming
import ModelDescription
import ParallelismVocabulary
import Quantities

/// What the steps of a layout take when unequal sequences are scattered, and when all groups have one
/// degree, over batches drawn from the workload's lengths.
public struct LayoutEstimate: Sendable {
  /// The batches that are drawn.
  public static let batches = 16
  /// The seed of the first batch; the others follow.
  public static let seed = 1

  public let setting: ScatteringSetting
  /// Seconds of a step, batch by batch: scattered, and what no scattering is faster than.
  public let scattered: [Double]
  public let bounds: [Double]
  /// The one degree that is best for all batches, and seconds of a step, batch by batch; `nil` where no
  /// degree holds the longest sequence.
  public let uniform: (degree: Int, steps: [Double])?

  /// - Parameters:
  ///   - model: of the workload whose lengths are drawn.
  ///   - frame: whose context and data ranks the groups of a micro-batch share out.
  /// - Throws: `ScatteringFault` where the layout cannot hold the sequences; the solver's failures.
  public init(_ model: CostModel, frame: Frame, split: LayerSplit) throws {
    guard let lengths = model.workload.lengths else { throw ScatteringFault.emptyBatch }
    let setting = try ScatteringCosts(frame, split, of: model).setting(
      model.model, on: model.clusters[frame.groupOrder], model.workload,
      stack: Stack.named(model.stack.identity) ?? model.stack)
    try setting.requireHolding(lengths.histogram.longest)
    let prices = FramePricer(model).prices(of: frame)
    let tail = prices.times(split).tail.max() ?? 0
    func step(_ passes: Double) -> Double { prices.step(makespan: passes + tail).value }

    var scattered: [Double] = []
    var bounds: [Double] = []
    var uniform = setting.degrees.map { _ in [Double]() }
    for number in 0..<Self.batches {
      let batch = lengths.histogram.batch(
        of: lengths.sequences, seed: UInt64(Self.seed + number))
      let instance = try ScatteringInstance(setting, batch: batch)
      let result = try instance.scattered(.policy)
      // The search's word is not taken for what it found.
      guard setting.faults(result.scattering, batch: batch).isEmpty else {
        throw SolverError.solverGaveUp("a scattering does not keep to its rules")
      }
      try result.certificate.check(setting, batch: batch)
      scattered.append(step(setting.time(result.scattering, batch: batch).value))
      bounds.append(step(result.bound.value))
      for option in setting.degrees.indices {
        let packing = instance.uniformDegree(option)
        uniform[option].append(packing.map { step(instance.passes($0)) } ?? .infinity)
      }
    }
    self.setting = setting
    self.scattered = scattered
    self.bounds = bounds
    // One degree must hold whatever may come, not only what was drawn.
    let longest = lengths.histogram.longest
    self.uniform = setting.degrees.indices
      .filter { setting.holds(longest, setting.degrees[$0]) && uniform[$0].allSatisfy(\.isFinite) }
      .min { uniform[$0].reduce(0, +) < uniform[$1].reduce(0, +) }
      .map { (setting.degrees[$0].degree, uniform[$0]) }
  }
}

extension LayoutEstimate {
  public var meanScattered: Seconds { Self.mean(scattered) }
  public var meanBound: Seconds { Self.mean(bounds) }
  public var meanUniform: Seconds? { uniform.map { Self.mean($0.steps) } }

  private static func mean(_ values: [Double]) -> Seconds {
    Seconds(values.reduce(0, +) / Double(values.count))
  }

  /// The share of uniform steps that scattered ones save, and its 95 % interval over batches.
  ///
  /// The ratio 1 − Σ s / Σ u, with the interval of Student's t for the residuals of a ratio.
  /// - Source: Cochran 1977, "Sampling Techniques", §6.3; t₀.₉₇₅ with 15 degrees of freedom.
  public func gain(over uniform: [Double]) -> (gain: Double, low: Double, high: Double) {
    let count = Double(scattered.count)
    let total = uniform.reduce(0, +)
    let gain = 1 - scattered.reduce(0, +) / total
    let squares = zip(scattered, uniform).reduce(0.0) { sum, pair in
      let residual = pair.1 - pair.0 - gain * pair.1
      return sum + residual * residual
    }
    let error = (squares / (count * (count - 1))).squareRoot() / (total / count)
    let width = Self.student * error
    return (gain, gain - width, gain + width)
  }

  /// t₀.₉₇₅ with `batches` − 1 degrees of freedom.
  private static let student = 2.131
}

extension ScatteringEffort {
  /// Enough to tell layouts apart, batch by batch.
  static var policy: ScatteringEffort {
    var effort = ScatteringEffort()
    effort.boundWork = 1_500
    effort.patience = 800
    effort.placements = 100_000
    effort.leastPackings = 120
    return effort
  }
}

extension ScatteringSetting {
  /// - Throws: `ScatteringFault.oversize` where no group holds a sequence of this length.
  fileprivate func requireHolding(_ length: Int) throws(ScatteringFault) {
    guard !holds(length) else { return }
    throw .oversize(
      sequence: 0, length: length, largest: degrees.map { $0.degree * tokensPerGPU }.max() ?? 0,
      needs: degreeNeeded(length))
  }
}

extension ScatteringInstance {
  /// Seconds of a packing, fixed times included.
  fileprivate func passes(_ packing: Packing) -> Double {
    packing.total + fixedTime(packing.microBatches)
  }
}

extension ScatteringCosts {
  /// The costs of a plan's layout: its tensor and pipeline ranks, its split, its sharding; the context
  /// and data ranks of a stage share out the groups.
  public init(_ frame: Frame, _ split: LayerSplit, of model: CostModel) {
    self.init()
    tensor = frame.degrees.tensor
    pipeline = frame.degrees.pipeline
    expert = (frame.degrees.expert, frame.degrees.expertTensor)
    ranks = frame.degrees.context * frame.degrees.data
    sharding = frame.sharding
    stateReplicas = frame.stateReplicas
    recompute = model.pinnedPolicy.map { model.policies[$0] }
    self.split = split
    calibration = model.calibration
  }
}
