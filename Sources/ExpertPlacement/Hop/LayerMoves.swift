/// Moves of whole layers, each the best of its kind.
extension HopState {
  /// Places all experts of a layer as well as its neighbours let it be: a transportation program.
  ///
  /// - Returns: what it saves.
  @discardableResult
  mutating func improve(layer: Int) -> Double {
    let (n, g) = (problem.slots, problem.gpus)
    let values = savings[(layer * g * n)..<((layer + 1) * g * n)]
    let target = Transportation(items: n, places: g).dearest(values)
    var gain = 0.0
    for expert in 0..<n {
      gain += Double(saving(layer, expert, on: Int(target[expert])))
      gain -= Double(saving(layer, expert, on: self[layer, expert]))
    }
    guard gain > problem.leastGain else { return 0 }
    place(layer: layer, on: target)
    return gain
  }

  /// Improves layer after layer, there and back, until no layer can be improved on its own.
  mutating func improveLayers(_ effort: SearchEffort) {
    while !effort.isOver {
      var gain = 0.0
      for layer in 0..<problem.layers { gain += improve(layer: layer) }
      for layer in (0..<max(0, problem.layers - 1)).reversed() { gain += improve(layer: layer) }
      if gain == 0 { return }
    }
  }
}

extension HopProblem {
  /// Less than this is rounding.
  var leastGain: Double { 1e-6 * ceiling / Double(max(1, layers)) }

  /// The first layer in order, and each further one as well as the one before it lets it be.
  func greedy() -> HopState {
    var state = HopState(self, gpus: linear)
    guard layers > 1 else { return state }
    for layer in 1..<layers {
      // What the hops from the layer before alone would save.
      var values = [Float](repeating: 0, count: gpus * slots)
      for other in 0..<slots {
        let row = ((layer - 1) * slots + other) * slots
        let gpu = state[layer - 1, other]
        for near in hierarchy.gpus(ofNode: hierarchy.node(of: gpu)) {
          let scale = saving(gpu, near)
          guard scale != 0 else { continue }
          for expert in 0..<slots { values[near * slots + expert] += scale * forward[row + expert] }
        }
      }
      state.place(
        layer: layer, on: Transportation(items: slots, places: gpus).dearest(values))
    }
    return state
  }
}
