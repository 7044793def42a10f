import RankMapping
import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Simulated annealing as Pipette runs it: five moves on the list of nodes, replica by replica, from a
/// random order, scored on the slowest pipeline and the ring of the first stage only.
///
/// Its temperature starts at 1 and falls by 0.1 % a move; a worsening counts by its leading digits.
/// - Source: Yim et al. 2024, "Pipette", and the program published with it.
struct PipetteAnnealing {
  let grid: MappingGrid
  /// What the method minimises.
  let objective: (NodeMapping) -> Double
  private var random = SplitMix(seed: 1)

  init(grid: MappingGrid, objective: @escaping (NodeMapping) -> Double) {
    self.grid = grid
    self.objective = objective
  }

  /// The best mapping by its own objective within some CPU seconds.
  mutating func run(seconds: Double) -> NodeMapping {
    let end = CPUClock.seconds + seconds
    var order = random.shuffled(0..<grid.cells)
    var value = objective(mapping(order))
    var best = (order, value)
    var temperature = 1.0
    while CPUClock.seconds < end {
      let candidate = moved(order)
      let changed = objective(mapping(candidate))
      let rise = (changed - value) * 1000
      let isTaken: Bool
      if rise <= 0 {
        isTaken = true
      } else {
        let digits = rise / pow(10, log10(rise).rounded(.towardZero) + 1)
        isTaken = random.unit() <= exp(-digits / max(temperature, 1e-300))
      }
      if isTaken { (order, value) = (candidate, changed) }
      if value < best.1 { best = (order, value) }
      temperature *= 0.999
    }
    return mapping(best.0)
  }

  /// The list is replica by replica; a mapping is stage by stage.
  private func mapping(_ order: [Int]) -> NodeMapping {
    NodeMapping(
      nodes: (0..<grid.cells).map { cell in
        order[grid.replica(ofCell: cell) * grid.stages + grid.stage(ofCell: cell)]
      })
  }

  /// A part reversed, a node put elsewhere, two exchanged, a part put elsewhere, or so and reversed.
  private mutating func moved(_ order: [Int]) -> [Int] {
    var order = order
    let kind = random.index(below: 5)
    let one = random.index(below: order.count)
    let other = random.index(below: order.count)
    let (first, last) = (min(one, other), max(one, other))
    switch kind {
    case 0: order[first..<last].reverse()
    case 1: order.insert(order.remove(at: other), at: one)
    case 2: order.swapAt(one, other)
    default:
      var part = Array(order[first..<last])
      if kind == 4 { part.reverse() }
      order.removeSubrange(first..<last)
      order.insert(contentsOf: part, at: random.index(below: order.count + 1))
    }
    return order
  }
}
