import ClusterTopology
import ParallelismVocabulary
import Quantities

// The cluster with one of its parts changed, and all else (measurements, health) as it was. `nil`
// where no such cluster can be.

extension ClusterTopology {
  /// Every accelerator with a change.
  func with(accelerators change: (inout Accelerator) -> Void) -> ClusterTopology? {
    changed { group in change(&group.accelerator) }
  }

  /// Every host with memory for anything.
  func withAmpleHosts() -> ClusterTopology? {
    changed { $0.hostMemory = nil }
  }

  /// Every link of scale-up domains at `factor` times its rate.
  func with(scaleUpRates factor: Double) -> ClusterTopology? {
    changed(
      measured: measured, fabrics: fabrics,
      collectives: collectives.scaled(by: 1 / factor) { $0.members == $0.membersPerNode }
    ) { group in
      group.scaleUp.perAccelerator = factor * group.scaleUp.perAccelerator
      group.scaleUp.perPair = factor * group.scaleUp.perPair
      for level in group.scaleUp.innerLevels.indices {
        group.scaleUp.innerLevels[level].rate = factor * group.scaleUp.innerLevels[level].rate
      }
    }
  }

  /// Every fabric at `factor` times its rate, as measured where it was.
  func with(networkRates factor: Double) -> ClusterTopology? {
    changed(
      measured: measured?.resized(to: nodeCount, factor: factor),
      fabrics: fabrics.map { fabric in
        var fabric = fabric
        fabric.rate = fabric.rate.map { factor * $0 }
        return fabric
      }, collectives: collectives.scaled(by: 1 / factor) { $0.members > $0.membersPerNode }
    ) { group in
      if let nics = group.nics { group.nics?.rate = factor * nics.rate }
    }
  }

  /// Every fabric at `factor` times its latency.
  func with(networkLatency factor: Double) -> ClusterTopology? {
    changed(
      measured: measured,
      fabrics: fabrics.map { fabric in
        var fabric = fabric
        fabric.latency = factor * fabric.latency
        return fabric
      }, collectives: collectives
    ) { _ in }
  }

  /// No node slower than its like.
  func withoutSlowNodes() -> ClusterTopology? {
    try? ClusterTopology(
      name: name, nodeGroups: nodeGroups, fabrics: fabrics, measured: measured,
      health: ClusterHealth(badLinks: health.badLinks, failures: health.failures),
      collectives: collectives)
  }

  /// So many more nodes at the end of the last group, or fewer where the number is negative.
  ///
  /// A node that joins is well, and is measured to send and receive what the last one does.
  func with(moreNodes more: Int) -> ClusterTopology? {
    var groups = nodeGroups
    let last = groups.count - 1
    groups[last].nodes += more
    guard groups[last].nodes > 0 else { return nil }
    groups[last].names = .generated(prefix: groups[last].name, count: groups[last].nodes)
    let count = nodeCount + more
    return try? ClusterTopology(
      name: name, nodeGroups: groups, fabrics: fabrics,
      measured: measured?.resized(to: count, factor: 1),
      health: ClusterHealth(
        slowNodes: health.slowNodes.filter { $0.node < count },
        badLinks: health.badLinks.filter { $0.from < count && $0.to < count },
        failures: health.failures),
      collectives: collectives)
  }

  /// The first nodes of the cluster, group after group; `nil` where there are not so many.
  func first(nodes count: Int) -> ClusterTopology? {
    guard (1...nodeCount).contains(count) else { return nil }
    guard count < nodeCount else { return self }
    var groups: [NodeGroup] = []
    var rest = count
    for group in nodeGroups where rest > 0 {
      var kept = group
      kept.nodes = min(rest, group.nodes)
      kept.names = .listed((0..<kept.nodes).map { group.names[$0] })
      groups.append(kept)
      rest -= kept.nodes
    }
    let names = Set(groups.map(\.name))
    let kept = fabrics.map { fabric in
      var fabric = fabric
      fabric.connects.removeAll { !names.contains($0) }
      return fabric
    }
    return try? ClusterTopology(
      name: name, nodeGroups: groups, fabrics: kept,
      measured: measured?.resized(to: count, factor: 1),
      health: ClusterHealth(
        slowNodes: health.slowNodes.filter { $0.node < count },
        badLinks: health.badLinks.filter { $0.from < count && $0.to < count },
        failures: health.failures),
      collectives: collectives)
  }

  private func changed(_ change: (inout NodeGroup) -> Void) -> ClusterTopology? {
    changed(measured: measured, fabrics: fabrics, collectives: collectives, change)
  }

  private func changed(
    measured: MeasuredBandwidth?, fabrics: [Fabric], collectives: MeasuredCollectives,
    _ change: (inout NodeGroup) -> Void
  ) -> ClusterTopology? {
    var groups = nodeGroups
    for index in groups.indices { change(&groups[index]) }
    return try? ClusterTopology(
      name: name, nodeGroups: groups, fabrics: fabrics, measured: measured, health: health,
      collectives: collectives)
  }
}

extension MeasuredBandwidth {
  /// The measurements of the first `count` nodes at `factor` times their rates; a node beyond the
  /// last sends and receives what the last does.
  fileprivate func resized(to count: Int, factor: Double) -> MeasuredBandwidth {
    let last = nodes - 1
    // What the last node sends to its neighbour stands for what it would send to its like.
    let beside = nodes > 1 ? rate(from: last, to: last - 1).gigabytes : 1
    return MeasuredBandwidth(
      nodes: count,
      gigabytesPerSecond: (0..<count).flatMap { from in
        (0..<count).map { to in
          let (sender, receiver) = (min(from, last), min(to, last))
          let rate = sender == receiver ? beside : rate(from: sender, to: receiver).gigabytes
          return Float(factor * rate)
        }
      }, sources: sources)
  }
}

extension PeakRates {
  /// All rates times a factor.
  func times(_ factor: Double) -> PeakRates {
    var rates = self
    for precision in Precision.allCases {
      if let rate = self[precision] { rates[precision] = factor * rate }
    }
    return rates
  }
}
