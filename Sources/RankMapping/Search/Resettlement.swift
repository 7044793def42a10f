import SeededRandom

/// Puts many nodes where they are best at once, with all others where they are.
///
/// Cells that are no neighbours, neither along a pipeline nor on a ring, do not see one another: what
/// a node costs there depends on nodes that stay. So the best exchange of any number of nodes among such
/// cells is an assignment problem. The cells of a grid are taken by the two colours of a chessboard in
/// turn.
///
/// A node's cost is that of its hops, dearer on slow pipelines, and of the links that exceed the target.
struct Resettlement<Pairs: PairPrices> {
  let prices: GridPrices<Pairs>
  let guide: Guide
  /// The most cells that are resettled together; the assignment costs their third power.
  private let limit = 512

  private var grid: MappingGrid { prices.grid }

  /// - Returns: the nodes by cell after some sweeps over the cells of one colour each.
  func run(_ start: [Int], sweeps: Int, using random: inout SplitMix) -> [Int] {
    var nodes = start
    for sweep in 0..<sweeps {
      var cells = (0..<grid.cells).filter { hasColour(sweep & 1, $0) }
      for place in stride(from: cells.count - 1, to: 0, by: -1) {
        cells.swapAt(place, random.index(below: place + 1))
      }
      let parts = (cells.count + limit - 1) / limit
      for part in 0..<parts {
        let members = cells[cells.count * part / parts..<cells.count * (part + 1) / parts]
        resettle(Array(members), &nodes)
      }
    }
    return nodes
  }

  /// Where the number of replicas is odd, the last one is a neighbour of the first of its colour.
  private func hasColour(_ colour: Int, _ cell: Int) -> Bool {
    let replica = grid.replica(ofCell: cell)
    let closesOddRing = !grid.replicas.isMultiple(of: 2) && replica == grid.replicas - 1
    return !closesOddRing && (grid.stage(ofCell: cell) + replica) & 1 == colour
  }

  private func resettle(_ cells: [Int], _ nodes: inout [Int]) {
    let count = cells.count
    let guests = cells.map { nodes[$0] }
    let weights = pipelineWeights(nodes)
    var costs = [Double](repeating: 0, count: count * count)
    for (row, cell) in cells.enumerated() {
      let weight = weights[grid.replica(ofCell: cell)]
      let stage = prices.synchronisation[grid.stage(ofCell: cell)]
      let above = cell - grid.replicas
      let below = cell + grid.replicas
      for (column, node) in guests.enumerated() {
        var hops = 0.0
        if above >= 0 { hops += prices.hop.price(nodes[above], node) }
        if below < grid.cells { hops += prices.hop.price(nodes[below], node) }
        var excess = 0.0
        if grid.replicas > 1 {
          let previous = nodes[grid.previous(onRing: cell)]
          let next = nodes[grid.next(onRing: cell)]
          excess += violation(stage.time(at: prices.ring.price(previous, node)))
          excess += violation(stage.time(at: prices.ring.price(node, next)))
        }
        costs[row * count + column] = weight * hops + guide.excess * excess
      }
    }
    if !prices.classes.isEmpty {
      // No assignment is as dear as one node on a cell of another class.
      let forbidden = 1 + Double(count) * (costs.max() ?? 0)
      for (row, cell) in cells.enumerated() {
        for (column, node) in guests.enumerated() where !prices.areAlike(cell, node) {
          costs[row * count + column] = forbidden
        }
      }
    }
    let places = Assignment.cheapest(count: count, costs: costs)
    for (row, cell) in cells.enumerated() { nodes[cell] = guests[places[row]] }
  }

  /// What a link costs by exceeding the target; the further the dearer, since the worst one decides.
  private func violation(_ time: Double) -> Double {
    let excess = time - guide.target
    return excess > 0 ? excess * (1 + 20 * excess / (excess + guide.target)) : 0
  }

  /// The eighth power of each pipeline's time against the slowest's, so that those that decide count.
  private func pipelineWeights(_ nodes: [Int]) -> [Double] {
    let times = (0..<grid.replicas).map { replica in
      (1..<max(1, grid.stages)).reduce(0.0) { sum, stage in
        sum
          + prices.hop.price(
            nodes[grid.cell(stage: stage - 1, replica: replica)],
            nodes[grid.cell(stage: stage, replica: replica)])
      }
    }
    let slowest = times.max() ?? 0
    return times.map { time in
      let share = slowest > 0 ? time / slowest : 1
      let fourth = share * share * share * share
      return fourth * fourth
    }
  }
}
