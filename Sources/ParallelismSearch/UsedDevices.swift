import ClusterTopology

/// How many of a cluster's devices a plan uses: all, or as many as divisibility allows.
///
/// A plan uses whole nodes, the first that the cluster lists: of the first node group, the first two
/// and so on. Of these devices its replicas are as many as there can be: the largest divisor of the
/// global batch. A plan that leaves more than one device in twenty of them idle belongs to the space
/// only where no other keeps more of the cluster busy. Where it is the price that counts, any number of
/// whole nodes will do.
struct UsedDevices {
  private let cluster: ClusterTopology
  /// The divisors of the global batch, in falling order.
  private let replicas: [Int]
  /// The devices of the first node groups, in rising order.
  private let reaches: [Int]
  /// The least share of such devices that a plan keeps busy.
  private var leastShare = 0.95
  private let takesAnyNumber: Bool

  /// - Parameters:
  ///   - cluster: the cluster in the order in which its nodes are used.
  ///   - degrees: the tensor, pipeline and context degrees of the space.
  init(
    _ cluster: ClusterTopology, globalBatch batch: Int, pinnedData: Int?,
    degrees: some Sequence<(Int, Int, Int)>, takesAnyNumber: Bool
  ) {
    self.cluster = cluster
    self.takesAnyNumber = takesAnyNumber
    replicas = (pinnedData.map { [$0] } ?? Self.divisors(of: batch).reversed()).filter {
      $0 > 0 && batch.isMultiple(of: $0)
    }
    reaches = cluster.nodeGroups.indices.map { cluster.devices(ofGroup: $0).upperBound }
    guard !takesAnyNumber else { return }
    var most = 0.0
    for (tensor, pipeline, context) in degrees {
      let ranks = tensor * pipeline * context
      guard let data = self.data(ranks: ranks, reach: cluster.deviceCount) else { continue }
      most = max(most, Double(ranks * data) / Double(cluster.deviceCount))
      if most >= leastShare { return }
    }
    leastShare = most
  }

  /// The data degrees that go with so many ranks of a replica.
  func dataDegrees(ranks: Int) -> [Int] {
    if takesAnyNumber {
      return replicas.filter { takesWholeNodes(ranks * $0, of: cluster.deviceCount) }
    }
    var degrees: [Int] = []
    var reachBefore = 0
    for reach in reaches {
      defer { reachBefore = reach }
      guard let data = data(ranks: ranks, reach: reach) else { continue }
      let used = ranks * data
      if used > reachBefore, Double(used) >= leastShare * Double(reach) { degrees.append(data) }
    }
    return degrees
  }

  /// The most replicas of so many ranks on whole nodes among the first `reach` devices.
  private func data(ranks: Int, reach: Int) -> Int? {
    replicas.first { takesWholeNodes(ranks * $0, of: reach) }
  }

  /// Whether so many devices are those of the first nodes, among the first `reach` devices.
  private func takesWholeNodes(_ used: Int, of reach: Int) -> Bool {
    used <= reach && used == cluster.devices(ofNode: cluster.node(ofDevice: used - 1)).upperBound
  }

  /// In rising order.
  static func divisors(of count: Int) -> [Int] {
    var small: [Int] = []
    var large: [Int] = []
    var candidate = 1
    while candidate * candidate <= count {
      if count.isMultiple(of: candidate) {
        small.append(candidate)
        if candidate * candidate != count { large.append(count / candidate) }
      }
      candidate += 1
    }
    return small + large.reversed()
  }
}
