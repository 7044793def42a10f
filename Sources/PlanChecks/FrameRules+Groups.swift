import ClusterTopology
import CostModel
import ParallelismVocabulary

extension FrameRules {
  /// A frame's devices are all devices of its nodes.
  static func wholeNodes(_ model: CostModel) -> FrameRule {
    let all = model.cluster.deviceCount
    let ends = model.clusters.map { cluster in
      Set((0..<cluster.nodeCount).map { cluster.devices(ofNode: $0).upperBound })
    }
    return FrameRule(.outsideSpace) {
      $0.degrees.devices > all || ends[$0.groupOrder].contains($0.degrees.devices)
    } complaint: {
      "parallelism makes \($0.degrees.devices.grouped) devices, but the space has whole nodes only"
    }
  }

  /// Node groups that a frame does not reach stand by their names in its order, since the order of
  /// idle nodes makes no other plan.
  static func unreachedGroups(_ model: CostModel) -> FrameRule {
    let clusters = model.clusters
    return FrameRule(.outsideSpace) {
      let idle = clusters[$0.groupOrder].idleGroups(of: $0.degrees)
      return clusters.count == 1 || idle == idle.sorted()
    } complaint: {
      "mapping.hosts leave the node groups "
        + clusters[$0.groupOrder].idleGroups(of: $0.degrees).joined(separator: ", ")
        + " idle, which the space has in the order of their names only"
    }
  }
}

extension ClusterTopology {
  /// The names of the groups behind the one in which a frame's last device lies.
  fileprivate func idleGroups(of degrees: ParallelismDegrees) -> [String] {
    nodeGroups.indices.filter { devices(ofGroup: $0).lowerBound >= degrees.devices }
      .map { nodeGroups[$0].name }
  }
}
