/// The best placement that takes every layer from one of several, with the GPUs of each layer
/// numbered anew.
///
/// The cost of a boundary depends on which parts of two layers share a GPU, not on the GPU's number.
/// So for every boundary and every two placements the best new numbers are a transportation program
/// of GPUs (on nodes: of nodes, with one of GPUs inside each pair of nodes), and a longest way through
/// the layers picks the placement that gives each layer. Good stretches of different placements come
/// together this way; of a single placement, it finds better numbers.
///
/// - Complexity: O(placements² · layers · (experts² + gpus³)).
struct ChainMerge {
  private let problem: HopProblem

  init(_ problem: HopProblem) { self.problem = problem }

  /// - Precondition: at least one placement.
  func merged(_ states: [HopState]) -> HopState {
    let parents = states.indices
    var best = parents.map { _ in 0.0 }
    var steps: [[(parent: Int, numbering: [Int32])]] = []
    for boundary in 0..<max(0, problem.layers - 1) {
      var next = parents.map { _ in -Double.infinity }
      var step = parents.map { _ in (parent: 0, numbering: [Int32]()) }
      for before in parents {
        for after in parents {
          let flows = flows(states[before], states[after], boundary)
          let (numbering, value) = numbering(flows)
          if best[before] + value > next[after] {
            next[after] = best[before] + value
            step[after] = (before, numbering)
          }
        }
      }
      best = next
      steps.append(step)
    }
    let last = parents.max { best[$0] < best[$1] } ?? 0
    return HopState(problem, gpus: gpus(states, endingWith: last, steps))
  }

  /// Goes back along the way, then forward with the numbers that each boundary asks for.
  private func gpus(
    _ states: [HopState], endingWith last: Int, _ steps: [[(parent: Int, numbering: [Int32])]]
  ) -> [Int32] {
    var way = [last]
    for step in steps.reversed() { way.append(step[way[way.count - 1]].parent) }
    way.reverse()
    let n = problem.slots
    var gpus: [Int32] = []
    var numbers = (0..<problem.gpus).map(Int32.init)
    for (layer, parent) in way.enumerated() {
      if layer > 0 {
        // The boundary's numbers are those of the layer before as its placement has them.
        let numbering = steps[layer - 1][parent].numbering
        numbers = numbering.map { numbers[Int($0)] }
      }
      gpus += states[parent].gpus[(layer * n)..<((layer + 1) * n)].map { numbers[Int($0)] }
    }
    return gpus
  }

  /// The tokens over a boundary from a GPU of one placement to one of the other:
  /// `[from · gpus + to]`.
  private func flows(_ before: HopState, _ after: HopState, _ boundary: Int) -> [Float] {
    let n = problem.slots
    var flows = [Float](repeating: 0, count: problem.gpus * problem.gpus)
    for from in 0..<n {
      let row = before[boundary, from] * problem.gpus
      let counts = (boundary * n + from) * n
      for to in 0..<n { flows[row + after[boundary + 1, to]] += problem.forward[counts + to] }
    }
    return flows
  }

  /// For each GPU of the later layer the number that serves best, and what that saves.
  private func numbering(_ flows: [Float]) -> (numbers: [Int32], value: Double) {
    let hierarchy = problem.hierarchy
    let (nodes, side) =
      hierarchy.isFlat ? (1, problem.gpus) : (hierarchy.nodes, hierarchy.gpusPerNode)
    let same = problem.saving(0, 0)
    let near: Float = nodes == 1 ? 0 : Float(hierarchy.hopBetweenNodes - hierarchy.hopWithinNode)
    var values = [Float](repeating: 0, count: nodes * nodes)
    var inner = [[Int32]](repeating: [], count: nodes * nodes)
    for a in 0..<nodes {
      for b in 0..<nodes {
        var block = [Float](repeating: 0, count: side * side)
        for p in 0..<side {
          for q in 0..<side {
            block[p * side + q] = flows[(a * side + p) * problem.gpus + b * side + q]
          }
        }
        let best = Transportation(items: side, places: side).dearest(block)
        let kept = (0..<side).reduce(Float(0)) { $0 + block[Int(best[$1]) * side + $1] }
        values[a * nodes + b] = (same - near) * kept + near * block.reduce(0, +)
        inner[a * nodes + b] = best
      }
    }
    let outer = Transportation(items: nodes, places: nodes).dearest(values)
    let value = (0..<nodes).reduce(0.0) { $0 + Double(values[Int(outer[$1]) * nodes + $1]) }
    let numbers = (0..<problem.gpus).map { gpu in
      let (b, q) = (gpu / side, gpu % side)
      let a = Int(outer[b])
      return Int32(a * side + Int(inner[a * nodes + b][q]))
    }
    return (numbers, value)
  }
}
