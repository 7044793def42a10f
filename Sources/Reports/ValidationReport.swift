import LaunchPlan
import ParallelismVocabulary
import PublishedRuns
import Quantities

/// How predictions compare with measured runs, in the forms that people and machines read.
public struct ValidationReport: Sendable {
  public let predictions: [PredictedRun]
  public let summary: ValidationSummary
  /// The summary of predictions by fits that had not seen the layouts, where they were made.
  public let unseen: ValidationSummary?
  /// The steps that such fits predicted, by the identities of the runs, one a split.
  let unseenSteps: [String: [Seconds]]

  /// - Parameter unseen: the replays of a cross-validation, one a split.
  public init(
    _ predictions: [PredictedRun], leftOut: [LeftOutRun] = [], unseen: [[PredictedRun]]? = nil
  ) {
    self.predictions = predictions
    self.summary = ValidationSummary(predictions, leftOut: leftOut)
    self.unseen = unseen.map { ValidationSummary(replays: $0) }
    unseenSteps = Dictionary(grouping: (unseen ?? []).joined(), by: \.run.id)
      .mapValues { $0.map(\.step) }
  }

  /// The names of the sources in ascending order.
  var sources: [String] { summary.sources.keys.sorted() }

  /// The runs whose step time is scored.
  var scored: [PredictedRun] { predictions.filter { $0.stepError != nil } }

  /// Steps that are shown, but not scored.
  var assumedRows: Int { summary.sources.values.map(\.assumedRows).reduce(0, +) }

  /// What predictions of memory got right and wrong: a phrase with its counts, and the runs.
  var feasibility: [(phrase: String, ids: [String], isGood: Bool?)] {
    let score = summary.feasibility
    var findings: [(phrase: String, ids: [String], isGood: Bool?)] = []
    if score.outOfMemoryRows > 0 {
      let missed = score.missedOutOfMemory
      findings.append(
        (
          "ran out of memory, but predicted to fit: \(missed.count.grouped) of "
            + score.outOfMemoryRows.grouped, missed, missed.isEmpty
        ))
    }
    if let share = score.falseOutOfMemoryShare {
      let wrong = score.falseOutOfMemory
      findings.append(
        (
          "ran, but predicted not to fit: \(wrong.count.grouped) of \(score.ranRows.grouped), "
            + share.percent, wrong, wrong.isEmpty
        ))
    }
    if !score.fragmented.isEmpty {
      findings.append(
        (
          "blamed on fragmentation by the source: \(score.fragmented.count.grouped)",
          score.fragmented, nil
        ))
    }
    return findings
  }

  /// The runs whose step time is most wrong, the worst first, at most so many of one source: one
  /// cause often spoils a whole series.
  func worst(_ count: Int, perSource: Int) -> [PredictedRun] {
    let order = predictions.compactMap { run in run.stepError.map { (run, $0.magnitude) } }
      .sorted { ($1.1, $0.0.run.id) < ($0.1, $1.0.run.id) }
    var taken: [String: Int] = [:]
    var worst: [PredictedRun] = []
    for (prediction, _) in order where worst.count < count {
      let source = prediction.run.source
      guard taken[source, default: 0] < perSource else { continue }
      taken[source, default: 0] += 1
      worst.append(prediction)
    }
    return worst
  }
}

extension PredictedRun {
  /// The axes, sharding and micro-batches of the run, as in the line of a plan.
  var layout: LaunchPlan.Parallelism {
    let frame = run.frame
    return LaunchPlan.Parallelism(
      degrees: frame.degrees, schedule: frame.schedule, sequenceParallel: frame.sequenceParallel,
      microBatchSize: frame.microBatchSize, microBatches: frame.microBatches,
      sharding: frame.sharding, stateReplicas: frame.stateReplicas,
      contextMethod: frame.contextMethod)
  }

  /// What it was run on: `64 H100-80GB of dgxc-bench, nemo@24`.
  var setting: String {
    "\(run.frame.degrees.devices.grouped) × \(run.acceleratorName), \(run.stack)"
  }
}

extension Double? {
  /// A share as per cent without the sign of it, for columns; a dash for nothing.
  var inPercent: String { map { ($0 * 100).spelled(decimals: 1) } ?? "–" }

  /// The same with its sign.
  var inSignedPercent: String { map { $0.signed } ?? "–" }

  /// A coefficient with two decimals.
  var asCoefficient: String { map { $0.spelled(decimals: 2) } ?? "–" }
}

extension Double {
  /// An error as per cent with its sign, for columns: `+4.0`.
  var signed: String {
    let text = (self * 100).spelled(decimals: 1)
    return self > 0 && text != "0.0" ? "+" + text : text
  }
}
