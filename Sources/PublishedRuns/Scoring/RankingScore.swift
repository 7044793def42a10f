/// Whether predictions choose well between layouts of one job.
///
/// Every figure is over groups of at least five choices that were measured for one job on one stack;
/// `nil` where there is no group.
public struct RankingScore: Hashable, Sendable {
  public let groups: Int
  /// The measured time of the choice that prediction makes over the best measured, less one: its
  /// mean, and what nine in ten groups stay below.
  public let meanRegret: Double?
  public let p90Regret: Double?
  /// The mean of the groups' rank correlations between predicted and measured times.
  public let spearman: Double?
  /// The share of groups whose best measured choice is among the five best predicted.
  public let bestAmongFive: Double?

  /// - Parameters:
  ///   - groups: of one or more replays of the same runs.
  ///   - replays: how many, so that each group counts once.
  init(_ groups: [RankedGroup], replays: Int = 1) {
    let regrets = groups.map(\.regret)
    self.groups = groups.count / max(1, replays)
    meanRegret = regrets.mean
    p90Regret = regrets.percentile(0.9)
    spearman = groups.compactMap(\.spearman).mean
    bestAmongFive = groups.map { $0.hasBestAmongFive ? 1 : 0 }.mean
  }
}
