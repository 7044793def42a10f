import ParallelismVocabulary

extension ClusterTopology {
  /// The orders in which node groups may serve the stages of a pipeline: the listed one first, the
  /// others by the names of their groups.
  ///
  /// Only clusters with several kinds of accelerator have more than the listed one, up to four groups.
  public func groupOrders() -> [[Int]] {
    let listed = Array(nodeGroups.indices)
    guard isMixed, nodeGroups.count <= Self.permutedGroups else { return [listed] }
    let byName = listed.sorted { nodeGroups[$0].name < nodeGroups[$1].name }
    return [listed] + byName.permutations().filter { $0 != listed }
  }

  /// The most groups whose orders are all tried: 24 orders.
  public static let permutedGroups = 4

  /// Whether its groups have accelerators that differ.
  public var isMixed: Bool {
    nodeGroups.dropFirst().contains { $0.accelerator != nodeGroups[0].accelerator }
  }

  /// The name of the group in which all devices of a stage lie, with stages one after another from the
  /// first device on; `nil` where they lie in several.
  public func nodeGroup(ofStage stage: Int, of degrees: ParallelismDegrees) -> String? {
    let width = degrees.devicesPerStage
    let groups = Set([stage * width, (stage + 1) * width - 1].map(group(ofDevice:)))
    return groups.count == 1 ? groups.first.map { nodeGroups[$0].name } : nil
  }

  /// The cluster with the groups behind the first so many devices in the order of their names.
  public func withUnreachedGroupsByName(devices: Int) -> ClusterTopology? {
    let isReached = { (group: Int) in self.devices(ofGroup: group).lowerBound < devices }
    let rest = nodeGroups.indices.filter { !isReached($0) }
    return reordered(
      groups: nodeGroups.indices.filter(isReached)
        + rest.sorted { nodeGroups[$0].name < nodeGroups[$1].name })
  }

  /// The cluster with its groups in another order; `nil` where they cannot stand so.
  public func reordered(groups: [Int]) -> ClusterTopology? {
    reordered(groups.flatMap { Array(nodes(ofGroup: $0)) })
  }
}

extension [Int] {
  /// Every order of the elements, by the places that they have here.
  fileprivate func permutations() -> [[Int]] {
    guard count > 1 else { return [self] }
    return indices.flatMap { index in
      var rest = self
      let first = rest.remove(at: index)
      return rest.permutations().map { [first] + $0 }
    }
  }
}
