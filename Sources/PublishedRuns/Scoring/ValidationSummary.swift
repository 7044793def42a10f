/// How predictions compare with measured runs, by source and by stack, in ranking and in memory.
public struct ValidationSummary: Sendable {
  /// By the name of the source; sources all of whose records were left out are among them.
  public let sources: [String: RunScore]
  /// By the identity of the stack; records left out have none and are not counted here.
  public let stacks: [String: RunScore]
  /// The share of all scored steps inside the intervals predicted for them; `nil` of none.
  public let insideInterval: Double?
  public let ranking: RankingScore
  /// Of the sources that have a group of at least five choices for one job.
  public let rankingBySource: [String: RankingScore]
  public let feasibility: FeasibilityScore
  public let leftOut: [LeftOutRun]

  /// The summary of one prediction for each run.
  public init(_ predictions: [PredictedRun], leftOut: [LeftOutRun] = []) {
    self.init(replays: [predictions], leftOut: leftOut)
  }

  /// The summary of several predictions of the same runs, as when each split of a cross-validation
  /// predicts every run by the half that did not hold it: errors are pooled, runs count once, and
  /// layouts are ranked within a replay.
  public init(replays: [[PredictedRun]], leftOut: [LeftOutRun] = []) {
    let all = replays.flatMap { $0 }
    let bySource = Dictionary(grouping: all, by: \.run.source)
    let leftOutBySource = Dictionary(grouping: leftOut, by: \.source).mapValues(\.count)
    let names = Set(bySource.keys).union(leftOutBySource.keys)
    sources = Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, RunScore(bySource[$0] ?? [], leftOut: leftOutBySource[$0] ?? 0))
      })
    stacks = Dictionary(grouping: all, by: \.run.stack)
      .mapValues { RunScore($0, leftOut: 0) }
    insideInterval = RunScore(all, leftOut: 0).insideInterval
    let groups = replays.flatMap(RankedGroup.groups)
    ranking = RankingScore(groups, replays: replays.count)
    rankingBySource = Dictionary(grouping: groups, by: \.source)
      .mapValues { RankingScore($0, replays: replays.count) }
    feasibility = FeasibilityScore(all)
    self.leftOut = leftOut
  }

  /// The reasons for leaving records out, the most frequent first, then by name.
  public var leftOutReasons: [(reason: String, runs: Int)] {
    Dictionary(grouping: leftOut, by: \.reason).map { (reason: $0, runs: $1.count) }
      .sorted { ($1.runs, $0.reason) < ($0.runs, $1.reason) }
  }
}
