import Quantities

extension GridPrices where Pairs == LevelPrices {
  /// The bound on levels, from the number of switches on each.
  ///
  /// Rings that keep to level ℓ keep to its g_ℓ switches, each of which must hold whole rings. Every
  /// pipeline then visits all of them: at least g_k − 1 of its hops lie above level k, for every k ≥ ℓ.
  /// The other hops of all pipelines have no cycle, so at most N − g_0 of them stay on level 0, at most
  /// g_(k−1) − g_k more on level k.
  func bound() -> MappingBound {
    let levels = hop.levels
    let groups = (0..<levels.levels).map { levels.groups(at: $0) }
    var cases: [MappingBound.Case] = []
    for level in groups.indices {
      let areRings =
        grid.replicas == 1
        || groups[level].allSatisfy { $0.count.isMultiple(of: grid.replicas) }
      guard areRings else { continue }
      let exchange = synchronisation.map { $0.time(at: ring.prices[level]) }.min() ?? 0
      let isAlone = grid.replicas == 1
      cases.append(
        .init(
          exchange: Seconds(isAlone ? 0 : max(0, exchange)),
          pipeline: Seconds(
            pipelineBound(counts: groups.map(\.count), level: isAlone ? groups.count - 1 : level))))
      if isAlone { break }
    }
    return MappingBound(cases: cases)
  }

  /// Seconds of the mean pipeline when rings keep to a level.
  private func pipelineBound(counts: [Int], level: Int) -> Double {
    var crossings = 0.0
    for upper in level..<counts.count - 1 {
      crossings += Double(counts[upper] - counts[upper + 1]) * hop.prices[upper + 1]
    }
    var rest = grid.replicas * (grid.stages - counts[level])
    var inside = 0.0
    for lower in counts.indices {
      let room = (lower == 0 ? grid.cells : counts[lower - 1]) - counts[lower]
      inside += Double(min(rest, room)) * hop.prices[lower]
      rest -= min(rest, room)
    }
    return (crossings + inside / Double(grid.replicas)) * (1 - 1e-12)
  }
}
