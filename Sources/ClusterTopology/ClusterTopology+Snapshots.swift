extension ClusterTopology {
  /// The files of the snapshots whose slower rates the cluster combines; empty where there is only one.
  public var snapshotPaths: [String] {
    guard let measured, !measured.snapshots.isEmpty else { return [] }
    return measured.sources.map(\.path)
  }

  /// The cluster as one of its snapshots saw it.
  ///
  /// Prices of given links hold; what `bestLink` tells is that of all snapshots together.
  public func underSnapshot(_ index: Int) -> ClusterTopology? {
    guard let measured, measured.snapshots.indices.contains(index) else { return nil }
    return ClusterTopology(
      self, order: Array(0..<nodeCount), kept: nodeGroups, origins: Array(nodeGroups.indices),
      measured: MeasuredBandwidth(
        nodes: nodeCount, gigabytesPerSecond: measured.snapshots[index],
        sources: [measured.sources[index]]), health: health)
  }
}
