import Quantities

extension MappingProblem {
  /// A mapping for this problem, and a time that none stays below.
  ///
  /// The same problem and effort give the same mapping, unless the effort has a time limit.
  public func solve(_ effort: MappingEffort = MappingEffort()) -> MappingSolution {
    let identity = Array(0..<grid.cells)
    switch links {
    case .pairs(let hop, let ring):
      let prices = prices(hop, ring)
      let starts = [identity] + Construction.layouts(Construction.clusterOrder(ring), on: grid)
      let known = starts.map { prices.time(of: $0).synchronisation.value }.min() ?? 0
      let bound = prices.bound(known: known, rounds: effort.boundRounds(nodes: grid.cells))
      return search(prices, starts: starts, bound: bound, effort)
    case .levels(let levels, let hop, let ring):
      let prices = prices(
        LevelPrices(levels: levels, prices: hop), LevelPrices(levels: levels, prices: ring))
      let starts = [identity] + Construction.layouts(levels.order, on: grid)
      return search(prices, starts: starts, bound: prices.bound(), effort)
    }
  }

  private func search<Pairs>(
    _ prices: GridPrices<Pairs>, starts: [[Int]], bound: MappingBound, _ effort: MappingEffort
  ) -> MappingSolution {
    let search = MappingSearch(prices: prices, bound: bound, effort: effort)
    let nodes = search.run(starts: starts)
    return MappingSolution(
      mapping: NodeMapping(nodes: nodes), time: prices.time(of: nodes), bound: bound)
  }
}

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
