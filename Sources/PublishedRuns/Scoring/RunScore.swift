/// What the predictions of a source's or a stack's runs are worth.
public struct RunScore: Hashable, Sendable {
  /// The records, those left out among them.
  public let rows: Int
  /// The runs whose step time rests on an assumption of whoever collected it: shown, not scored.
  public let assumedRows: Int
  public let stepTime: ErrorScore
  /// The share of measured steps inside the interval that was predicted for them, ends included.
  public let insideInterval: Double?
  /// Of the peaks of memory, whatever they count; a run counts once, by the mean of its peaks.
  public let memory: ErrorScore
  /// The same for each kind of peak that was measured.
  public let memoryByKind: [Measurement.MemoryKind: ErrorScore]
  /// Of what is held before the first step.
  public let staticMemory: ErrorScore

  /// - Parameter predictions: of one or more replays; a run that was predicted more than once
  ///   counts once among the rows, and with each of its predictions in the errors.
  init(_ predictions: [PredictedRun], leftOut: Int) {
    func runs(where isCounted: (PredictedRun) -> Bool) -> Int {
      Set(predictions.filter(isCounted).map(\.run.id)).count
    }
    func memory(_ kind: Measurement.MemoryKind?) -> ErrorScore {
      let errors = predictions.compactMap { $0.memoryError(kind) }
      return ErrorScore(
        errors.map(\.signed), absolute: errors.map(\.absolute),
        runs: runs { $0.memoryError(kind) != nil })
    }
    rows = runs { _ in true } + leftOut
    assumedRows = runs { $0.run.measured.step != nil && $0.run.measured.isStepAssumed }
    stepTime = ErrorScore(
      predictions.compactMap(\.stepError), runs: runs { $0.stepError != nil })
    insideInterval =
      predictions.compactMap { prediction in
        prediction.scoredStep.map { prediction.stepRange.contains($0) ? 1 : 0 }
      }.mean
    self.memory = memory(nil)
    let kinds = Set(predictions.flatMap { $0.peaks.map(\.measured.kind) })
    memoryByKind = Dictionary(uniqueKeysWithValues: kinds.map { ($0, memory($0)) })
    staticMemory = ErrorScore(
      predictions.compactMap(\.staticError), runs: runs { $0.staticError != nil })
  }
}
