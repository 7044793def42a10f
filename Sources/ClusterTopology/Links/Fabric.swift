import Quantities

/// The network cards of one node on one fabric.
public struct NICs: Sendable, Hashable {
  /// The name of the fabric that they are plugged into.
  public var fabric: String
  public var perNode: Int
  /// The line rate of one card, one direction.
  public var rate: BytesPerSecond

  public init(fabric: String, perNode: Int, rate: BytesPerSecond) {
    self.fabric = fabric
    self.perNode = perNode
    self.rate = rate
  }

  /// What a node can send over all its cards.
  @inlinable public var total: BytesPerSecond { Double(perNode) * rate }
}

/// A network between nodes.
public struct Fabric: Sendable, Hashable {
  public enum Kind: String, CaseIterable, Codable, Sendable, Hashable {
    case infiniband, roce, ethernet, slingshot, omnipath, efa, tcpx

    /// The latency of one message between nodes where the file states none.
    ///
    /// - Source: NVIDIA NCCL `src/graph/tuning.cc`: 14 µs for a network hop, ring, simple protocol;
    ///   aws-ofi-nccl `src/platform-aws.cpp`: 75 µs for EFA on p4d and p5 (35 µs on p5en and p6,
    ///   which the presets of those nodes state). Plain TCP has no published figure there: half of
    ///   a round trip of 100 µs is assumed.
    public var defaultLatency: Seconds {
      switch self {
      case .infiniband, .roce, .slingshot, .omnipath: .microseconds(14)
      case .ethernet, .tcpx: .microseconds(50)
      case .efa: .microseconds(75)
      }
    }
  }

  /// One tier of switches, from the leaves up.
  @frozen public struct Level: Sendable, Hashable {
    /// The nodes under one switch (or pod) of this tier.
    public var nodesPerSwitch: Int
    /// How many times the traffic from below exceeds the links upward; 1 is non-blocking.
    public var oversubscription: Double

    public init(nodesPerSwitch: Int, oversubscription: Double) {
      self.nodesPerSwitch = nodesPerSwitch
      self.oversubscription = oversubscription
    }
  }

  public var name: String
  public var kind: Kind
  public var latency: Seconds
  /// Tiers of switches, leaves first; empty is one switch for all.
  public var levels: [Level]
  /// The node groups that reach this fabric by `rate` beside those whose cards name it.
  public var connects: [String]
  /// What a node of `connects` can send over this fabric, one direction.
  public var rate: BytesPerSecond?
  /// Whether the switches add up messages on their way (SHARP).
  public var inNetworkReduction: Bool

  public init(
    name: String, kind: Kind, latency: Seconds? = nil, levels: [Level] = [],
    connects: [String] = [], rate: BytesPerSecond? = nil, inNetworkReduction: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.latency = latency ?? kind.defaultLatency
    self.levels = levels
    self.connects = connects
    self.rate = rate
    self.inNetworkReduction = inNetworkReduction
  }
}
