import ClusterTopology
import Quantities

/// The links that one group of ranks communicates over: some members in each fast domain, and
/// several domains joined by the network.
@frozen public struct GroupLinks: Hashable, Sendable {
  public var members: Int
  /// The fewest members of a group that share a scale-up domain: they must carry all that enters
  /// and leaves it.
  public var membersPerDomain: Int
  /// The domains that the group spans.
  public var domains: Int
  /// A member's link to the others of its domain.
  public var inner: Link
  /// A member's slice of the slowest network link that the group's ring crosses, when all members
  /// of all such groups send at once.
  public var outer: Link

  public init(members: Int, membersPerDomain: Int, domains: Int, inner: Link, outer: Link) {
    self.members = members
    self.membersPerDomain = membersPerDomain
    self.domains = domains
    self.inner = inner
    self.outer = outer
  }

  /// A group of one, which never communicates.
  public static let alone = GroupLinks(
    members: 1, membersPerDomain: 1, domains: 1, inner: Link(latency: .zero, rate: .infinity),
    outer: Link(latency: .zero, rate: .infinity))
}

extension GroupLinks {
  /// The weaker of two groups of one size, in every respect.
  func slowerOf(_ other: GroupLinks) -> GroupLinks {
    GroupLinks(
      members: members, membersPerDomain: min(membersPerDomain, other.membersPerDomain),
      domains: max(domains, other.domains), inner: slower(inner, other.inner),
      outer: slower(outer, other.outer))
  }
}

/// The link that is as weak as the weaker of two in either respect.
func slower(_ one: Link, _ other: Link) -> Link {
  Link(latency: max(one.latency, other.latency), rate: min(one.rate, other.rate))
}
