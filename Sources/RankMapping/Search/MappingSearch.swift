import SeededRandom

/// Finds a good mapping: annealing from the most promising constructions, then from the best mapping
/// met, after an exact resettlement of many nodes at once.
struct MappingSearch<Pairs: PairPrices> {
  let prices: GridPrices<Pairs>
  let near: NearNodes
  let bound: MappingBound
  let effort: MappingEffort

  /// The nodes by cell of the best mapping met, no worse than any start, and its time as the search
  /// kept track of it.
  ///
  /// - Parameter starts: nodes by cell, at least one.
  func run(starts: [[Int]]) -> (nodes: [Int], time: Double) {
    if prices.grid.cells <= effort.enumerationLimit {
      let nodes = Enumeration.best(prices)
      return (nodes, prices.time(of: nodes).total.value)
    }
    let guide = Guide(target: bound.exchange.value)
    let priced = starts.map { nodes in
      (nodes: nodes, value: Arrangement(prices, guide: guide, nodes: nodes).value())
    }
    var best = (nodes: starts[0], time: Double.infinity)
    func keep(_ nodes: [Int], _ time: Double) { if time < best.time { best = (nodes, time) } }
    for start in priced { keep(start.nodes, start.value.time) }

    var random = SplitMix(seed: 1)
    let begin = ContinuousClock.now
    func isOver() -> Bool { effort.timeLimit.map { ContinuousClock.now - begin > $0 } ?? false }
    func isOptimal() -> Bool { best.time <= bound.seconds.value * (1 + 1e-9) }
    func anneal(
      _ nodes: [Int], _ annealings: MappingEffort.Annealings, _ guide: Guide, sharedBy: Int
    ) {
      var arrangement = Arrangement(prices, guide: guide, nodes: nodes)
      let annealing = Annealing(annealings, sharedBy: sharedBy)
      let found = annealing.run(&arrangement, near, using: &random, until: isOver)
      keep(found.nodes, found.time)
    }

    let promising = priced.sorted { $0.value.energy < $1.value.energy }
    for start in promising.prefix(effort.fresh.count) where !isOver() && !isOptimal() {
      anneal(start.nodes, effort.fresh, guide, sharedBy: prices.grid.replicas)
    }
    let resettlement = Resettlement(prices: prices, guide: guide)
    for round in 0..<effort.refining.count where !isOver() && !isOptimal() {
      let nodes = resettlement.run(best.nodes, sweeps: effort.sweeps, using: &random)
      // Where no mapping comes near the target, the guide leads astray: the time itself leads in turn.
      let isGuided = round.isMultiple(of: 2) || !effort.isUnguidedInTurn
      if isGuided {
        anneal(nodes, effort.refining, guide, sharedBy: prices.grid.replicas)
      } else {
        anneal(nodes, effort.refining, .time, sharedBy: 1)
      }
    }
    return best
  }
}
