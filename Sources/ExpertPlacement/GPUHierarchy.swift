import CostModel

/// The GPUs among which the experts of a layer are divided: equal nodes of equal GPUs, numbered node
/// by node.
public struct GPUHierarchy: Sendable, Hashable {
  public let nodes: Int
  public let gpusPerNode: Int
  /// What a token costs that changes its GPU but not its node.
  public let hopWithinNode: Double
  /// What a token costs that changes its node.
  public let hopBetweenNodes: Double

  /// - Precondition: at least one node of at least one GPU, and 0 ≤ within a node ≤ between nodes.
  public init(
    nodes: Int, gpusPerNode: Int, hopWithinNode: Double, hopBetweenNodes: Double
  ) {
    precondition(nodes > 0 && gpusPerNode > 0, "GPUs to place experts on")
    precondition(0 <= hopWithinNode && hopWithinNode <= hopBetweenNodes, "nodes are far apart")
    self.nodes = nodes
    self.gpusPerNode = gpusPerNode
    self.hopWithinNode = hopWithinNode
    self.hopBetweenNodes = hopBetweenNodes
  }

  /// GPUs that are equally far from each other: a hop costs 1.
  public static func flat(gpus: Int) -> GPUHierarchy {
    GPUHierarchy(nodes: 1, gpusPerNode: gpus, hopWithinNode: 1, hopBetweenNodes: 1)
  }

  public var gpus: Int { nodes * gpusPerNode }

  /// Whether a hop costs the same wherever it leads.
  public var isFlat: Bool { nodes == 1 || hopWithinNode == hopBetweenNodes }

  /// The dearest hop there is; 0 where there is one GPU only.
  public var dearestHop: Double {
    gpus == 1 ? 0 : nodes == 1 ? hopWithinNode : hopBetweenNodes
  }

  public func node(of gpu: Int) -> Int { gpu / gpusPerNode }

  func gpus(ofNode node: Int) -> Range<Int> {
    (node * gpusPerNode)..<((node + 1) * gpusPerNode)
  }

  /// What a token costs that goes from one GPU to another.
  public func hop(from one: Int, to other: Int) -> Double {
    if one == other { return 0 }
    return node(of: one) == node(of: other) ? hopWithinNode : hopBetweenNodes
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
