/// What is known to run below its nominal rate, and how often nodes fail.
public struct ClusterHealth: Sendable, Hashable {
  /// A node whose accelerators are slow.
  public struct SlowNode: Sendable, Hashable {
    public var node: Int
    /// The share of the nominal rate that is left, in (0, 1].
    public var factor: Double

    public init(node: Int, factor: Double) {
      self.node = node
      self.factor = factor
    }
  }

  /// One direction of a bad connection between two nodes.
  public struct BadLink: Sendable, Hashable {
    public var from: Int
    public var to: Int
    /// The share of the nominal rate that is left, in (0, 1].
    public var factor: Double

    public init(from: Int, to: Int, factor: Double) {
      self.from = from
      self.to = to
      self.factor = factor
    }
  }

  public var slowNodes: [SlowNode]
  public var badLinks: [BadLink]
  /// `nil` where nobody told.
  public var failures: FailureRate?

  public init(
    slowNodes: [SlowNode] = [], badLinks: [BadLink] = [], failures: FailureRate? = nil
  ) {
    self.slowNodes = slowNodes
    self.badLinks = badLinks
    self.failures = failures
  }

  public static let good = ClusterHealth()
}

extension ClusterHealth {
  /// The compute factor of each node; empty where all are well.
  func computeFactors(nodes: Int) -> [Double] {
    guard !slowNodes.isEmpty else { return [] }
    var factors = [Double](repeating: 1, count: nodes)
    for slow in slowNodes where factors.indices.contains(slow.node) {
      factors[slow.node] = min(factors[slow.node], slow.factor)
    }
    return factors
  }

  /// The factor of each bad link by from · nodes + to.
  func linkFactors(nodes: Int) -> [Int: Double] {
    Dictionary(badLinks.map { ($0.from * nodes + $0.to, $0.factor) }, uniquingKeysWith: min)
  }
}
