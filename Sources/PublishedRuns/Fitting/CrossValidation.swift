import CostModel

/// Predictions of runs by fits that had not seen them: half of the layouts are held out in turn, in
/// three splits.
///
/// Every fit starts from the defaults, so that it has not seen a run that it predicts; the defaults
/// and the choice of coefficients are people's, who knew all runs.
public struct CrossValidation: Sendable {
  /// One replay a split: each run as the half that did not hold it predicts it.
  public let replays: [[PredictedRun]]

  /// Intervals around predictions that hold unseen runs like these.
  public var intervals: ErrorIntervalTable {
    ErrorIntervalTable(replays.flatMap { $0.compactMap(UnseenResidual.init) })
  }

  /// - Parameter progress: called with the number of fits done, of six.
  public init(_ measured: MeasuredRuns, iterations: Int = 20, progress: (Int) -> Void = { _ in }) {
    var replays: [[PredictedRun]] = []
    var done = 0
    for split in LayoutSplit.three(of: measured.runs) {
      var replay: [PredictedRun] = []
      for fold in split.folds {
        let seen = fold.seen.map { measured.runs[$0] }
        let fitted = CoefficientFit(runs: seen, start: .defaults).fitted(iterations: iterations)
        let unseen = MeasuredRuns(runs: fold.unseen.map { measured.runs[$0] })
        replay += Replay(unseen, under: fitted).predictions
        done += 1
        progress(done)
      }
      replays.append(replay)
    }
    self.replays = replays
  }
}
