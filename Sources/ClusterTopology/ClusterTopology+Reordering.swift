extension ClusterTopology {
  /// Every node: some first, the others after them as they are listed.
  public func order(startingWith nodes: [Int]) -> [Int] {
    let first = Set(nodes)
    return nodes + (0..<nodeCount).filter { !first.contains($0) }
  }

  /// Whether nodes can stand in an order: that in which they are listed, or one that holds every
  /// node once, in a place of its own group, where no two share a scale-up domain or a switch, which
  /// lie where they lie.
  public func canReorder(_ order: [Int]) -> Bool {
    if order.elementsEqual(0..<nodeCount) { return true }
    let known = 0..<nodeCount
    return order.count == nodeCount && Set(order).count == nodeCount
      && nodeGroups.allSatisfy { $0.nodesPerDomain == 1 }
      && fabrics.allSatisfy { $0.levels.isEmpty }
      && order.enumerated().allSatisfy { place, node in
        known.contains(node) && group(ofNode: node) == group(ofNode: place)
      }
  }

  /// The cluster with its nodes in another order: place i holds the node `order[i]`, with its name,
  /// its links and its health; `nil` where it cannot be reordered so.
  public func reordered(_ order: [Int]) -> ClusterTopology? {
    if order.elementsEqual(0..<nodeCount) { return self }
    guard canReorder(order) else { return nil }
    var place = Array(0..<nodeCount)
    for (index, node) in order.enumerated() { place[node] = index }
    let groups = nodeGroups.indices.map { index in
      var group = nodeGroups[index]
      group.names = .listed(nodes(ofGroup: index).map { name(ofNode: order[$0]) })
      return group
    }
    let health = ClusterHealth(
      slowNodes: health.slowNodes.map { .init(node: place[$0.node], factor: $0.factor) },
      badLinks: health.badLinks.map {
        .init(from: place[$0.from], to: place[$0.to], factor: $0.factor)
      })
    return try? ClusterTopology(
      name: name, nodeGroups: groups, fabrics: fabrics, measured: measured?.reordered(order),
      health: health, collectives: collectives)
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
