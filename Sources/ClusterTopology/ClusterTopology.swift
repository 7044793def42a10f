import Quantities

/// The machines that a job runs on: groups of like nodes, and the networks between them.
///
/// Nodes are numbered through the groups in order, devices through the nodes. Every query below is
/// O(1) in the number of nodes (a handful of steps in the number of groups and switch tiers) and
/// allocates nothing.
public struct ClusterTopology: Sendable {
  public let name: String
  public let nodeGroups: [NodeGroup]
  public let fabrics: [Fabric]
  public let measured: MeasuredBandwidth?
  public let health: ClusterHealth
  /// What collectives were measured to take; it takes the place of fitted curves where it applies.
  public let collectives: MeasuredCollectives

  public let nodeCount: Int
  public let deviceCount: Int

  /// The first node of each group, and the count of nodes at the end.
  @usableFromInline let firstNode: [Int]
  /// The first device of each group, and the count of devices at the end.
  @usableFromInline let firstDevice: [Int]
  /// The group of each node.
  @usableFromInline let groupOfNode: [Int32]
  /// The network path between groups g and h at g · groups + h.
  @usableFromInline let paths: [NetworkPath?]
  /// The share of its nominal compute rate that each node has left; empty when all are well.
  @usableFromInline let computeFactors: [Double]
  /// The share of the nominal rate left on a link, by from · nodes + to.
  @usableFromInline let linkFactors: [Int: Double]
  /// The groups of the file, where nodes of it are left out; empty where all are there.
  let listing: [NodeGroup]
  /// The place of each node in its group's list; empty where nodes stand as they are listed.
  @usableFromInline let spots: [Int32]
  /// Whether each run of as many nodes as a scale-up domain has, counted from its group's first, lies
  /// in one domain, so that groups of ranks spread over domains regularly.
  public let hasWholeDomains: Bool

  /// - Throws: `TopologyError`, the first thing that does not fit together.
  public init(
    name: String, nodeGroups: [NodeGroup], fabrics: [Fabric] = [],
    measured: MeasuredBandwidth? = nil, health: ClusterHealth = .good,
    collectives: MeasuredCollectives = .none
  ) throws(TopologyError) {
    self.name = name
    self.nodeGroups = nodeGroups
    self.fabrics = fabrics
    self.measured = measured
    self.health = health
    self.collectives = collectives

    var firstNode = [0]
    var firstDevice = [0]
    for (index, group) in nodeGroups.enumerated() {
      try group.check(index: index)
      firstNode.append(firstNode[index] + group.nodes)
      firstDevice.append(firstDevice[index] + group.devices)
      guard firstNode[index + 1] <= Self.nodeLimit else { throw .tooManyNodes }
    }
    guard let nodeCount = firstNode.last, nodeCount > 0, let devices = firstDevice.last else {
      throw .noNodes
    }
    self.nodeCount = nodeCount
    self.deviceCount = devices
    self.firstNode = firstNode
    self.firstDevice = firstDevice
    self.groupOfNode = nodeGroups.enumerated().flatMap { index, group in
      repeatElement(Int32(index), count: group.nodes)
    }
    if let measured, measured.nodes != nodeCount {
      throw .measuredSize(nodes: nodeCount, rows: measured.nodes)
    }
    self.computeFactors = health.computeFactors(nodes: nodeCount)
    self.linkFactors = health.linkFactors(nodes: nodeCount)
    self.paths = try NetworkPath.all(groups: nodeGroups, fabrics: fabrics, measured: measured)
    self.listing = []
    self.spots = []
    self.hasWholeDomains = true
  }

