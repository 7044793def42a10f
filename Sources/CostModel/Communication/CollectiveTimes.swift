import ClusterTopology
import Quantities

/// The time of a collective over a group, by the algorithm that a communication library picks.
///
/// Inside one domain the measured curves speak. Across domains the data are cut into pieces that
/// pass through both networks at once: each domain's members share out what crosses between the
/// domains, so that the network carries each domain's data once, and the slower of the two sets the
/// pace.
/// - Source: the rings and trees of NCCL. Summing both parts instead would halve the bus bandwidth
///   of 400 GB/s and more that eight H100 a node with a card of 400 Gb/s each are expected to reach
///   (saturncloud.io, validation of multi-node clusters with NCCL tests).
public struct CollectiveTimes: Sendable {
  private let allReduceCurve: CollectiveCurve
  private let allGatherCurve: CollectiveCurve
  private let allToAllCurve: CollectiveCurve
  /// Training against the curves' measurements.
  private let derate: Double
  /// What was measured on the cluster itself, which stands above the curves.
  private let measured: MeasuredCollectives

  public init(calibration: KernelCalibration, measured: MeasuredCollectives = .none) {
    self.measured = measured
    allReduceCurve = calibration.allReduce
    allGatherCurve = calibration.allGather
    allToAllCurve = calibration.allToAll
    derate = calibration.collectiveDerate
  }

  /// Every member ends with the sum of all members' `bytes`.
  public func allReduce(_ bytes: Bytes, over group: GroupLinks) -> Seconds {
    guard group.members > 1, bytes > .zero else { return .zero }
    if let time = measured(.allReduce, bytes, group) { return time }
    guard group.domains > 1 else { return inside(allReduceCurve, bytes, share: 2, group) }
    let inside = 2 * inside(allGatherCurve, bytes, share: 1, group)
    let share = bytes / Double(group.membersPerDomain)
    return max(inside, min(2 * ring(share, group), tree(share, group)))
  }

  /// Every member ends with all of `bytes`, of which it held its share.
  public func allGather(_ bytes: Bytes, over group: GroupLinks) -> Seconds {
    guard group.members > 1, bytes > .zero else { return .zero }
    if let time = measured(.allGather, bytes, group) { return time }
    let inside = inside(allGatherCurve, bytes, share: 1, group)
    guard group.domains > 1 else { return inside }
    return max(inside, ring(bytes / Double(group.membersPerDomain), group))
  }

  /// Every member ends with its share of the sum of all members' `bytes`.
  ///
  /// Priced as an all-gather, whose data it moves the other way (measured within 5 % of it).
  public func reduceScatter(_ bytes: Bytes, over group: GroupLinks) -> Seconds {
    allGather(bytes, over: group)
  }

  /// Every member sends an equal part of its `bytes` to every other.
  ///
  /// Of `n` equal parts, `(q − 1)/n` stay inside the domain and `(n − q)/n` cross the network,
  /// both at once.
  public func allToAll(_ bytes: Bytes, over group: GroupLinks) -> Seconds {
    guard group.members > 1, bytes > .zero else { return .zero }
    if let time = measured(.allToAll, bytes, group) { return time }
    return max(allToAll(bytes, inside: group), allToAll(bytes, between: group))
  }

  /// The part of an all-to-all that stays inside a domain.
  func allToAll(_ bytes: Bytes, inside group: GroupLinks) -> Seconds {
    guard group.members > 1, bytes > .zero else { return .zero }
    let near = Double(group.membersPerDomain - 1) / Double(group.members)
    return
      group.membersPerDomain > 1
      ? derate
        * allToAllCurve.time(
          bytes: bytes, share: near, members: group.membersPerDomain, rate: group.inner.rate)
      : .zero
  }

  /// The part of an all-to-all that crosses the network.
  func allToAll(_ bytes: Bytes, between group: GroupLinks) -> Seconds {
    guard group.domains > 1, bytes > .zero else { return .zero }
    let far = 1 - Double(group.membersPerDomain) / Double(group.members)
    return group.outer.latency + far * bytes / group.outer.rate
  }

  /// One message to a neighbour: the slower of the two links where the group spans domains.
  public func send(_ bytes: Bytes, over group: GroupLinks) -> Seconds {
    guard group.members > 1 else { return .zero }
    return group.domains > 1 ? group.outer.time(bytes) : group.inner.time(bytes)
  }

  /// What was measured of a kind of group, where it was.
  private func measured(
    _ operation: MeasuredCollectives.Operation, _ bytes: Bytes, _ group: GroupLinks
  ) -> Seconds? {
    measured.time(
      operation, bytes: bytes, members: group.members, membersPerNode: group.membersPerDomain)
  }

  /// - Parameter share: 2 for an all-reduce, 1 otherwise; times (q − 1)/q.
  private func inside(
    _ curve: CollectiveCurve, _ bytes: Bytes, share: Double, _ group: GroupLinks
  ) -> Seconds {
    let members = group.membersPerDomain
    guard members > 1 else { return .zero }
    return derate
      * curve.time(
        bytes: bytes, share: share * Double(members - 1) / Double(members), members: members,
        rate: group.inner.rate)
  }

  /// One direction of the exchange between domains by a ring through all members, which carries each
  /// domain's data over the network once: (d − 1)·α + (n − d)·β + (d − 1)/d · bytes/rate, with n members
  /// in d domains, and latencies α of the network and β inside a domain.
  ///
  /// - Source: Thakur, Rabenseifner & Gropp 2005; NCCL gathers and scatters by rings only, whose n − 1
  ///   steps wait for the slowest path round the ring.
  private func ring(_ bytes: Bytes, _ group: GroupLinks) -> Seconds {
    let domains = Double(group.domains)
    return (domains - 1) * group.outer.latency
      + Double(group.members - group.domains) * group.inner.latency
      + (domains - 1) / domains * bytes / group.outer.rate
  }

  /// Both directions of a reduction by a double binary tree of domains, each a chain of its q members:
  /// 2(⌈log₂ d⌉·α + (q − 1)·β + bytes/rate).
  ///
  /// - Source: Sanders, Speck & Träff 2009, as NCCL reduces where latency rules.
  private func tree(_ bytes: Bytes, _ group: GroupLinks) -> Seconds {
    2
      * (Double(group.domains).log2.rounded(.up) * group.outer.latency
        + Double(group.membersPerDomain - 1) * group.inner.latency + bytes / group.outer.rate)
  }
}
