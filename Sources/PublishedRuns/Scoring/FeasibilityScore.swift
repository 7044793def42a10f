/// Whether predictions tell what fits from what does not.
public struct FeasibilityScore: Hashable, Sendable {
  /// The runs that ran out of memory, those blamed on fragmentation not among them.
  public let outOfMemoryRows: Int
  /// Of them, those that are predicted to fit, by id in ascending order.
  public let missedOutOfMemory: [String]
  /// The runs that ran.
  public let ranRows: Int
  /// Of them, those that are predicted not to fit, by id in ascending order.
  public let falseOutOfMemory: [String]
  /// The runs that their source says failed by fragmentation although enough was free, by id in
  /// ascending order: no prediction of sizes is right or wrong about them.
  public let fragmented: [String]

  /// The share of the runs that ran, and that are predicted not to fit; `nil` where none ran.
  public var falseOutOfMemoryShare: Double? {
    ranRows == 0 ? nil : Double(falseOutOfMemory.count) / Double(ranRows)
  }

  /// - Parameter predictions: of one or more replays; a run that any of them gets wrong is wrong.
  init(_ predictions: [PredictedRun]) {
    func ids(
      _ outcome: Measurement.Outcome, where isCounted: (PredictedRun) -> Bool = { _ in true }
    ) -> [String] {
      Set(
        predictions.filter { $0.run.measured.outcome == outcome && isCounted($0) }
          .map(\.run.id)
      ).sorted()
    }
    outOfMemoryRows = ids(.outOfMemory).count
    missedOutOfMemory = ids(.outOfMemory) { $0.fits }
    ranRows = ids(.ran).count
    falseOutOfMemory = ids(.ran) { !$0.fits }
    fragmented = ids(.fragmented)
  }
}
