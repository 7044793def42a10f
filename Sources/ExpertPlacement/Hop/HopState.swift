/// A placement with what every expert keeps together in every part, up to date move by move.
///
/// `kept[(l·R + r)·n + e]` is how many tokens of expert e of layer l come from, or go to, experts of the
/// neighbouring layers in part r, a GPU or a larger part. What e saves on a GPU is the sum over the parts
/// that the GPU lies in. A swap of two experts of a layer changes what the neighbouring layers keep
/// only: each of the two moves gains the difference of two sums, and they add up.
struct HopState {
  let problem: HopProblem
  /// The GPU of each expert, layer by layer.
  private(set) var gpus: [Int32]
  private var kept: [Float]

  init(_ problem: HopProblem, gpus: [Int32]) {
    self.problem = problem
    self.gpus = gpus
    kept = [Float](repeating: 0, count: problem.layers * problem.rows * problem.slots)
    for layer in 0..<problem.layers {
      for expert in 0..<problem.slots {
        spread(layer, expert, gpu: Int(gpus[layer * problem.slots + expert]), sign: 1)
      }
    }
  }

  subscript(layer: Int, expert: Int) -> Int { Int(gpus[layer * problem.slots + expert]) }

  /// What the expert saves on that GPU.
  func saving(_ layer: Int, _ expert: Int, on gpu: Int) -> Float {
    problem.levels.reduce(0) { $0 + $1.saving * kept[index(layer, $1.row(of: gpu), expert)] }
  }

  /// What each expert of a layer saves on each GPU: `[gpu · slots + expert]`.
  func savings(_ layer: Int) -> [Float] {
    kept.withUnsafeBufferPointer { kept in
      let first = layer * problem.rows * problem.slots
      return problem.savings(
        UnsafeBufferPointer(rebasing: kept[first..<(first + problem.rows * problem.slots)]))
    }
  }

  @inline(__always)
  private func index(_ layer: Int, _ row: Int, _ expert: Int) -> Int {
    (layer * problem.rows + row) * problem.slots + expert
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
    return kept.withUnsafeBufferPointer { kept in
      var gain: Float = 0
      for level in problem.levels {
        let (from, to) = (level.row(of: p), level.row(of: q))
        if from == to { break }
        let (a, b) = (index(layer, from, 0), index(layer, to, 0))
        gain +=
          level.saving * (kept[b + one] - kept[a + one] + kept[a + other] - kept[b + other])
      }
      return gain
    }
  }

  mutating func swap(_ layer: Int, _ one: Int, _ other: Int) {
    let (p, q) = (self[layer, one], self[layer, other])
    guard p != q else { return }
    gpus[layer * problem.slots + one] = Int32(q)
    gpus[layer * problem.slots + other] = Int32(p)
    for level in problem.levels {
      let (from, to) = (level.row(of: p), level.row(of: q))
      if from == to { break }
      if layer > 0 { exchange(layer, one, other, seenFrom: layer - 1, from, to) }
      if layer + 1 < problem.layers { exchange(layer, one, other, seenFrom: layer + 1, from, to) }
    }
  }

  /// Moves the first expert's counts from one row of a neighbouring layer to another, and the second's
  /// back.
  private mutating func exchange(
    _ layer: Int, _ one: Int, _ other: Int, seenFrom neighbour: Int, _ from: Int, _ to: Int
  ) {
    let n = problem.slots
    let (a, b) = (index(neighbour, from, 0), index(neighbour, to, 0))
    let matrix = min(layer, neighbour) * n * n
    let counts = neighbour > layer ? problem.forward : problem.backward
    kept.withUnsafeMutableBufferPointer { kept in
      counts.withUnsafeBufferPointer { counts in
        for k in 0..<n {
          let moved = counts[matrix + one * n + k] - counts[matrix + other * n + k]
          kept[a + k] -= moved
          kept[b + k] += moved
        }
      }
    }
  }

  /// Moves all experts of a layer.
  mutating func place(layer: Int, on target: [Int32]) {
    for expert in 0..<problem.slots {
      let place = layer * problem.slots + expert
      guard gpus[place] != target[expert] else { continue }
      spread(layer, expert, gpu: Int(gpus[place]), sign: -1)
      spread(layer, expert, gpu: Int(target[expert]), sign: 1)
      gpus[place] = target[expert]
    }
  }

  /// Adds an expert's presence on a GPU, or takes it away, from what the neighbouring layers keep.
  private mutating func spread(_ layer: Int, _ expert: Int, gpu: Int, sign: Float) {
    let n = problem.slots
    for neighbour in [layer - 1, layer + 1] where neighbour >= 0 && neighbour < problem.layers {
      let counts = neighbour > layer ? problem.forward : problem.backward
      let matrix = min(layer, neighbour) * n * n + expert * n
      for level in problem.levels {
        let row = index(neighbour, level.row(of: gpu), 0)
        kept.withUnsafeMutableBufferPointer { kept in
          counts.withUnsafeBufferPointer { counts in
            for k in 0..<n { kept[row + k] += sign * counts[matrix + k] }
          }
        }
      }
    }
  }
}
