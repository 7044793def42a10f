import Quantities

/// The fast domain that joins accelerators inside a node, or inside a rack of nodes.
@frozen public struct ScaleUp: Sendable, Hashable {
  /// How the accelerators of a domain are wired.
  public enum Kind: String, CaseIterable, Codable, Sendable, Hashable {
    /// NVLink through switches: every pair at the full rate.
    case nvswitch
    /// NVLink from chip to chip, a fixed number of links for each pair.
    case nvlinkMesh
    /// NVLink bridges over pairs of cards, PCIe between the pairs.
    case nvlinkPairs
    /// Infinity Fabric from chip to chip, a fixed number of links for each pair.
    case xgmiMesh
    /// Ethernet ports of the chips themselves, a fixed number for each pair.
    case ethernetMesh
    /// A tree of PCIe switches and host bridges.
    case pcie
    /// Links to two neighbours.
    case ring
    /// Links to the neighbours along two or three dimensions.
    case torus

    /// Whether a pair has links of its own that it cannot lend to others.
    @inlinable public var isMesh: Bool {
      switch self {
      case .nvlinkMesh, .xgmiMesh, .ethernetMesh: true
      case .nvswitch, .nvlinkPairs, .pcie, .ring, .torus: false
      }
    }

    /// The latency of one hop where the file states none.
    ///
    /// - Source: NVIDIA NCCL `src/graph/tuning.cc`, ring algorithm, simple protocol: 3.4 µs over
    ///   NVLink and 5.7 µs over PCIe. Ports of Ethernet count as a network there.
    public var defaultLatency: Seconds {
      switch self {
      case .nvswitch, .nvlinkMesh, .xgmiMesh, .ring, .torus: .microseconds(3.4)
      case .nvlinkPairs, .pcie: .microseconds(5.7)
      case .ethernetMesh: .microseconds(14)
      }
    }
  }

  /// Neighbours inside the domain that share faster links, such as two dies of one package.
  @frozen public struct Level: Sendable, Hashable {
    /// Consecutive accelerators in one such neighbourhood.
    public var accelerators: Int
    /// What each can send inside it, one direction.
    public var rate: BytesPerSecond

    public init(accelerators: Int, rate: BytesPerSecond) {
      self.accelerators = accelerators
      self.rate = rate
    }
  }

  public var kind: Kind
  /// The accelerators in one domain; more than a node has where a rack is one domain.
  public var accelerators: Int
  /// What one accelerator can send when it talks to all others at once, one direction.
  public var perAccelerator: BytesPerSecond
  /// What one accelerator can send to a single peer, one direction.
  public var perPair: BytesPerSecond
  public var latency: Seconds
  /// Whether the switches add up messages on their way (NVLink SHARP).
  public var inNetworkReduction: Bool
  /// Faster neighbourhoods, inner first; empty where all pairs are alike.
  public var innerLevels: [Level]

  public init(
    kind: Kind, accelerators: Int, perAccelerator: BytesPerSecond, perPair: BytesPerSecond? = nil,
    latency: Seconds? = nil, inNetworkReduction: Bool = false, innerLevels: [Level] = []
  ) {
    self.kind = kind
    self.accelerators = accelerators
    self.perAccelerator = perAccelerator
    self.perPair = perPair ?? perAccelerator
    self.latency = latency ?? kind.defaultLatency
    self.inNetworkReduction = inNetworkReduction
    self.innerLevels = innerLevels
  }

  /// What one accelerator can send, one direction, to the others of a group of consecutive
  /// members of one domain.
  ///
  /// Behind a switch or in a tree: its full rate, whatever the size. In a mesh: a pair has only
  /// its own links, so k members reach (k − 1) · `perPair`, at most the full rate. In a ring or a
  /// torus: one link, unless the group is the whole domain. A group inside a neighbourhood has
  /// that neighbourhood's rate.
  /// - Source: for meshes, all-reduce on 2 and 8 MI300X measured at 47.7 and 312.9 GB/s of bus
  ///   bandwidth for one and seven links of 64 GB/s (stas00/ml-engineering, network).
  @inlinable public func bandwidth(groupSize: Int) -> BytesPerSecond {
    for level in innerLevels where groupSize <= level.accelerators { return level.rate }
    switch kind {
    case .nvswitch, .nvlinkPairs, .pcie:
      return perAccelerator
    case .nvlinkMesh, .xgmiMesh, .ethernetMesh:
      return min(perAccelerator, Double(max(1, groupSize - 1)) * perPair)
    case .ring, .torus:
      return groupSize >= accelerators ? perAccelerator : min(perAccelerator, perPair)
    }
  }

  /// The link of one accelerator into a group of consecutive members of one domain.
  @inlinable public func groupLink(_ groupSize: Int) -> Link {
    Link(latency: latency, rate: bandwidth(groupSize: groupSize))
  }
}
