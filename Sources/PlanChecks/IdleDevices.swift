import ClusterTopology

/// Which numbers of devices the declared space has for a replica of some ranks.
///
/// Replicas fill whole nodes from the first one on. They are counted against the devices of the first
/// node group, the first two and so on: no larger divisor of the global batch fits there, and at most
/// one device in twenty stays idle; or as few as any degrees leave idle of the whole cluster, where all
/// leave more. Where the price counts, a plan may leave any whole nodes idle.
struct IdleDevices: Sendable {
  private let divisors: [Int]
  private let groupEnds: [Int]
  /// The devices of the first nodes, for every number of nodes.
  private let nodeEnds: Set<Int>
  private let busyShare: Double
  private let mayLeaveIdle: Bool

  /// - Parameters:
  ///   - cluster: the cluster in the order in which its nodes are used.
  ///   - ranks: what a replica of any degrees of the space takes.
  init(
    _ cluster: ClusterTopology, globalBatch batch: Int, pinnedData: Int?,
    ranks: some Sequence<Int>, mayLeaveIdle: Bool
  ) {
    self.mayLeaveIdle = mayLeaveIdle
    let divisors = PlanChecks.divisors(of: batch).filter { pinnedData ?? $0 == $0 }
    self.divisors = divisors
    groupEnds = cluster.nodeGroups.indices.map { cluster.devices(ofGroup: $0).upperBound }
    let nodeEnds = Set((0..<cluster.nodeCount).map { cluster.devices(ofNode: $0).upperBound })
    self.nodeEnds = nodeEnds
    let devices = cluster.deviceCount
    let possible = Set(ranks).flatMap { ranks in
      divisors.map { $0 * ranks }.filter { $0 <= devices && nodeEnds.contains($0) }
    }
    busyShare = min(0.95, Double(possible.max() ?? 0) / Double(devices))
  }

  /// The data degrees that the space has.
  func dataDegrees(ranks: Int) -> Set<Int> {
    if mayLeaveIdle { return Set(divisors.filter { nodeEnds.contains($0 * ranks) }) }
    var degrees: Set<Int> = []
    for (index, end) in groupEnds.enumerated() {
      let before = index == 0 ? 0 : groupEnds[index - 1]
      let fitting = divisors.filter { $0 * ranks <= end && nodeEnds.contains($0 * ranks) }
      guard let most = fitting.max(), most * ranks > before,
        Double(most * ranks) >= busyShare * Double(end)
      else { continue }
      degrees.insert(most)
    }
    return degrees
  }
}
