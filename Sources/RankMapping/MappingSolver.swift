/// A mapping with its time and the proof of how good it is.
public struct MappingSolution: Sendable {
  public let mapping: NodeMapping
  public let time: MappingTime
  public let bound: MappingBound

  /// How much of the time a better mapping might save at most, as a share of it.
  public var gap: Double {
    let total = time.total.value
    return total > 0 ? max(0, (total - bound.seconds.value) / total) : 0
  }
}

extension MappingProblem {
  /// A mapping for this problem, never slower than the identity, and a time that none stays below.
  ///
  /// The same problem and effort give the same mapping, unless the effort has a time limit.
  public func solve(_ effort: MappingEffort? = nil) -> MappingSolution {
    let effort = effort ?? MappingEffort(nodes: grid.cells)
    let identity = NodeMapping.identity(grid).nodes
    switch links {
    case .pairs(let hop, let ring):
      let layouts = Construction.layouts(Construction.clusterOrder(ring), on: grid)
      let starts = [identity] + layouts.map(prices(hop, ring).keepingClasses)
      let known = starts.map { prices(hop, ring).time(of: $0).synchronisation.value }.min()
      let bound = prices(hop, ring).bound(known: known ?? 0, rounds: effort.boundRounds)
      let near = NearNodes(
        alongPipeline: hop.nearest(effort.neighbours), alongRing: ring.nearest(effort.neighbours))
      func search<Pairs>(_ prices: GridPrices<Pairs>) -> [Int] {
        MappingSearch(prices: prices, near: near, bound: bound, effort: effort)
          .run(starts: starts).nodes
      }
      let found =
        grid.cells < 512
        ? search(prices(hop, ring)) : search(prices(CompactPrices(hop), CompactPrices(ring)))
      return solution([identity, found], bound: bound)
    case .levels(let levels, let hop, let ring):
      let prices = prices(
        LevelPrices(levels: levels, prices: hop), LevelPrices(levels: levels, prices: ring))
      let near = prices.hop.nearest(effort.neighbours)
      let bound = prices.bound()
      let found = MappingSearch(
        prices: prices, near: NearNodes(alongPipeline: near, alongRing: near), bound: bound,
        effort: effort
      ).run(
        starts: [identity]
          + Construction.layouts(levels.order, on: grid).map(prices.keepingClasses)
      ).nodes
      return solution([identity, found], bound: bound)
    }
  }

  /// The best of some mappings, the first of equals, by exact prices.
  private func solution(_ candidates: [[Int]], bound: MappingBound) -> MappingSolution {
    let mappings = candidates.map(NodeMapping.init)
    let times = mappings.map(time)
    let best = times.indices.min { times[$0].total < times[$1].total } ?? 0
    return MappingSolution(mapping: mappings[best], time: times[best], bound: bound)
  }
}
