extension ClusterTopology {
  /// The cluster with its nodes in another order: place i holds the node `order[i]`, with its name,
  /// its links and its health.
  ///
  /// `nil` where `order` does not hold every node of each group in the group's own places, or nodes
  /// share a scale-up domain, which lies where it lies.
  public func reordered(_ order: [Int]) -> ClusterTopology? {
    if order.elementsEqual(0..<nodeCount) { return self }
    guard order.count == nodeCount, nodeGroups.allSatisfy({ $0.nodesPerDomain == 1 }) else {
      return nil
    }
    var place = [Int?](repeating: nil, count: nodeCount)
    for (index, node) in order.enumerated() {
      guard (0..<nodeCount).contains(node), place[node] == nil,
        group(ofNode: node) == group(ofNode: index)
      else { return nil }
      place[node] = index
    }
    let groups = nodeGroups.indices.map { index in
      var group = nodeGroups[index]
      group.names = .listed(nodes(ofGroup: index).map { name(ofNode: order[$0]) })
      return group
    }
    let health = ClusterHealth(
      slowNodes: health.slowNodes.map { .init(node: place[$0.node] ?? $0.node, factor: $0.factor) },
      badLinks: health.badLinks.map {
        .init(from: place[$0.from] ?? $0.from, to: place[$0.to] ?? $0.to, factor: $0.factor)
      })
    return try? ClusterTopology(
      name: name, nodeGroups: groups, fabrics: fabrics, measured: measured?.reordered(order),
      health: health)
  }
}

extension MeasuredBandwidth {
  fileprivate func reordered(_ order: [Int]) -> MeasuredBandwidth {
    var entries: [Float] = []
    entries.reserveCapacity(nodes * nodes)
    for sender in order {
      for receiver in order { entries.append(self.entries[sender * nodes + receiver]) }
    }
    return MeasuredBandwidth(nodes: nodes, gigabytesPerSecond: entries, sources: sources)
  }
}
