/// How tokens use the ranks among which the experts of a layer are divided, on average over the layers:
/// what is known of routing, for one way to divide them.
public struct ExpertUse: Hashable, Sendable, Codable {
  /// Experts in each of the layers.
  public var experts: Int
  /// The ranks among which they are divided.
  public var ranks: Int
  /// Those of them that share a scale-up domain; `nil` stands for any number.
  public var ranksPerDomain: Int?
  /// The fullest rank's load over the mean.
  public var imbalance: Double
  /// The ranks that hold a token's experts; `nil` where they are as many as chance makes them.
  public var ranksReached: Double?
  /// The same of the domains.
  public var domainsReached: Double?

  public init(
    experts: Int, ranks: Int, ranksPerDomain: Int? = nil, imbalance: Double = 1,
    ranksReached: Double? = nil, domainsReached: Double? = nil
  ) {
    self.experts = experts
    self.ranks = ranks
    self.ranksPerDomain = ranksPerDomain
    self.imbalance = imbalance
    self.ranksReached = ranksReached
    self.domainsReached = domainsReached
  }
}

extension [ExpertUse] {
  /// What is known of experts divided among so many ranks, of which so many share a domain.
  public func use(experts: Int, ranks: Int, ranksPerDomain: Int) -> ExpertUse? {
    func known(_ side: Int?) -> ExpertUse? {
      first { $0.experts == experts && $0.ranks == ranks && $0.ranksPerDomain == side }
    }
    return known(ranksPerDomain) ?? known(nil)
  }
}
