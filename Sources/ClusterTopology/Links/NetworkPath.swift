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

  /// What keeps groups from reaching one another, in the order of the groups.
  static func problems(groups: [NodeGroup], fabrics: [Fabric]) -> [TopologyError] {
    var problems: [TopologyError] = []
    for (index, group) in groups.enumerated() {
      if let nics = group.nics, !fabrics.contains(where: { $0.name == nics.fabric }) {
        problems.append(.unknownFabric(group: index))
      }
    }
    let rates = groups.map { group in fabrics.map { group.rate(on: $0) } }
    for second in groups.indices {
      if groups[second].needsNetwork, fastest(rates[second], rates[second]) == nil {
        problems.append(.noNetwork(group: second))
      }
      for first in 0..<second where fastest(rates[first], rates[second]) == nil {
        problems.append(.unconnected(group: first, other: second))
      }
    }
    return problems
  }

  /// The paths between all pairs of groups, by g · groups + h; nil inside a group that is one
  /// scale-up domain.
  ///
  /// - Throws: the first of `problems`.
  static func all(
    groups: [NodeGroup], fabrics: [Fabric], measured: MeasuredBandwidth?
  ) throws(TopologyError) -> [NetworkPath?] {
    if let problem = problems(groups: groups, fabrics: fabrics).first { throw problem }
    let rates = groups.map { group in fabrics.map { group.rate(on: $0) } }
    var firstNode = [0]
    for group in groups { firstNode.append(firstNode[firstNode.count - 1] + group.nodes) }

    // Nodes take their places on a fabric in the order of the file.
    var places: [[Int]] = []
    var taken = fabrics.map { _ in 0 }
    for (group, value) in groups.enumerated() {
      places.append(taken)
      for fabric in fabrics.indices where rates[group][fabric] != nil {
        taken[fabric] += value.nodes
      }
    }
    return groups.indices.flatMap { sender in
      groups.indices.map { receiver -> NetworkPath? in
        guard sender != receiver || groups[sender].needsNetwork,
          let (fabric, rate) = fastest(rates[sender], rates[receiver])
        else { return nil }
        let (first, second) = (places[sender][fabric], places[receiver][fabric])
        let nominal =
          rate
          / fabrics[fabric].leastOversubscription(
            first..<(first + groups[sender].nodes), second..<(second + groups[receiver].nodes))
        let fastestMeasured = measured?.fastest(
          from: firstNode[sender]..<firstNode[sender + 1],
          to: firstNode[receiver]..<firstNode[receiver + 1])
        return NetworkPath(
          fabric: fabric, latency: fabrics[fabric].latency, rate: rate, firstSender: first,
          firstReceiver: second, bestRate: min(nominal, fastestMeasured ?? .infinity))
      }
    }
  }

  /// The fabric with the highest rate that both ends reach; the first of equals.
  private static func fastest(
    _ senders: [BytesPerSecond?], _ receivers: [BytesPerSecond?]
  ) -> (fabric: Int, rate: BytesPerSecond)? {
    var best: (fabric: Int, rate: BytesPerSecond)?
    for index in senders.indices {
      guard let sender = senders[index], let receiver = receivers[index] else { continue }
      let rate = min(sender, receiver)
      if rate > best?.rate ?? .zero { best = (index, rate) }
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
    return .gigabytes(Double(best))
  }
}
