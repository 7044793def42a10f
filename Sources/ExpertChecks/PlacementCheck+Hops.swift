extension PlacementCheck {
  func meanHop(_ slots: [[Int]]) -> Double {
    var (cost, tokens) = (0.0, 0.0)
    for (layer, matrix) in routing.transitions.enumerated() {
      let (here, there) = (gpuOfExpert(slots[layer]), gpuOfExpert(slots[layer + 1]))
      for from in 0..<experts {
        for to in 0..<experts {
          let count = matrix[from, to]
          tokens += count
          if here[from] / (gpus / racks) != there[to] / (gpus / racks) {
            cost += count * hops.betweenRacks
          } else if here[from] / gpusPerNode != there[to] / gpusPerNode {
            cost += count * hops.between
          } else if here[from] != there[to] {
            cost += count * hops.within
          }
        }
      }
    }
    return tokens > 0 ? cost / tokens : 0
  }

  /// The mean hop that the certificate's levels prove; 0 where they are about other costs.
  func provenHop() -> Double {
    guard let levels = levels(expectedLevels) else { return 0 }
    let transitions = routing.transitions
    let tokens = transitions.reduce(0) { $0 + $1.values.reduce(0, +) }
    let size = (experts + gpus - 1) / gpus * gpus
    let cost = levels.reduce(0) {
      $0 + $1.cost * $1.provenChanges(transitions, size: size, tokens: tokens)
    }
    return tokens > 0 ? cost / tokens : 0
  }
}
