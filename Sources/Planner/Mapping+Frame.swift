import ClusterTopology
import CostModel
import LaunchPlan

extension LaunchPlan.Mapping {
  /// Ranks in a frame's order, on hosts whose devices are filled so that neighbours are joined.
  ///
  /// - Parameter cluster: the cluster whose first nodes the hosts are.
  init(_ frame: Frame, hosts: [LaunchPlan.Hosts], on cluster: ClusterTopology) {
    self.init(rankOrder: frame.rankOrder.axes, hosts: hosts)
    let nodes = 0...cluster.node(ofDevice: frame.degrees.devices - 1)
    let groups = Set(nodes.map(cluster.group(ofNode:))).sorted().map { cluster.nodeGroups[$0] }
    guard groups.contains(where: { !$0.deviceOrder.isEmpty }) else { return }
    if groups.allSatisfy({ $0.filledDevices == groups[0].filledDevices }) {
      deviceOrder = groups[0].deviceOrder
      return
    }
    // One order for all nodes cannot tell them apart.
    exceptions = nodes.flatMap { node -> [LaunchPlan.MovedRank] in
      let ranks = cluster.devices(ofNode: node)
      let devices = cluster.nodeGroups[cluster.group(ofNode: node)].filledDevices
      return devices.enumerated().compactMap { place, device in
        let rank = ranks.lowerBound + place
        guard device != place, rank < frame.degrees.devices else { return nil }
        return LaunchPlan.MovedRank(rank: rank, host: node, device: device)
      }
    }
  }
}