  /// Some nodes of a cluster in some order, each with its place on the networks.
  ///
  /// - Parameters:
  ///   - order: nodes of the cluster, those of each group together.
  ///   - kept: the groups of the cluster in the order of their nodes, each with these nodes only.
  ///   - origins: the index in the cluster of each kept group.
  ///   - listing: the groups of the file, where they are not the cluster's.
  init(
    _ cluster: ClusterTopology, order: [Int], kept: [NodeGroup], origins: [Int],
    measured: MeasuredBandwidth?, health: ClusterHealth, listing: [NodeGroup]? = nil
  ) {
    name = cluster.name
    nodeGroups = kept
    fabrics = cluster.fabrics
    self.measured = measured
    self.health = health
    collectives = cluster.collectives
    nodeCount = order.count
    firstNode = kept.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.nodes) }
    firstDevice = kept.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.devices) }
    deviceCount = firstDevice[kept.count]
    groupOfNode = kept.enumerated().flatMap { index, group in
      repeatElement(Int32(index), count: group.nodes)
    }
    paths = origins.flatMap { sender in
      origins.map { cluster.paths[sender * cluster.nodeGroups.count + $0] }
    }
    computeFactors = health.computeFactors(nodes: order.count)
    linkFactors = health.linkFactors(nodes: order.count)
    let isWhole = order.count == cluster.nodeCount
    self.listing =
      listing ?? (!cluster.listing.isEmpty ? cluster.listing : isWhole ? [] : cluster.nodeGroups)
    let spots = order.map { Int32(cluster.spot(ofNode: $0)) }
    self.spots = spots
    var (hasWholeDomains, first) = (true, 0)
    for group in kept {
      let width = group.nodesPerDomain
      for place in 0..<group.nodes where width > 1 {
        let start = first + place - place % width
        if Int(spots[first + place]) / width != Int(spots[start]) / width {
          hasWholeDomains = false
        }
      }
      first += group.nodes
    }
    self.hasWholeDomains = hasWholeDomains
  }

  /// No cluster file may have more nodes than this, so that no total can overflow.
  public static let nodeLimit = 1_048_576
  /// No node may have more accelerators than this.
  public static let acceleratorsPerNodeLimit = 1_024

  // MARK: Nodes, devices, groups

  /// The index of the group that a node is in.
  @inlinable public func group(ofNode node: Int) -> Int { Int(groupOfNode[node]) }

  /// The nodes of a group.
  @inlinable public func nodes(ofGroup group: Int) -> Range<Int> {
    firstNode[group]..<firstNode[group + 1]
  }

  /// The devices of a group.
  @inlinable public func devices(ofGroup group: Int) -> Range<Int> {
    firstDevice[group]..<firstDevice[group + 1]
  }

  /// The devices of a node.
  @inlinable public func devices(ofNode node: Int) -> Range<Int> {
    let group = group(ofNode: node)
    let width = nodeGroups[group].acceleratorsPerNode
    let first = firstDevice[group] + (node - firstNode[group]) * width
    return first..<(first + width)
  }

  /// The index of the group that a device is in.
  @inlinable public func group(ofDevice device: Int) -> Int {
    var group = 0
    while firstDevice[group + 1] <= device { group += 1 }
    return group
  }

  /// The node that a device is in.
  @inlinable public func node(ofDevice device: Int) -> Int {
    let group = group(ofDevice: device)
    return firstNode[group] + (device - firstDevice[group]) / nodeGroups[group].acceleratorsPerNode
  }

  /// The name of a node.
  public func name(ofNode node: Int) -> String {
    let group = group(ofNode: node)
    return nodeGroups[group].names[node - firstNode[group]]
  }

  /// The place of a node in its group's list, from 0.
  @inlinable public func spot(ofNode node: Int) -> Int {
    spots.isEmpty ? node - firstNode[group(ofNode: node)] : Int(spots[node])
  }

  /// The number of a node's scale-up domain in its group.
  @inlinable func domain(ofNode node: Int) -> Int {
    spot(ofNode: node) / nodeGroups[group(ofNode: node)].nodesPerDomain
  }

  /// Whether two nodes, which may be one, lie in one scale-up domain.
  @inlinable public func shareScaleUpDomain(_ node: Int, _ other: Int) -> Bool {
    node == other
      || (groupOfNode[node] == groupOfNode[other] && domain(ofNode: node) == domain(ofNode: other))
  }

  /// The place of a device in its scale-up domain, from 0.
  @inlinable public func placeInDomain(ofDevice device: Int) -> Int {
    let node = node(ofDevice: device)
    let group = nodeGroups[group(ofNode: node)]
    return spot(ofNode: node) % group.nodesPerDomain * group.acceleratorsPerNode
      + device - devices(ofNode: node).lowerBound
  }

  /// The share of its nominal compute rate that a node has left: 1 where it is well.
  @inlinable public func computeFactor(ofNode node: Int) -> Double {
    computeFactors.isEmpty ? 1 : computeFactors[node]
  }

  /// Whether some nodes compute more slowly than others of their kind.
  public var hasSlowNodes: Bool { !computeFactors.isEmpty }

  /// The share that the slowest of some nodes has left.
  public func leastComputeFactor(of nodes: Range<Int>) -> Double {
    computeFactors.isEmpty ? 1 : nodes.reduce(1) { min($0, computeFactors[$1]) }
  }

  /// The share that the slowest has left of as many nodes as are given, the best ones.
  public func leastComputeFactor(ofBest count: Int) -> Double {
    computeFactors.isEmpty ? 1 : computeFactors.sorted(by: >)[count - 1]
  }
}

extension NodeGroup {
  /// What only a mistake of ours or an unchecked file could break.
  fileprivate func check(index: Int) throws(TopologyError) {
    guard nodes > 0, acceleratorsPerNode > 0,
      acceleratorsPerNode <= ClusterTopology.acceleratorsPerNodeLimit
    else { throw .emptyGroup(group: index) }
    guard nodes <= ClusterTopology.nodeLimit else { throw .tooManyNodes }
    guard names.count == nodes else { throw .nameCount(group: index, names: names.count) }
    guard scaleUp.accelerators >= acceleratorsPerNode,
      scaleUp.accelerators.isMultiple(of: acceleratorsPerNode)
    else { throw .domainSize(group: index) }
  }
}
