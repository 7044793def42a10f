/// Finds a good mapping: constructions, annealing from the best of them, and again from the best met.
struct MappingSearch<Pairs: PairPrices> {
  let prices: GridPrices<Pairs>
  let bound: MappingBound
  let effort: MappingEffort

  /// - Parameter starts: mappings as nodes by cell, at least one.
  func run(starts: [[Int]]) -> [Int] {
    let guide = Guide(target: bound.exchange.value)
    let starts = starts.map { nodes in
      let value = Arrangement(prices, guide: guide, nodes: nodes).value()
      return (nodes: nodes, time: value.time, energy: value.energy)
    }
    var best = starts.dropFirst().reduce((starts[0].nodes, time: starts[0].time)) { best, start in
      start.time < best.time ? (start.nodes, start.time) : best
    }
    let promising = starts.sorted { $0.energy < $1.energy }
    let near = NearNodes(
      alongPipeline: prices.hop.nearest(effort.neighbours),
      alongRing: prices.ring.nearest(effort.neighbours))
    var random = SplitMix(seed: 1)
    let begin = ContinuousClock.now
    func isOver() -> Bool { effort.timeLimit.map { ContinuousClock.now - begin > $0 } ?? false }
    for round in 0..<effort.rounds {
      if isOver() || best.time <= bound.seconds.value * (1 + 1e-9) { break }
      let isFresh = round < 2 && round < promising.count
      var arrangement = Arrangement(
        prices, guide: guide, nodes: isFresh ? promising[round].nodes : best.0)
      let annealing = Annealing(
        moves: effort.moves(nodes: prices.grid.cells), hottest: isFresh ? 0.005 : 0.002)
      let found = annealing.run(&arrangement, near, using: &random, until: isOver)
      if found.time < best.time { best = found }
    }
    return best.0
  }
}
