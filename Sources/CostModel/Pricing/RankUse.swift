import ModelDescription
import ParallelismVocabulary

/// How the tokens of a layer use the ranks that share out its experts: what is known of routing, and
/// equal loads and chance where nothing is.
public struct RankUse: Hashable, Sendable {
  /// The fullest rank's load over the mean.
  public var imbalance: Double
  /// The ranks that hold a token's experts.
  public var ranks: Double
  /// The scale-up domains that hold them.
  public var domains: Double
}

extension LayerShape {
  /// What a workload tells of the use of these ranks.
  func use(of experts: ExpertsShape, _ workload: Workload) -> RankUse {
    let links = expertLinks
    let isRegular = links.membersPerDomain * links.domains == links.members
    let known =
      expert > 1
      ? workload.expertUse.use(
        experts: experts.count, ranks: expert,
        ranksPerDomain: isRegular ? links.membersPerDomain : expert) : nil
    return RankUse(
      imbalance: known?.imbalance ?? 1,
      ranks: known?.ranksReached
        ?? ExpertTimes.parts(reachedBy: experts.perToken, of: links.members),
      domains: known?.domainsReached
        ?? ExpertTimes.parts(reachedBy: experts.perToken, of: links.domains))
  }
}
