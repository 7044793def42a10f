import ParallelismVocabulary

extension LaunchPlan {
  /// Which rank runs on which device, in a compact form.
  ///
  /// Ranks are numbered through the axes of `rankOrder`, the first axis fastest, and laid on the
  /// devices of `hosts` in order; `exceptions` then move single ranks.
  public struct Mapping: Sendable, Hashable, Codable {
    /// The axes from the fastest to the slowest.
    public var rankOrder: [Axis]
    /// The nodes in launch order.
    public var hosts: [Hosts]
    /// The order in which a node's devices are filled; `nil` fills them as they are numbered.
    public var deviceOrder: [Int]?
    public var exceptions: [MovedRank]

    public init(
      rankOrder: [Axis] = [.tensor, .context, .data, .pipeline], hosts: [Hosts],
      deviceOrder: [Int]? = nil, exceptions: [MovedRank] = []
    ) {
      self.rankOrder = rankOrder
      self.hosts = hosts
      self.deviceOrder = deviceOrder
      self.exceptions = exceptions
    }
  }

  /// A run of consecutive nodes of one group of the cluster.
  public struct Hosts: Sendable, Hashable, Codable {
    public var nodeGroup: String
    /// The index of the first node in its group, from 0.
    public var firstNode: Int
    public var nodes: Int

    public init(nodeGroup: String, firstNode: Int, nodes: Int) {
      self.nodeGroup = nodeGroup
      self.firstNode = firstNode
      self.nodes = nodes
    }
  }

  /// A rank that does not lie where the order puts it.
  public struct MovedRank: Sendable, Hashable, Codable {
    public var rank: Int
    /// The position of its node in launch order, from 0.
    public var host: Int
    /// The index of its device in the node.
    public var device: Int

    public init(rank: Int, host: Int, device: Int) {
      self.rank = rank
      self.host = host
      self.device = device
    }
  }
}
