import CostModel
import ParallelismVocabulary
import Quantities

/// Measured runs beside their predictions, and those that cannot be predicted.
public struct Replay: Sendable {
  public var predictions: [PredictedRun] = []
  public var leftOut: [LeftOutRun]

  /// Predicts every run, in order, with the cost model that plans are made with.
  ///
  /// - Parameters:
  ///   - intervals: where measured steps lie around predicted ones.
  ///   - progress: called with the number of runs done.
  public init(
    _ measured: MeasuredRuns, under calibration: Calibration = .shipped,
    intervals: ErrorIntervalTable = .shipped, progress: (Int) -> Void = { _ in }
  ) {
    leftOut = measured.leftOut
    let pipelines = PipelineCache()
    for (index, run) in measured.runs.enumerated() {
      do {
        let prediction = try run.prediction(under: calibration, pipelines: pipelines)
        let interval = intervals.interval(of: RunRegime(run))
        if let predicted = PredictedRun(
          run, step: prediction.step, stepRange: interval.range(around: prediction.step),
          peaks: run.measured.peaks.map {
            PredictedRun.Peak(measured: $0, predicted: prediction.peak(like: $0))
          },
          staticBytes: run.measured.staticBytes.map { _ in prediction.lastStageState },
          memoryUse: run.leastUse(of: prediction, under: calibration, pipelines: pipelines))
        {
          predictions.append(predicted)
        } else {
          leave(run, because: "its prediction is not a finite time above zero")
        }
      } catch {
        leave(run, because: "\(error)")
      }
      progress(index + 1)
    }
  }

  private mutating func leave(_ run: MeasuredRun, because reason: String) {
    leftOut.append(LeftOutRun(id: run.id, source: run.source, reason: reason))
  }
}

extension StepPrediction {
  /// The predicted peak of the same stage and kind as a measured one.
  fileprivate func peak(like measured: Measurement.Peak) -> Bytes {
    let stages =
      measured.stage.flatMap { memory.indices.contains($0) ? [memory[$0]] : nil } ?? memory
    return stages.map { $0.bytes(measured.kind) }.max() ?? .zero
  }

  /// What the last stage, where sources look, holds between steps.
  fileprivate var lastStageState: Bytes { memory.last?.resting ?? .zero }

  fileprivate var peakBytes: Bytes { memory.map(\.peak).max() ?? .zero }
}

extension StageMemory {
  fileprivate func bytes(_ kind: Measurement.MemoryKind) -> Bytes {
    switch kind {
    case .allocated: allocated
    case .reserved: reserved
    case .device: peak
    }
  }
}

extension MeasuredRun {
  /// The share of the device's memory that a run needs.
  ///
  /// Where the record does not tell what was recomputed, it is the least of recomputing nothing, as
  /// is assumed for its time, and everything: whoever ran it chose what fits.
  fileprivate func leastUse(
    of prediction: StepPrediction, under calibration: Calibration, pipelines: PipelineCache
  ) -> Double {
    let use = prediction.peakBytes / leastMemory
    guard use > 1, isRecomputeAssumed else { return use }
    var least = self
    least.recompute = .full
    let other = try? least.prediction(under: calibration, pipelines: pipelines)
    return min(use, other.map { $0.peakBytes / leastMemory } ?? use)
  }

  /// Whether the record leaves out what was recomputed.
  var isRecomputeAssumed: Bool { assumptions.contains { $0.hasPrefix("recompute ") } }

  /// The memory of the smallest accelerator.
  var leastMemory: Bytes {
    cluster.nodeGroups.map(\.accelerator.visibleMemory).min() ?? .zero
  }
}
