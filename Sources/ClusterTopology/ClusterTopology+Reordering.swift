extension ClusterTopology {
  /// Every node: some first, the others after them as they are listed.
  public func order(startingWith nodes: [Int]) -> [Int] {
    let first = Set(nodes)
    return nodes + (0..<nodeCount).filter { !first.contains($0) }
  }

  /// Whether nodes can stand in an order: that in which they are listed, or one that holds every
  /// node once and keeps each group's nodes side by side.
  ///
  /// Groups may stand in any order where no switches join them in the order of the file; nodes of a
  /// group where besides no two share a scale-up domain, which lies where it lies.
  public func canReorder(_ order: [Int]) -> Bool {
    if order.elementsEqual(0..<nodeCount) { return true }
    guard order.count == nodeCount, Set(order).count == nodeCount,
      order.allSatisfy((0..<nodeCount).contains), fabrics.allSatisfy({ $0.levels.isEmpty })
    else { return false }
    var first = 0
    for group in groups(inOrder: order) {
      let listed = nodes(ofGroup: group)
      let own = order[first..<min(first + listed.count, order.count)]
      guard own.allSatisfy(listed.contains),
        nodeGroups[group].nodesPerDomain == 1 || own.elementsEqual(listed)
      else { return false }
      first += listed.count
    }
    return first == nodeCount
  }

  /// The cluster with its nodes in another order: place i holds the node `order[i]`, with its name,
  /// its links and its health, and groups stand as their nodes do; `nil` where it cannot be
  /// reordered so.
  public func reordered(_ order: [Int]) -> ClusterTopology? {
    if order.elementsEqual(0..<nodeCount) { return self }
    guard canReorder(order) else { return nil }
    var place = Array(0..<nodeCount)
    for (index, node) in order.enumerated() { place[node] = index }
    var first = 0
    let groups = groups(inOrder: order).map { index in
      var group = nodeGroups[index]
      let own = order[first..<first + group.nodes]
      first += group.nodes
      if !own.elementsEqual(nodes(ofGroup: index)) {
        group.names = .listed(own.map(name(ofNode:)))
      }
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

  /// The groups by the places of their first nodes in an order.
  private func groups(inOrder order: [Int]) -> [Int] {
    var groups: [Int] = []
    for node in order {
      let group = group(ofNode: node)
      if groups.last != group { groups.append(group) }
    }
    return groups
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
