import ClusterTopology
import ParallelismVocabulary
import Quantities

/// Ranks on devices in the launcher's own order: rank r runs on device r.
///
/// Tensor ranks are innermost, then context, then data, and pipeline stages outermost, as
/// Megatron-Core numbers them (`tp-cp-ep-dp-pp`); expert groups are consecutive blocks of a stage's
/// ranks. A group's links are the slowest that any group of its kind in the stage crosses.
public struct IdentityPlacement: Sendable {
  public let cluster: ClusterTopology
  /// Whether every pair of nodes of one group is alike, so that no walk over nodes is needed.
  private let isUniform: Bool

  public init(cluster: ClusterTopology) {
    self.cluster = cluster
    isUniform =
      cluster.nodeGroups.count == 1 && cluster.measured == nil && cluster.health.badLinks.isEmpty
      && cluster.fabrics.allSatisfy { $0.levels.allSatisfy { $0.oversubscription == 1 } }
  }

  /// The links of the groups of `size` ranks, `stride` apart, inside the block of `width` devices
  /// that begins at `first`.
  ///
  /// Complexity: O(1) on a uniform cluster, else O(nodes of the block).
  public func groupLinks(stride: Int, size: Int, first: Int, width: Int) -> GroupLinks {
    guard size > 1 else { return .alone }
    let node = cluster.node(ofDevice: first)
    let group = cluster.nodeGroups[cluster.group(ofNode: node)]
    let domain = group.scaleUp.accelerators
    let span = stride * (size - 1) + 1
    let together = stride >= domain ? 1 : min(size, max(1, domain / stride))
    // Without padding a group may straddle two domains although it would fit in one.
    let straddles = !domain.isMultiple(of: stride * size) && !(stride * size).isMultiple(of: domain)
    let domains =
      span <= domain && !straddles ? 1 : max(2, ceilingDivision(size, together))
    let members = domains == 1 ? size : together
    let inner = slowestInner(first: first, width: width, members: members, stride: stride)
    let outer = domains == 1 ? inner : slowestOuter(stride: stride, first: first, width: width)
    return GroupLinks(
      members: size, membersPerDomain: members, domains: domains, inner: inner, outer: outer)
  }

  /// The link between the ranks of one stage and the same ranks of the next.
  public func stageLink(from first: Int, to second: Int, width: Int) -> Link {
    var slowest: Link?
    for offset in strideOfNodes(width: width, first: first) {
      let link = devicePath(first + offset, second + offset)
      slowest = slowest.map { slower($0, link) } ?? link
      if isUniform { break }
    }
    return slowest ?? Link(latency: .zero, rate: .infinity)
  }

  // MARK: Links

  private func strideOfNodes(width: Int, first: Int) -> StrideTo<Int> {
    let node = cluster.node(ofDevice: first)
    let step = cluster.nodeGroups[cluster.group(ofNode: node)].acceleratorsPerNode
    return Swift.stride(from: 0, to: width, by: step)
  }

  /// One device's slice of the way to another.
  private func devicePath(_ sender: Int, _ receiver: Int) -> Link {
    let from = cluster.node(ofDevice: sender)
    let to = cluster.node(ofDevice: receiver)
    let group = cluster.nodeGroups[cluster.group(ofNode: from)]
    if cluster.scaleUpDomain(ofNode: from).contains(to) { return group.scaleUp.groupLink(2) }
    return slice(of: cluster.link(from: from, to: to), between: from, and: to)
  }

  /// A device's share of a node's link, when all devices of the node send at once, at the share of
  /// the nominal rate that the fabric's protocol reaches.
  private func slice(of link: Link, between from: Int, and to: Int) -> Link {
    let sender = cluster.group(ofNode: from)
    let receiver = cluster.group(ofNode: to)
    let width = cluster.nodeGroups[sender].acceleratorsPerNode
    let efficiency =
      cluster.measured != nil
      ? 1 : cluster.fabric(between: sender, and: receiver)?.kind.efficiency ?? 1
    return Link(latency: link.latency, rate: efficiency / Double(width) * link.rate)
  }

  private func slowestInner(first: Int, width: Int, members: Int, stride: Int) -> Link {
    var slowest: Link?
    let groups =
      cluster.group(
        ofDevice: first)...cluster.group(ofDevice: min(first + width, cluster.deviceCount) - 1)
    for index in groups {
      let scaleUp = cluster.nodeGroups[index].scaleUp
      // Members that are not neighbours cannot use the fast links of a neighbourhood.
      let link = scaleUp.groupLink(min(scaleUp.accelerators, stride * (members - 1) + 1))
      slowest = slowest.map { slower($0, link) } ?? link
    }
    return slowest ?? Link(latency: .zero, rate: .infinity)
  }

  /// The slowest link between neighbouring domains of any ring of the block.
  private func slowestOuter(stride: Int, first: Int, width: Int) -> Link {
    let firstNode = cluster.node(ofDevice: first)
    let lastNode = cluster.node(ofDevice: first + width - 1)
    let group = cluster.nodeGroups[cluster.group(ofNode: firstNode)]
    let nodesPerStep = max(group.nodesPerDomain, ceilingDivision(stride, group.acceleratorsPerNode))
    if isUniform {
      let other = min(firstNode + nodesPerStep, lastNode)
      return slice(
        of: cluster.link(from: firstNode, to: max(other, firstNode)), between: firstNode, and: other
      )
    }
    var slowest: Link?
    func consider(_ from: Int, _ to: Int) {
      guard from != to, !cluster.scaleUpDomain(ofNode: from).contains(to) else { return }
      let there = slice(of: cluster.link(from: from, to: to), between: from, and: to)
      slowest = slowest.map { slower($0, there) } ?? there
    }
    for node in firstNode...lastNode {
      if node + nodesPerStep <= lastNode { consider(node, node + nodesPerStep) }
    }
    // Every ring closes from its last node to its first.
    for start in firstNode..<min(firstNode + nodesPerStep, lastNode + 1) {
      consider(lastNode - (lastNode - start) % nodesPerStep, start)
    }
    return slowest ?? devicePath(first, first + width - 1)
  }
}

extension Fabric.Kind {
  /// The share of the line rate that collectives reach between nodes.
  ///
  /// - Source: from published training runs by link kind: InfiniBand HDR and NDR 0.6 … 0.91, RoCE
  ///   0.68, EFA and cloud Ethernet 0.79, Slingshot 0.7, Omni-Path 0.42.
  var efficiency: Double {
    switch self {
    case .infiniband: 0.85
    case .roce: 0.68
    case .ethernet, .efa, .tcpx: 0.79
    case .slingshot: 0.7
    case .omnipath: 0.42
    }
  }
}
