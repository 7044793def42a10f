import CostModel
import ParallelismVocabulary
import Quantities

/// The layouts that somebody tried for one job, as they were measured and as they were predicted.
struct RankedGroup: Sendable {
  /// The job: what stays when only the layout changes. The source belongs to it, since sites that
  /// measured differently cannot be ranked against one another.
  struct Job: Hashable {
    var source: String
    var stack: String
    var model: ModelDimensions
    var sequenceLength: Int
    var globalBatch: Int
    var devices: Int
    var accelerator: String
    var precision: Precision

    init(_ run: MeasuredRun) {
      source = run.source
      stack = run.stack
      model = ModelDimensions(run.model)
      sequenceLength = run.workload.sequenceLength
      globalBatch = run.workload.globalBatch
      devices = run.frame.degrees.devices
      accelerator = run.acceleratorName
      precision = run.workload.precision
    }
  }

  /// What a planner would choose between for a job.
  private struct Choice: Hashable {
    var frame: Frame
    var chunkLayers: [Int]?
    var recompute: MeasuredRun.Recompute
    var adapterRank: Int?
    var optimizerPlace: OptimizerPlace

    init(_ run: MeasuredRun) {
      frame = run.frame
      chunkLayers = run.chunkLayers
      recompute = run.recompute
      adapterRank = run.workload.adapterRank
      optimizerPlace = run.workload.optimizerPlace
    }
  }

  let source: String
  /// In seconds, one for each distinct choice.
  let measured: [Double]
  let predicted: [Double]

  /// A group with fewer choices says nothing about ranking.
  static let leastChoices = 5

  /// - Precondition: one measured and one predicted time a choice, and at least one choice.
  init(source: String, measured: [Double], predicted: [Double]) {
    precondition(
      measured.count == predicted.count && !measured.isEmpty, "each choice has both times")
    self.source = source
    self.measured = measured
    self.predicted = predicted
  }

  /// The groups of at least five choices, in the order in which their jobs first appear. Repeats of
  /// one choice are one, with the medians of their times. Runs without a scored step are no choice.
  static func groups(_ predictions: [PredictedRun]) -> [RankedGroup] {
    var jobs: [Job] = []
    var members: [Job: [PredictedRun]] = [:]
    for prediction in predictions where prediction.scoredStep != nil {
      let job = Job(prediction.run)
      if members[job] == nil { jobs.append(job) }
      members[job, default: []].append(prediction)
    }
    return jobs.compactMap { job in
      let all = members[job] ?? []
      guard all.count >= leastChoices else { return nil }
      let choices = Dictionary(grouping: all) { Choice($0.run) }
      guard choices.count >= leastChoices else { return nil }
      var times: [(measured: Double, predicted: Double)] = []
      var done: Set<Choice> = []
      for prediction in all {
        let choice = Choice(prediction.run)
        guard done.insert(choice).inserted, let repeats = choices[choice],
          let measured = repeats.compactMap({ $0.scoredStep?.value }).median,
          let predicted = repeats.map(\.step.value).median
        else { continue }
        times.append((measured, predicted))
      }
      return RankedGroup(
        source: job.source, measured: times.map(\.measured), predicted: times.map(\.predicted))
    }
  }

  /// What choosing by prediction costs: the measured time of the choice with the least predicted
  /// time over the best measured time, less one. Choices that tie in prediction count with the mean
  /// of their measured times, since nothing tells them apart.
  var regret: Double {
    let least = predicted.reduce(.infinity, min)
    let chosen = zip(measured, predicted).filter { $1 == least }.map { time, _ in time }
    return (chosen.mean ?? best) / best - 1
  }

  /// Spearman's coefficient of predicted and measured times; `nil` where one of them is constant.
  var spearman: Double? { predicted.rankCorrelation(with: measured) }

  /// Whether a best measured choice is among the five best predicted: fewer than five others are
  /// predicted to take as long as it or less.
  var hasBestAmongFive: Bool {
    measured.indices.contains { choice in
      measured[choice] == best
        && predicted.count { $0 <= predicted[choice] } <= Self.leastChoices
    }
  }

  private var best: Double { measured.reduce(.infinity, min) }
}
