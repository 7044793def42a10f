import CostModel
import Foundation
import PublishedRuns
import Quantities
import Testing

/// The shipped coefficients against measured runs. Ceilings are the errors of an earlier fit and a
/// quarter more, so that a further fit passes and a mistake in a term does not.
@Suite("Shipped predictions of measured runs", .serialized)
struct AccuracyTests {
  /// The most that the mean absolute error of a source may be, in per cent; `nil` where it has no
  /// figure of the kind.
  struct Ceiling {
    var step: Double?
    var memory: Double?
  }

  /// - Parameter seconds: what predicting all runs may take of the processor.
  private func replay(
    _ measured: MeasuredRuns, within seconds: Double = 5
  ) -> (replay: Replay, summary: ValidationSummary) {
    let start = clock()
    let replay = Replay(measured)
    let taken = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    #expect(taken < seconds, "predicting \(measured.runs.count) runs")
    return (
      replay, ValidationSummary(replay.predictions, leftOut: replay.leftOut)
    )
  }

  private func check(_ summary: ValidationSummary, against ceilings: [String: Ceiling]) {
    for (name, score) in summary.sources where score.stepTime.runs + score.memory.runs > 0 {
      guard let ceiling = ceilings[name] else {
        Issue.record("\(name) has no ceiling")
        continue
      }
      #expect((score.stepTime.mean == nil) == (ceiling.step == nil), "\(name)")
      #expect((score.memory.mean == nil) == (ceiling.memory == nil), "\(name)")
      if let error = score.stepTime.mean, let most = ceiling.step {
        #expect(100 * error <= most, "step time of \(name)")
      }
      if let error = score.memory.mean, let most = ceiling.memory {
        #expect(100 * error <= most, "memory of \(name)")
      }
    }
  }

  /// Whether nine in ten steps lie inside the intervals that are printed for them, once there are
  /// any.
  private func checkIntervals(_ summary: ValidationSummary) throws {
    guard !ErrorIntervalTable.shipped.cells.isEmpty else { return }
    #expect(try #require(summary.insideInterval) >= 0.9)
  }

  // MARK: The collection

  private static let collected: [String: Ceiling] = [
    "amp-homogeneous": Ceiling(step: 11.6),
    "bigscience-a100": Ceiling(step: 6.1, memory: 6.0),
    "bigscience-v100": Ceiling(step: 5.4),
    "dgxc-bench": Ceiling(step: 3.7),
    "easycontext": Ceiling(step: 31.6),
    "internevo-mem": Ceiling(memory: 46.3),
    "korthikanti-t5": Ceiling(step: 3.4),
    "llmfoundry": Ceiling(step: 5.9),
    "megatron-golden-gpt": Ceiling(memory: 6.7),
    "megatron-golden-moe": Ceiling(memory: 9.4),
    "megatron-moe-zoo": Ceiling(step: 6.9),
    "megatron-sc21-t1": Ceiling(step: 2.8),
    "megatron-sc21-t2": Ceiling(step: 6.3),
    "mlperf-v3.0": Ceiling(step: 9.3),
    "mlperf-v3.1": Ceiling(step: 1.8),
    "mlperf-v4.0": Ceiling(step: 8.4),
    "mlperf-v4.1": Ceiling(step: 6.8),
    "mlperf-v5.0": Ceiling(step: 6.8),
    "nemo-2407": Ceiling(step: 4.5),
    "nemo-2407-ft": Ceiling(step: 5.5),
    "nemo-mbridge": Ceiling(step: 12.5),
    "sailor-clariden-gpt-neo": Ceiling(step: 4.8, memory: 6.8),
    "sailor-clariden-opt-350": Ceiling(step: 6.8, memory: 4.1),
    "simumax-b200": Ceiling(step: 8.6, memory: 1.2),
    "torchtitan": Ceiling(step: 7.4, memory: 9.3),
    "vtrain-multi": Ceiling(step: 9.9),
    "vtrain-single": Ceiling(step: 8.0),
  ]

  @Test(
    "Of the collection, no source is predicted worse than its ceiling, and no failed run to fit",
    .enabled(
      if: ReferenceData.exists(ReferenceData.collected)
        && ReferenceData.exists(ReferenceData.simuMax), ReferenceData.hint))
  func collection() throws {
    var measured = try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.collected))
    measured.runs += try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.simuMax)).runs
    let (replay, summary) = replay(measured)
    // Every run that was read is predicted.
    #expect(replay.leftOut == measured.leftOut)
    check(summary, against: Self.collected)
    try checkIntervals(summary)
    #expect(summary.feasibility.outOfMemoryRows > 0)
    #expect(summary.feasibility.missedOutOfMemory == [])
    #expect(try #require(summary.feasibility.falseOutOfMemoryShare) <= 0.01)
  }

  // MARK: The examples

  /// Samples of the collection, whose errors differ where they hold a part of a source.
  private static let examples = collected.merging([
    "bigscience-a100": Ceiling(step: 5.9, memory: 4.3),
    "llmfoundry": Ceiling(step: 6.3),
    "megatron-golden-gpt": Ceiling(memory: 7.3),
    "megatron-golden-moe": Ceiling(memory: 10.1),
    "nemo-mbridge": Ceiling(step: 12.9),
    "vtrain-multi": Ceiling(step: 10.5),
    "vtrain-single": Ceiling(step: 7.2),
  ]) { $1 }

  @Test("Of the examples, no source is predicted worse than its ceiling, and no failed run to fit")
  func publishedExamples() throws {
    var measured = MeasuredRuns()
    for file in try PublishedExamples.files() {
      measured.runs += try MeasuredRuns.read(path: file.path).runs
    }
    let (replay, summary) = replay(measured)
    #expect(replay.predictions.count == measured.runs.count)
    check(summary, against: Self.examples)
    try checkIntervals(summary)
    #expect(summary.feasibility.outOfMemoryRows > 0)
    #expect(summary.feasibility.missedOutOfMemory == [])
  }
}
