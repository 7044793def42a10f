extension PlacementCheck {
  /// The mean over the layers of the imbalance in the workload that is worst there.
  func meanImbalance(_ slots: [[Int]]) -> Double {
    let sum = slots.indices.reduce(0.0) { sum, layer in
      sum + (routing.loads.map { imbalance(slots[layer], loads: $0[layer]) }.max() ?? 1)
    }
    return sum / Double(max(1, slots.count))
  }

  /// The fullest GPU's load over the mean; an expert's tokens are shared out among its slots.
  func imbalance(_ slots: [Int], loads: [Double]) -> Double {
    let room = slots.count / gpus
    var copies = [Double](repeating: 0, count: experts)
    for expert in slots where expert >= 0 { copies[expert] += 1 }
    var sums = [Double](repeating: 0, count: gpus)
    for (slot, expert) in slots.enumerated() where expert >= 0 {
      sums[slot / room] += loads[expert] / copies[expert]
    }
    return (sums.max() ?? 0) * Double(gpus) / max(1e-300, loads.reduce(0, +))
  }

  func provenImbalance() -> Double {
    let sum = slots.indices.reduce(0.0) { sum, layer in
      sum
        + (routing.loads.map { leastImbalance($0[layer], slots: slots[layer].count) }.max() ?? 1)
    }
    return sum / Double(max(1, slots.count))
  }

  /// The mean, or the least possible share of the fullest replica: with a limit on shares, expert e
  /// needs ⌈load / limit⌉ slots, and the limit is feasible if all fit.
  func leastImbalance(_ loads: [Double], slots: Int) -> Double {
    let mean = loads.reduce(0, +) / Double(gpus)
    var (low, high) = (0.0, loads.max() ?? 0)
    for _ in 0..<100 {
      let limit = (low + high) / 2
      let needed = loads.reduce(0.0) { $0 + max(1, ($1 / limit).rounded(.up)) }
      if limit > 0, needed <= Double(slots) { high = limit } else { low = limit }
    }
    return max(1, mean > 0 ? low / mean : 1)
  }
}
