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

  /// The nodes that share the scale-up domain of a node, itself included.
  @inlinable public func scaleUpDomain(ofNode node: Int) -> Range<Int> {
    let group = group(ofNode: node)
    let width = nodeGroups[group].nodesPerDomain
    let first = node - (node - firstNode[group]) % width
    return first..<min(first + width, firstNode[group + 1])
  }

  /// The share of its nominal compute rate that a node has left: 1 where it is well.
  @inlinable public func computeFactor(ofNode node: Int) -> Double {
    computeFactors.isEmpty ? 1 : computeFactors[node]
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
