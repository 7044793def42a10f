/// A placement with what every expert would save on every GPU, kept up to date move by move.
///
/// `savings[(l·G + g)·n + e]` is what the hops between expert e of layer l and the experts of the
/// neighbouring layers save, against the dearest hop, when e is on GPU g. A swap of two experts of a
/// layer changes the savings of the neighbouring layers only: each of the two moves gains the
/// difference of two entries, and they add up.
struct HopState {
  let problem: HopProblem
  /// The GPU of each expert, layer by layer.
  private(set) var gpus: [Int32]
  private(set) var savings: [Float]

  init(_ problem: HopProblem, gpus: [Int32]) {
    self.problem = problem
    self.gpus = gpus
    savings = [Float](repeating: 0, count: problem.layers * problem.gpus * problem.slots)
    for layer in 0..<problem.layers {
      for expert in 0..<problem.slots {
        spread(layer, expert, gpu: Int(gpus[layer * problem.slots + expert]), factor: 1)
      }
    }
  }

  subscript(layer: Int, expert: Int) -> Int { Int(gpus[layer * problem.slots + expert]) }

  /// What the expert saves on that GPU.
  func saving(_ layer: Int, _ expert: Int, on gpu: Int) -> Float {
    savings[(layer * problem.gpus + gpu) * problem.slots + expert]
  }

  /// The savings of all hops, each counted once.
  var value: Double {
    // Every hop is seen from both of its ends.
    var sum = 0.0
    for layer in 0..<problem.layers {
      for expert in 0..<problem.slots {
        sum += Double(saving(layer, expert, on: self[layer, expert]))
      }
    }
    return sum / 2
  }

  /// What the exchange of two experts of a layer saves.
  @inline(__always)
  func gain(_ layer: Int, swapping one: Int, _ other: Int) -> Float {
    let (p, q) = (self[layer, one], self[layer, other])
    return saving(layer, one, on: q) - saving(layer, one, on: p)
      + saving(layer, other, on: p) - saving(layer, other, on: q)
  }

  mutating func swap(_ layer: Int, _ one: Int, _ other: Int) {
    let (p, q) = (self[layer, one], self[layer, other])
    guard p != q else { return }
    gpus[layer * problem.slots + one] = Int32(q)
    gpus[layer * problem.slots + other] = Int32(p)
    // The first moves from p to q and the second back, so each row of savings that changes does so by
    // a multiple of the difference of their rows of counts.
    let nodes = (problem.hierarchy.node(of: p), problem.hierarchy.node(of: q))
    for gpu in problem.hierarchy.gpus(ofNode: nodes.0) {
      exchange(layer, one, other, seenFrom: gpu, p, q)
    }
    guard nodes.0 != nodes.1 else { return }
    for gpu in problem.hierarchy.gpus(ofNode: nodes.1) {
      exchange(layer, one, other, seenFrom: gpu, p, q)
    }
  }

  private mutating func exchange(
    _ layer: Int, _ one: Int, _ other: Int, seenFrom gpu: Int, _ p: Int, _ q: Int
  ) {
    let factor = problem.saving(gpu, q) - problem.saving(gpu, p)
    if factor == 0 { return }
    if layer > 0 { add(layer, one, other, to: layer - 1, gpu, factor) }
    if layer + 1 < problem.layers { add(layer, one, other, to: layer + 1, gpu, factor) }
  }

  /// Moves all experts of a layer.
  mutating func place(layer: Int, on target: [Int32]) {
    for expert in 0..<problem.slots {
      let place = layer * problem.slots + expert
      guard gpus[place] != target[expert] else { continue }
      spread(layer, expert, gpu: Int(gpus[place]), factor: -1)
      spread(layer, expert, gpu: Int(target[expert]), factor: 1)
      gpus[place] = target[expert]
    }
  }

  /// Adds `factor` times the first expert's counts less the second's to a row of savings.
  private mutating func add(
    _ layer: Int, _ one: Int, _ other: Int, to neighbour: Int, _ gpu: Int, _ factor: Float
  ) {
    let n = problem.slots
    let counts = neighbour > layer ? problem.forward : problem.backward
    let matrix = min(layer, neighbour) * n * n
    let row = (neighbour * problem.gpus + gpu) * n
    savings.withUnsafeMutableBufferPointer { savings in
      counts.withUnsafeBufferPointer { counts in
        for k in 0..<n {
          savings[row + k] +=
            factor * (counts[matrix + one * n + k] - counts[matrix + other * n + k])
        }
      }
    }
  }

  /// Adds an expert's presence on a GPU, `factor` times, to the savings of the neighbouring layers.
  private mutating func spread(_ layer: Int, _ expert: Int, gpu: Int, factor: Float) {
    let n = problem.slots
    let node = problem.hierarchy.node(of: gpu)
    for neighbour in [layer - 1, layer + 1] where neighbour >= 0 && neighbour < problem.layers {
      let counts = neighbour > layer ? problem.forward : problem.backward
      let matrix = min(layer, neighbour) * n * n + expert * n
      for other in problem.hierarchy.gpus(ofNode: node) {
        let scale = factor * problem.saving(gpu, other)
        guard scale != 0 else { continue }
        let row = (neighbour * problem.gpus + other) * n
        savings.withUnsafeMutableBufferPointer { savings in
          counts.withUnsafeBufferPointer { counts in
            for k in 0..<n { savings[row + k] += scale * counts[matrix + k] }
          }
        }
      }
    }
  }
}
