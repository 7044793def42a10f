import Quantities

/// How the nodes of one group reach those of another: one fabric, and what is the same for all
/// pairs.
@usableFromInline struct NetworkPath: Sendable, Hashable {
  /// The index of the fabric.
  @usableFromInline let fabric: Int
  @usableFromInline let latency: Seconds
  /// The lesser of what a sender and a receiver have on the fabric.
  @usableFromInline let rate: BytesPerSecond
  /// The place on the fabric of the first node of the sending and of the receiving group.
  @usableFromInline let firstSender: Int
  @usableFromInline let firstReceiver: Int
  /// What no pair exceeds, after oversubscription and measurement.
  @usableFromInline let bestRate: BytesPerSecond

  /// The paths between all pairs of groups, by g · groups + h.
  ///
  /// - Throws: where two groups share no fabric, or cards name an unknown one.
  static func all(
    groups: [NodeGroup], fabrics: [Fabric], measured: MeasuredBandwidth?
  ) throws(TopologyError) -> [NetworkPath?] {
    let places = try groups.enumerated().map { index, group throws(TopologyError) in
      if let nics = group.nics, !fabrics.contains(where: { $0.name == nics.fabric }) {
        throw .unknownFabric(group: index)
      }
      return fabrics.map { group.rate(on: $0) }
    }
    var firstNode = [0]
    for group in groups { firstNode.append(firstNode[firstNode.count - 1] + group.nodes) }

    var paths: [NetworkPath?] = []
    for sender in groups.indices {
      for receiver in groups.indices {
        guard sender != receiver || groups[sender].needsNetwork else {
          paths.append(nil)
          continue
        }
        guard let fabric = fastest(fabrics, places[sender], places[receiver]) else {
          if sender == receiver { throw .noNetwork(group: sender) }
          throw .unconnected(group: min(sender, receiver), other: max(sender, receiver))
        }
        let before = { (group: Int) in
          groups[..<group].indices.reduce(0) { sum, earlier in
            sum + (places[earlier][fabric.index] == nil ? 0 : groups[earlier].nodes)
          }
        }
        let (first, second) = (before(sender), before(receiver))
        var best =
          fabric.rate
          / fabrics[fabric.index].leastOversubscription(
            first..<(first + groups[sender].nodes), second..<(second + groups[receiver].nodes))
        if let measured {
          best = min(
            best,
            measured.fastest(
              from: firstNode[sender]..<firstNode[sender + 1],
              to: firstNode[receiver]..<firstNode[receiver + 1]))
        }
        paths.append(
          NetworkPath(
            fabric: fabric.index, latency: fabrics[fabric.index].latency, rate: fabric.rate,
            firstSender: first, firstReceiver: second, bestRate: best))
      }
    }
    return paths
  }

  /// The fabric with the highest rate that both groups reach; the first of equals.
  private static func fastest(
    _ fabrics: [Fabric], _ senders: [BytesPerSecond?], _ receivers: [BytesPerSecond?]
  ) -> (index: Int, rate: BytesPerSecond)? {
    var best: (index: Int, rate: BytesPerSecond)?
    for index in fabrics.indices {
      guard let sender = senders[index], let receiver = receivers[index] else { continue }
      let rate = min(sender, receiver)
      if let found = best, found.rate >= rate { continue }
      best = (index, rate)
    }
    return best
  }
}

extension NodeGroup {
  /// What a node of the group can send on a fabric; `nil` where it does not reach it.
  fileprivate func rate(on fabric: Fabric) -> BytesPerSecond? {
    if let nics, nics.fabric == fabric.name { return nics.total }
    return fabric.connects.contains(name) ? fabric.rate : nil
  }

  /// Whether two nodes of the group can lie in different scale-up domains.
  fileprivate var needsNetwork: Bool { nodes > nodesPerDomain }
}

extension Fabric {
  /// The least oversubscription between a place of one range and a different place of the other.
  fileprivate func leastOversubscription(_ one: Range<Int>, _ other: Range<Int>) -> Double {
    var factor = 1.0
    for level in levels {
      let switches = { (places: Range<Int>) in
        places.lowerBound / level.nodesPerSwitch...(places.upperBound - 1) / level.nodesPerSwitch
      }
      let meet =
        one == other
        ? switches(one).count < one.count : switches(one).overlaps(switches(other))
      if meet { break }
      factor *= level.oversubscription
    }
    return factor
  }
}

extension MeasuredBandwidth {
  /// The highest entry between different nodes of two ranges.
  fileprivate func fastest(from: Range<Int>, to: Range<Int>) -> BytesPerSecond {
    var best: Float = 0
    for sender in from {
      for receiver in to where receiver != sender {
        best = max(best, entries[sender * nodes + receiver])
      }
    }
    return BytesPerSecond(Double(best))
  }
}
