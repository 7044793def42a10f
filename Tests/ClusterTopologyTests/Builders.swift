import ClusterTopology
import Quantities
import Testing

extension NodeGroup {
  /// Nodes of the catalogue on a fabric.
  static func of(
    _ preset: String, name: String = "pod", nodes: Int, fabric: String = "ib"
  ) throws -> NodeGroup {
    let node = try #require(Catalogue.node(preset))
    let device = try #require(Catalogue.accelerator(node.accelerator))
    return NodeGroup(
      name: name, nodes: nodes, acceleratorsPerNode: node.acceleratorsPerNode,
      accelerator: device.accelerator, scaleUp: try #require(node.scaleUp),
      nics: node.nics.map {
        NICs(fabric: fabric, perNode: $0.perNode, rate: .gigabits($0.gigabitsPerSecond))
      })
  }
}

extension ClusterTopology {
  /// Equal nodes of the catalogue on one InfiniBand.
  static func of(
    _ preset: String, nodes: Int, levels: [Fabric.Level] = [],
    measured: MeasuredBandwidth? = nil, health: ClusterHealth = .good
  ) throws -> ClusterTopology {
    try ClusterTopology(
      name: "test", nodeGroups: [.of(preset, nodes: nodes)],
      fabrics: [Fabric(name: "ib", kind: .infiniband, levels: levels)], measured: measured,
      health: health)
  }
}

extension MeasuredBandwidth {
  /// A matrix in 10⁹ bytes a second.
  static func gigabytes(_ rows: [[Float]]) -> MeasuredBandwidth {
    MeasuredBandwidth(nodes: rows.count, gigabytesPerSecond: rows.flatMap { $0 })
  }
}
