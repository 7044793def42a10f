/// The best placement that takes every layer from one of several, with the GPUs of each layer
/// numbered anew.
///
/// The cost of a boundary depends on which parts of two layers share a GPU, not on the GPU's number.
/// So for every boundary and every two placements the best new numbers are a transportation program
/// of GPUs (on nodes: of nodes, with one of GPUs inside pairs of nodes), and a longest way through
/// the layers picks the placement that gives each layer. Good stretches of different placements come
/// together this way; of a single placement, it finds better numbers.
///
/// - Complexity: O(placements² · layers · (experts² + gpus³)).
struct ChainMerge {
  private let problem: HopProblem

  init(_ problem: HopProblem) { self.problem = problem }

  /// The steps that merging so many placements takes, about.
  func steps(_ placements: Int) -> Int {
    placements * placements * problem.layers
      * (problem.slots * problem.slots + problem.gpus * problem.gpus * 8)
  }

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
    let flows = GPUFlows(flows, problem)
    var numbers = [Int32](repeating: 0, count: problem.gpus)
    let value = flows.number(flows.root, 0, 0, &numbers)
    return (numbers, Double(value))
  }
}

/// The tokens between the GPUs of two placements of neighbouring layers, and the numbers of the later
/// one's parts with which hops save most: for every two parts, their own parts must be matched first.
///
/// Since the matching of parts asks for few of the pairs, pairs are valued by an upper limit (every part
/// with its best match) until one is matched; only then its own parts are.
private struct GPUFlows {
  private let flows: [Float]
  private let levels: [HopProblem.Level]
  private let gpus: Int
  /// The level of all GPUs together.
  let root: Int

  init(_ flows: [Float], _ problem: HopProblem) {
    self.flows = flows
    levels = problem.levels
    gpus = problem.gpus
    root = levels.count
  }

  /// GPUs of a part.
  private func size(_ level: Int) -> Int { level == root ? gpus : levels[level].gpusPerPart }

  /// The tokens that stay in a pair of parts, whatever the numbers within.
  private func tokens(_ level: Int, _ a: Int, _ b: Int) -> Float {
    let size = size(level)
    var sum: Float = 0
    for p in (a * size)..<((a + 1) * size) {
      for q in (b * size)..<((b + 1) * size) { sum += flows[p * gpus + q] }
    }
    return sum
  }

  /// What staying in the pair saves by itself.
  private func own(_ level: Int, _ a: Int, _ b: Int) -> Float {
    level == root || levels[level].saving == 0 ? 0 : levels[level].saving * tokens(level, a, b)
  }

  /// At most what a pair of parts saves.
  private func most(_ level: Int, _ a: Int, _ b: Int) -> Float {
    guard level > 0 else { return levels[0].saving * flows[a * gpus + b] }
    let count = size(level) / size(level - 1)
    return (0..<count).reduce(own(level, a, b)) { sum, i in
      sum
        + (0..<count).reduce(0) { max($0, most(level - 1, a * count + i, b * count + $1)) }
    }
  }

  /// What a pair of parts saves; the GPUs of the later one get their numbers.
  func number(_ level: Int, _ a: Int, _ b: Int, _ numbers: inout [Int32]) -> Float {
    guard level > 0 else {
      numbers[b] = Int32(a)
      return levels[0].saving * flows[a * gpus + b]
    }
    let (inner, count) = (size(level - 1), size(level) / size(level - 1))
    // values[i · count + j]: the earlier placement's part i becomes the number of the later one's j.
    var values = [Float](repeating: 0, count: count * count)
    var known = [[Int32]?](repeating: nil, count: count * count)
    for i in 0..<count {
      for j in 0..<count { values[i * count + j] = most(level - 1, a * count + i, b * count + j) }
    }
    while true {
      let match = Transportation(items: count, places: count).dearest(values)
      var isKnown = true
      for (j, i) in match.enumerated() {
        let pair = Int(i) * count + j
        guard known[pair] == nil else { continue }
        let part = b * count + j
        values[pair] = number(level - 1, a * count + Int(i), part, &numbers)
        known[pair] = Array(numbers[(part * inner)..<((part + 1) * inner)])
        isKnown = isKnown && level == 1
      }
      guard isKnown else { continue }
      return match.enumerated().reduce(own(level, a, b)) { sum, pair in
        let (j, i) = (pair.offset, Int(pair.element))
        let first = (b * count + j) * inner
        numbers.replaceSubrange(first..<(first + inner), with: known[i * count + j] ?? [])
        return sum + values[i * count + j]
      }
    }
  }
}
