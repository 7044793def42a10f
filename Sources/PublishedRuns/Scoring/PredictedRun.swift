import Quantities

/// A measured run and what was predicted of it.
public struct PredictedRun: Sendable {
  /// A measured peak of memory and the prediction of the same stage and kind.
  public struct Peak: Hashable, Sendable {
    public var measured: Measurement.Peak
    public var predicted: Bytes

    public init(measured: Measurement.Peak, predicted: Bytes) {
      self.measured = measured
      self.predicted = predicted
    }

    /// Predicted over measured, less one; `nil` where nothing was held.
    public var error: Double? { predicted.relativeError(to: measured.bytes) }
  }

  public let run: MeasuredRun
  public let step: Seconds
  /// Where the measured step is expected to lie.
  public let stepRange: ClosedRange<Seconds>
  public let peaks: [Peak]
  /// What is held before the first step, of the stage that was measured.
  public let staticBytes: Bytes?
  /// The predicted peak over the device's memory, on the stage where that is largest.
  public let memoryUse: Double

  /// - Returns: `nil` where a figure is not finite or not above zero: no prediction was made, and
  ///   the run belongs among those left out.
  public init?(
    _ run: MeasuredRun, step: Seconds, stepRange: ClosedRange<Seconds>, peaks: [Peak] = [],
    staticBytes: Bytes? = nil, memoryUse: Double
  ) {
    let figures =
      [step.value, stepRange.lowerBound.value, stepRange.upperBound.value, memoryUse]
      + peaks.map(\.predicted.value) + [staticBytes?.value].compactMap { $0 }
    guard figures.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    self.run = run
    self.step = step
    self.stepRange = stepRange
    self.peaks = peaks
    self.staticBytes = staticBytes
    self.memoryUse = memoryUse
  }

  public var fits: Bool { memoryUse <= 1 }

  /// The measured step, where the source states it: one that its collector assumed is shown, but
  /// not scored.
  public var scoredStep: Seconds? {
    guard let step = run.measured.step, step > .zero, !run.measured.isStepAssumed else {
      return nil
    }
    return step
  }

  /// Predicted over measured step time, less one; `nil` where the step is not scored.
  public var stepError: Double? { scoredStep.flatMap { step.relativeError(to: $0) } }

  /// Predicted over measured memory before the first step, less one.
  public var staticError: Double? {
    guard let predicted = staticBytes, let measured = run.measured.staticBytes else { return nil }
    return predicted.relativeError(to: measured)
  }

  /// The mean error of the peaks, of one kind or of all: a run counts once, however many of its
  /// stages were measured.
  public func memoryError(_ kind: Measurement.MemoryKind? = nil) -> PeakError? {
    let errors = peaks.filter { kind == nil || $0.measured.kind == kind }.compactMap(\.error)
    guard let absolute = errors.map(\.magnitude).mean, let signed = errors.mean else { return nil }
    return PeakError(absolute: absolute, signed: signed)
  }

  /// How far the peaks of a run are off: the means of their absolute and of their signed errors.
  public struct PeakError: Hashable, Sendable {
    public var absolute: Double
    public var signed: Double
  }
}

extension Quantity {
  /// The amount over another, less one; `nil` unless the other is above zero.
  fileprivate func relativeError(to measured: Self) -> Double? {
    measured > .zero && measured.isFinite ? self / measured - 1 : nil
  }
}
