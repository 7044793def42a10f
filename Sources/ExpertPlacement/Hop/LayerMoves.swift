/// Moves of whole layers, each the best of its kind.
extension HopState {
  /// Places all experts of a layer as well as its neighbours let it be: a transportation program.
  ///
  /// - Returns: what it saves.
  @discardableResult
  mutating func improve(layer: Int) -> Double {
    let (n, g) = (problem.slots, problem.gpus)
    let values = savings(layer)
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
      for layer in Array(0..<problem.layers) + (0..<max(0, problem.layers - 1)).reversed()
      where !effort.isOver {
        gain += improve(layer: layer)
      }
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
      // What the hops from the layer before alone would keep.
      var kept = [Float](repeating: 0, count: rows * slots)
      for other in 0..<slots {
        let counts = ((layer - 1) * slots + other) * slots
        for level in levels {
          let row = level.row(of: state[layer - 1, other]) * slots
          for expert in 0..<slots { kept[row + expert] += forward[counts + expert] }
        }
      }
      let values = kept.withUnsafeBufferPointer(savings)
      state.place(
        layer: layer, on: Transportation(items: slots, places: gpus).dearest(values))
    }
    return state
  }
}
