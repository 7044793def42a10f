extension ClusterTopology {
  /// Every node: some first, the others after them, those of the last node's group before other
  /// groups', all as they are listed.
  public func order(startingWith nodes: [Int]) -> [Int] {
    let first = Set(nodes)
    let rest = (0..<nodeCount).filter { !first.contains($0) }
    guard let last = nodes.last, (0..<nodeCount).contains(last) else { return nodes + rest }
    let own = group(ofNode: last)
    return nodes + rest.filter { group(ofNode: $0) == own }
      + rest.filter { group(ofNode: $0) != own }
  }

  /// Whether some node has links that another of its group does not have.
  public var hasUnevenNodes: Bool { measured != nil || !health.badLinks.isEmpty }

  /// Whether it can matter where a node stands in its group, and whichever order it is, each node is a
  /// scale-up domain of as many devices: then prices in every order can be bounded by those over all pairs
  /// of nodes, of which there are not too many to look at.
  public var hasOpenHostOrder: Bool {
    nodeCount > 1 && nodeCount <= Self.pairedNodes
      && (hasUnevenNodes
        || fabrics.contains { $0.levels.contains { $0.oversubscription > 1 } })
      && nodeGroups.allSatisfy {
        $0.nodesPerDomain == 1 && $0.acceleratorsPerNode == nodeGroups[0].acceleratorsPerNode
      }
  }

  /// The most nodes whose pairs are looked at one by one.
  public static let pairedNodes = 2_560

  /// Whether nodes can stand in an order: that in which they are listed, or one that holds every node
  /// once and those of each group together, where no neighbourhood of a scale-up domain spans nodes.
  public func canReorder(_ order: [Int]) -> Bool {
    if order.elementsEqual(0..<nodeCount) { return true }
    let known = 0..<nodeCount
    guard order.count == nodeCount, order.allSatisfy(known.contains), Set(order).count == nodeCount
    else { return false }
    let changes = zip(order, order.dropFirst()).count { group(ofNode: $0) != group(ofNode: $1) }
    return changes == nodeGroups.count - 1
      && nodeGroups.allSatisfy { group in
        group.scaleUp.innerLevels.allSatisfy { $0.accelerators <= group.acceleratorsPerNode }
      }
  }

  /// The cluster with its nodes in another order: place i holds the node `order[i]`, with its name,
  /// its links, its places in its scale-up domain and below its switches, and its health; `nil` where
  /// it cannot be reordered so.
  public func reordered(_ order: [Int]) -> ClusterTopology? {
    if order.elementsEqual(0..<nodeCount) { return self }
    return canReorder(order) ? chosen(order) : nil
  }

  /// The cluster without some of its nodes, whose places on the networks stay empty; `nil` where none
  /// is left.
  public func without(_ lost: Set<Int>) -> ClusterTopology? {
    if lost.isEmpty { return self }
    let left = (0..<nodeCount).filter { !lost.contains($0) }
    return left.isEmpty ? nil : chosen(left)
  }

  /// The nodes of the file that the cluster is without, by name.
  public var lostNames: [String] {
    listing.flatMap { whole in
      let own = nodeGroups.firstIndex { $0.name == whole.name }
      let left = Set(own.map { nodes(ofGroup: $0).map(spot) } ?? [])
      return (0..<whole.nodes).filter { !left.contains($0) }.map { whole.names[$0] }
    }
  }

  /// The cluster with other names for some nodes, whose links and health are no longer known and count
  /// as good; `nil` where a name is another node's, or links were measured.
  public func renaming(_ names: [Int: String]) -> ClusterTopology? {
    if names.isEmpty { return self }
    guard measured == nil else { return nil }
    var wholes = listing.isEmpty ? nodeGroups : listing
    var kept = nodeGroups
    for index in kept.indices {
      guard let whole = wholes.firstIndex(where: { $0.name == kept[index].name }) else { continue }
      let nodes = nodes(ofGroup: index)
      let changes = nodes.compactMap { node in names[node].map { (spot(ofNode: node), $0) } }
      guard !changes.isEmpty else { continue }
      var all = (0..<wholes[whole].nodes).map { wholes[whole].names[$0] }
      for (spot, name) in changes { all[spot] = name }
      wholes[whole].names = .listed(all)
      kept[index].names = .listed(nodes.map { all[spot(ofNode: $0)] })
    }
    let all = wholes.flatMap { group in (0..<group.nodes).map { group.names[$0] } }
    guard Set(all).count == all.count else { return nil }
    return ClusterTopology(
      self, order: Array(0..<nodeCount), kept: kept, origins: Array(nodeGroups.indices),
      measured: nil,
      health: ClusterHealth(
        slowNodes: health.slowNodes.filter { names[$0.node] == nil },
        badLinks: health.badLinks.filter { names[$0.from] == nil && names[$0.to] == nil },
        failures: health.failures),
      listing: listing.isEmpty ? nil : wholes)
  }

  /// Some nodes in an order, those of each group together.
  private func chosen(_ order: [Int]) -> ClusterTopology {
    var place = [Int](repeating: -1, count: nodeCount)
    for (index, node) in order.enumerated() { place[node] = index }
    var origins: [Int] = []
    var members: [[Int]] = []
    for node in order {
      let group = group(ofNode: node)
      if origins.last != group {
        origins.append(group)
        members.append([])
      }
      members[members.count - 1].append(node)
    }
    let kept = zip(origins, members).map { origin, members in
      var group = nodeGroups[origin]
      group.nodes = members.count
      let first = firstNode[origin]
      group.names = group.names.chosen(members.map { $0 - first })
      return group
    }
    let health = ClusterHealth(
      slowNodes: health.slowNodes.compactMap {
        place[$0.node] < 0 ? nil : .init(node: place[$0.node], factor: $0.factor)
      },
      badLinks: health.badLinks.compactMap {
        place[$0.from] < 0 || place[$0.to] < 0
          ? nil : .init(from: place[$0.from], to: place[$0.to], factor: $0.factor)
      }, failures: health.failures)
    return ClusterTopology(
      self, order: order, kept: kept, origins: origins, measured: measured?.chosen(order),
      health: health)
  }
}

extension MeasuredBandwidth {
  fileprivate func chosen(_ order: [Int]) -> MeasuredBandwidth {
    func chosen(_ entries: [Float]) -> [Float] {
      var those: [Float] = []
      those.reserveCapacity(order.count * order.count)
      for sender in order {
        for receiver in order { those.append(entries[sender * nodes + receiver]) }
      }
      return those
    }
    return MeasuredBandwidth(
      nodes: order.count, gigabytesPerSecond: chosen(entries), sources: sources,
      snapshots: snapshots.map(chosen))
  }
}
