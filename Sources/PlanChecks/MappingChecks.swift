import ClusterTopology
import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension PlanCheck {
  /// Whether the mapping puts every rank on one device of the cluster and no two on the same, in the
  /// order for which the plan was priced.
  static func mappingViolations(_ plan: LaunchPlan, cluster: ClusterTopology) -> [Violation] {
    let mapping = plan.mapping
    var violations: [Violation] = []
    var nodes: [Int] = []
    for (index, run) in mapping.hosts.enumerated() {
      let place = "mapping.hosts[\(index)]"
      guard let group = cluster.nodeGroups.firstIndex(where: { $0.name == run.nodeGroup }) else {
        violations.append(
          Violation(
            .mapping,
            "\(place).nodeGroup is \(run.nodeGroup.quoted), but the cluster has "
              + cluster.nodeGroups.map(\.name.quoted).joined(separator: ", ")))
        continue
      }
      let members = cluster.nodes(ofGroup: group)
      guard run.firstNode < members.count, run.nodes <= members.count - run.firstNode else {
        violations.append(
          Violation(
            .mapping,
            "\(place) has \(run.nodes.grouped) nodes from node \(run.firstNode.grouped), but "
              + "\(run.nodeGroup.quoted) has \(members.count.grouped)"))
        continue
      }
      let first = members.lowerBound + run.firstNode
      nodes += first..<first + run.nodes
    }
    guard violations.isEmpty else { return violations }
    if let twice = firstRepeated(nodes) {
      return [
        Violation(
          .mapping,
          "mapping.hosts name \(cluster.name(ofNode: twice).quoted) twice, but each node "
            + "must be named once")
      ]
    }
    return deviceViolations(plan, nodes: nodes, cluster: cluster)
  }

  private static func deviceViolations(
    _ plan: LaunchPlan, nodes: [Int], cluster: ClusterTopology
  ) -> [Violation] {
    let mapping = plan.mapping
    var devices: [Int] = []
    for node in nodes {
      let own = cluster.devices(ofNode: node)
      guard let order = mapping.deviceOrder else {
        devices += own
        continue
      }
      guard order.count == own.count else {
        return [
          Violation(
            .mapping,
            "mapping.deviceOrder has \(order.count) devices, but "
              + "\(cluster.name(ofNode: node).quoted) has \(own.count)")
        ]
      }
      devices += order.map { own.lowerBound + $0 }
    }
    guard devices.count >= plan.devices else {
      return [
        Violation(
          .mapping,
          "mapping.hosts have \(devices.count.grouped) devices, but the plan has "
            + "\(plan.devices.grouped) ranks")
      ]
    }
    var ofRank = Array(devices.prefix(plan.devices))
    for (index, moved) in mapping.exceptions.enumerated() {
      let place = "mapping.exceptions[\(index)]"
      guard nodes.indices.contains(moved.host) else {
        return [
          Violation(
            .mapping, "\(place).host is \(moved.host), but the hosts are 0 to \(nodes.count - 1)")
        ]
      }
      let own = cluster.devices(ofNode: nodes[moved.host])
      guard (0..<own.count).contains(moved.device) else {
        return [
          Violation(
            .mapping,
            "\(place).device is \(moved.device), but the node's devices are 0 to \(own.count - 1)")
        ]
      }
      ofRank[moved.rank] = own.lowerBound + moved.device
    }
    if let twice = firstRepeated(ofRank) {
      let ranks = ofRank.indices.filter { ofRank[$0] == twice }.prefix(2)
      let node = cluster.node(ofDevice: twice)
      return [
        Violation(
          .mapping,
          "mapping puts ranks \(ranks.map(String.init).joined(separator: " and ")) on device "
            + "\(twice - cluster.devices(ofNode: node).lowerBound) of "
            + "\(cluster.name(ofNode: node).quoted), but each rank needs a device of its own")
      ]
    }
    let inOrder = nodes.flatMap { node in
      let first = cluster.devices(ofNode: node).lowerBound
      return cluster.nodeGroups[cluster.group(ofNode: node)].filledDevices.map { first + $0 }
    }
    return orderViolations(plan, ofRank: ofRank, inOrder: inOrder)
      + hostViolations(nodes, cluster) + unusedViolations(plan, nodes, cluster)
  }

  /// Ranks lie in order, so that the last host has one.
  private static func unusedViolations(
    _ plan: LaunchPlan, _ nodes: [Int], _ cluster: ClusterTopology
  ) -> [Violation] {
    let before = nodes.dropLast().reduce(0) { $0 + cluster.devices(ofNode: $1).count }
    guard before >= plan.devices, let last = nodes.last else { return [] }
    return [
      Violation(
        .mapping,
        "mapping.hosts name \(cluster.name(ofNode: last).quoted), but the \(plan.devices.grouped) ranks lie "
          + "on the hosts before it")
    ]
  }

  /// Steps are priced with the hosts in the order that the plan states, which must keep the nodes of
  /// each group together.
  private static func hostViolations(
    _ nodes: [Int], _ cluster: ClusterTopology
  ) -> [Violation] {
    guard !cluster.canReorder(cluster.order(startingWith: nodes)) else { return [] }
    return [
      Violation(
        .mapping,
        "mapping.hosts part the nodes of a group, or those that share a neighbourhood of a scale-up "
          + "domain, and the plan cannot be priced in that order")
    ]
  }

  /// Steps are priced with rank r on device r of the hosts in launch order.
  private static func orderViolations(
    _ plan: LaunchPlan, ofRank: [Int], inOrder: [Int]
  ) -> [Violation] {
    var violations: [Violation] = []
    let order = plan.parallelism.axisOrder.axes
    if plan.mapping.rankOrder != order {
      violations.append(
        Violation(
          .rankOrder,
          "mapping.rankOrder is \(plan.mapping.rankOrder.map(\.rawValue).joined(separator: ", ")), but "
            + "the plan is priced for \(order.map(\.rawValue).joined(separator: ", "))"))
    }
    if let moved = ofRank.indices.first(where: { ofRank[$0] != inOrder[$0] }) {
      violations.append(
        Violation(
          .mapping,
          "mapping puts rank \(moved) on device \(ofRank[moved]), but the plan is priced with rank "
            + "\(moved) on device \(inOrder[moved])"))
    }
    return violations
  }

  private static func firstRepeated(_ values: [Int]) -> Int? {
    var seen = Set<Int>(minimumCapacity: values.count)
    return values.first { !seen.insert($0).inserted }
  }
}

extension LaunchPlan.Mapping {
  /// The cluster with the plan's hosts first, in launch order, and the other nodes after them; `nil`
  /// where the nodes of a group would be parted, or hosts are named that there are not.
  public func launchOrder(of cluster: ClusterTopology) -> ClusterTopology? {
    nodes(in: cluster).flatMap { cluster.reordered(cluster.order(startingWith: $0)) }
  }

  /// The hosts' nodes in launch order, by their numbers in a cluster; `nil` where it lacks one.
  public func nodes(in cluster: ClusterTopology) -> [Int]? {
    var nodes: [Int] = []
    for run in hosts {
      guard let group = cluster.nodeGroups.firstIndex(where: { $0.name == run.nodeGroup }) else {
        return nil
      }
      let members = cluster.nodes(ofGroup: group)
      guard run.firstNode >= 0, run.nodes >= 0, run.firstNode < members.count,
        run.nodes <= members.count - run.firstNode
      else { return nil }
      let first = members.lowerBound + run.firstNode
      nodes += first..<first + run.nodes
    }
    return nodes
  }
}
