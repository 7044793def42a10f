import CostModel

/// The GPUs among which the experts of a layer are divided: equal nodes of equal GPUs, in equal racks
/// where some nodes are nearer to each other than others, numbered rack by rack and node by node.
public struct GPUHierarchy: Sendable, Hashable {
  public let racks: Int
  public let nodes: Int
  public let gpusPerNode: Int
  /// What a token costs that changes its GPU but not its node.
  public let hopWithinNode: Double
  /// What a token costs that changes its node, but not its rack.
  public let hopBetweenNodes: Double
  /// What a token costs that changes its rack.
  public let hopBetweenRacks: Double

  /// - Precondition: at least one node of at least one GPU, racks of equally many nodes, and
  ///   0 ≤ within a node ≤ between nodes ≤ between racks.
  public init(
    racks: Int = 1, nodes: Int, gpusPerNode: Int, hopWithinNode: Double, hopBetweenNodes: Double,
    hopBetweenRacks: Double? = nil
  ) {
    precondition(nodes > 0 && gpusPerNode > 0, "GPUs to place experts on")
    precondition(racks > 0 && nodes.isMultiple(of: racks), "racks of equally many nodes")
    precondition(0 <= hopWithinNode && hopWithinNode <= hopBetweenNodes, "nodes are far apart")
    self.racks = racks
    self.nodes = nodes
    self.gpusPerNode = gpusPerNode
    self.hopWithinNode = hopWithinNode
    self.hopBetweenNodes = hopBetweenNodes
    self.hopBetweenRacks = hopBetweenRacks ?? hopBetweenNodes
    precondition(hopBetweenNodes <= self.hopBetweenRacks, "racks are farther apart than nodes")
  }

  /// GPUs that are equally far from each other: a hop costs 1.
  public static func flat(gpus: Int) -> GPUHierarchy {
    GPUHierarchy(nodes: 1, gpusPerNode: gpus, hopWithinNode: 1, hopBetweenNodes: 1)
  }

  public var gpus: Int { nodes * gpusPerNode }

  /// Whether a hop costs the same wherever it leads.
  public var isFlat: Bool { nodes == 1 || hopWithinNode == dearestHop }

  /// The dearest hop there is; 0 where there is one GPU only.
  public var dearestHop: Double {
    gpus == 1 ? 0 : nodes == 1 ? hopWithinNode : racks == 1 ? hopBetweenNodes : hopBetweenRacks
  }

  /// A hop's cost as a sum: what it costs to change the part of the first kind, and more for each
  /// larger kind of part that changes too.
  public var partLevels: [(parts: Int, cost: Double)] {
    if isFlat { return [(gpus, dearestHop)] }
    let near = [(gpus, hopWithinNode), (nodes, hopBetweenNodes - hopWithinNode)]
    return racks > 1 && hopBetweenRacks > hopBetweenNodes
      ? near + [(racks, hopBetweenRacks - hopBetweenNodes)] : near
  }

  /// What a token costs that goes from one GPU to another.
  public func hop(from one: Int, to other: Int) -> Double {
    if one == other { return 0 }
    let (a, b) = (one / gpusPerNode, other / gpusPerNode)
    if a == b { return hopWithinNode }
    let side = nodes / racks
    return a / side == b / side ? hopBetweenNodes : hopBetweenRacks
  }
}

extension GPUHierarchy {
  /// The GPUs of a group of ranks by the domains that they share: nodes are domains here, and a hop
  /// costs what a byte takes on the links, relative to those between domains.
  public init(_ links: GroupLinks) {
    let side = links.membersPerDomain
    guard links.domains > 1, side * links.domains == links.members else {
      self = .flat(gpus: links.members)
      return
    }
    let within = min(1, links.outer.rate.value / links.inner.rate.value)
    self.init(
      nodes: links.domains, gpusPerNode: side, hopWithinNode: within.isFinite ? within : 0,
      hopBetweenNodes: 1)
  }
}
