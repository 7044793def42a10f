import Quantities

extension ClusterTopology {
  /// One direction of the connection between two nodes, for the node as a whole.
  ///
  /// Nodes of one scale-up domain are joined by it. All others by the fastest fabric that both
  /// reach, at the least of: either node's cards on it; that rate divided by the oversubscription
  /// of every tier of switches the path climbs; the nominal rate left on a bad link; and what was
  /// measured. A measurement describes the network, so it does not limit a scale-up domain. From a
  /// node to itself: what its accelerators can send inside it.
  @inlinable public func link(from: Int, to: Int) -> Link {
    let sender = group(ofNode: from)
    let receiver = group(ofNode: to)
    if shareScaleUpDomain(from, to) {
      var link = nodeGroups[sender].domainLink
      if let factor = linkFactor(from: from, to: to) { link.rate = factor * link.rate }
      return link
    }
    guard let path = paths[sender * nodeGroups.count + receiver] else {
      return Link(latency: .infinity, rate: .zero)
    }
    var rate = path.rate
    let fabric = fabrics[path.fabric]
    if !fabric.levels.isEmpty {
      rate =
        rate
        / fabric.oversubscription(
          from: path.firstSender + spot(ofNode: from), to: path.firstReceiver + spot(ofNode: to))
    }
    if let factor = linkFactor(from: from, to: to) { rate = factor * rate }
    if let measured { rate = min(rate, measured.rate(from: from, to: to)) }
    return Link(latency: path.latency, rate: rate)
  }

  /// A link that no pair of different nodes of two groups (or of one) beats: what bounds use.
  ///
  /// `nil` where there is no such pair.
  @inlinable public func bestLink(between group: Int, and other: Int) -> Link? {
    let network = paths[group * nodeGroups.count + other].map {
      Link(latency: $0.latency, rate: $0.bestRate)
    }
    let one = nodeGroups[group]
    guard group == other, one.nodes > 1, one.nodesPerDomain > 1 else { return network }
    return network?.bestOf(one.domainLink) ?? one.domainLink
  }

  /// The fabric that carries what two groups send each other; `nil` where none does.
  @inlinable public func fabric(between group: Int, and other: Int) -> Fabric? {
    paths[group * nodeGroups.count + other].map { fabrics[$0.fabric] }
  }

  /// Whether any two nodes of different scale-up domains are joined as any other two.
  public var hasUniformNetwork: Bool {
    nodeGroups.count == 1 && hasWholeDomains && measured == nil && health.badLinks.isEmpty
      && fabrics.allSatisfy { $0.levels.allSatisfy { $0.oversubscription == 1 } }
  }

  @usableFromInline func linkFactor(from: Int, to: Int) -> Double? {
    linkFactors.isEmpty ? nil : linkFactors[from * nodeCount + to]
  }
}

extension NodeGroup {
  /// What a whole node can send inside its scale-up domain.
  @inlinable public var domainLink: Link {
    Link(
      latency: scaleUp.latency, rate: Double(acceleratorsPerNode) * scaleUp.perAccelerator)
  }
}

extension Fabric {
  /// The factor by which the path between two places of the fabric is oversubscribed.
  ///
  /// Nodes fill switches in the order of the file. Leaving a switch costs its tier's factor.
  @inlinable func oversubscription(from: Int, to: Int) -> Double {
    var factor = 1.0
    for level in levels {
      if from / level.nodesPerSwitch == to / level.nodesPerSwitch { break }
      factor *= level.oversubscription
    }
    return factor
  }
}
