import ClusterTopology

extension CostModel {
  /// What the nodes that a family's frames take cost an hour, in the currency of the cluster's prices;
  /// where not every node has one, each device counts 1.
  public func hourlyPrice(of family: FrameFamily) -> Double {
    clusters[family.groupOrder].hourlyPrice(devices: family.degrees.devices)
      ?? Double(family.degrees.devices)
  }

  /// The same for all nodes.
  public var hourlyPrice: Double {
    cluster.hourlyPrice(devices: cluster.deviceCount) ?? Double(cluster.deviceCount)
  }
}

extension ClusterTopology {
  /// What the nodes of the first so many devices cost an hour; `nil` where not every node group has a
  /// price above 0.
  public func hourlyPrice(devices: Int) -> Double? {
    var sum = 0.0
    for (index, group) in nodeGroups.enumerated() {
      guard let price = group.pricePerNodeHour, price > 0 else { return nil }
      let used = self.devices(ofGroup: index).clamped(to: 0..<devices).count
      sum += price * Double((used + group.acceleratorsPerNode - 1) / group.acceleratorsPerNode)
    }
    return sum
  }
}
