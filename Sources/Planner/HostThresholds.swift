import ClusterTopology
import CostModel
import Quantities

/// What the slowest link of groups of nodes can be at most, whichever nodes they hold.
///
/// Of links at a rate or above: s nodes that send need s of the nodes with such a link to another, and as
/// many that receive; and g groups of n nodes that they join lie in their connected parts, of which one of
/// c nodes holds ⌊c / n⌋. The highest rate that leaves enough of each is the bound.
struct HostThresholds: AnyOrderLinks {
  private let latency: Seconds
  /// The fastest link from each node, and to each, in falling order.
  private let sending: [BytesPerSecond]
  private let receiving: [BytesPerSecond]
  /// Where connected parts of so many nodes join, as ever slower links are added.
  private let joins: [(rate: BytesPerSecond, parts: (Int, Int))]

  /// Complexity: O(nodes² · log nodes).
  init(_ cluster: ClusterTopology, _ calibration: Calibration) {
    let count = cluster.nodeCount
    var latency = Seconds.infinity
    var sending = [BytesPerSecond](repeating: .zero, count: count)
    var receiving = sending
    var pairs: [(rate: BytesPerSecond, one: Int32, other: Int32)] = []
    pairs.reserveCapacity(count * (count - 1) / 2)
    for one in 0..<count {
      for other in one + 1..<max(count, one + 1) {
        let (there, back) = (
          IdentityPlacement.deviceLink(on: cluster, calibration, from: one, to: other),
          IdentityPlacement.deviceLink(on: cluster, calibration, from: other, to: one)
        )
        latency = min(latency, there.latency, back.latency)
        sending[one] = max(sending[one], there.rate)
        receiving[other] = max(receiving[other], there.rate)
        sending[other] = max(sending[other], back.rate)
        receiving[one] = max(receiving[one], back.rate)
        pairs.append((max(there.rate, back.rate), Int32(one), Int32(other)))
      }
    }
    pairs.sort { ($1.rate, $0.one, $0.other) < ($0.rate, $1.one, $1.other) }
    self.latency = latency
    self.sending = sending.sorted(by: >)
    self.receiving = receiving.sorted(by: >)
    joins = Self.joins(of: pairs, count: count)
  }

  /// Kruskal's tree of the fastest links.
  private static func joins(
    of pairs: [(rate: BytesPerSecond, one: Int32, other: Int32)], count: Int
  ) -> [(rate: BytesPerSecond, parts: (Int, Int))] {
    var above = Array(0..<count)
    var sizes = [Int](repeating: 1, count: count)
    func root(_ node: Int) -> Int {
      var node = node
      while above[node] != node {
        above[node] = above[above[node]]
        node = above[node]
      }
      return node
    }
    var joins: [(rate: BytesPerSecond, parts: (Int, Int))] = []
    for pair in pairs where joins.count < count - 1 {
      let (one, other) = (root(Int(pair.one)), root(Int(pair.other)))
      guard one != other else { continue }
      joins.append((pair.rate, (sizes[one], sizes[other])))
      above[one] = other
      sizes[other] += sizes[one]
    }
    return joins
  }

  func slowest(groups: Int, nodes: Int, senders: Int) -> Link {
    let last = min(max(1, senders), sending.count) - 1
    return Link(
      latency: latency, rate: min(sending[last], receiving[last], joining(groups, of: nodes)))
  }

  /// The highest rate at which connected parts hold so many groups.
  private func joining(_ groups: Int, of nodes: Int) -> BytesPerSecond {
    var held = 0
    for (rate, parts) in joins {
      held += (parts.0 + parts.1) / nodes - parts.0 / nodes - parts.1 / nodes
      if held >= groups { return rate }
    }
    return joins.last?.rate ?? .infinity
  }
}
