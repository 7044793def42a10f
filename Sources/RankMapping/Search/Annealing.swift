import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Simulated annealing over arrangements, from one temperature to another in a fixed number of moves.
///
/// - Source: Kirkpatrick, Gelatt and Vecchi 1983, "Optimization by simulated annealing".
struct Annealing {
  /// The moves tried, whatever they find.
  let moves: Int
  /// The first temperature, as a share of the time at the start, and the last against it.
  let hottest: Double
  let range: Double
  let focus: Int

  /// - Parameter sharedBy: the replicas among which the guide divides what a change to one of them
  ///   saves; 1 for the time itself.
  init(_ annealings: MappingEffort.Annealings, sharedBy replicas: Int) {
    moves = annealings.moves
    hottest = annealings.hottest / Double(replicas)
    range = annealings.range
    focus = annealings.focus
  }

  /// The nodes by cell of the best time met, and that time; never worse than at the start.
  func run<Pairs>(
    _ arrangement: inout Arrangement<Pairs>, _ near: NearNodes,
    using random: inout SplitMix, until isOver: () -> Bool
  ) -> (nodes: [Int], time: Double) {
    var (time, energy) = arrangement.value()
    var best = (nodes: arrangement.nodes, time: time)
    var temperature = hottest * best.time
    let cooling = pow(1 / range, 1 / Double(max(1, moves)))
    for move in 0..<moves {
      if move & 1023 == 1023, isOver() { break }
      arrangement.propose(near, focus: focus, using: &random)
      arrangement.settle()
      let changed = arrangement.value()
      temperature *= cooling
      if changed.energy <= energy || changed.energy < energy - temperature * log(random.unit()) {
        arrangement.keep()
        (time, energy) = changed
        if time < best.time { best = (arrangement.nodes, time) }
      } else {
        arrangement.revert()
      }
    }
    return best
  }
}
