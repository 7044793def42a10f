extension TokenRoutes {
  /// The GPUs that hold the experts of a token, on average over tokens and layers: a dispatch sends a
  /// token once to each of them.
  ///
  /// - Source: DeepEP's dispatch and combine, which do so.
  public func meanDestinations(_ assignment: ExpertAssignment) -> Double {
    guard tokens > 0, layers > 0 else { return 0 }
    var destinations = 0
    for token in 0..<tokens {
      for layer in 0..<layers {
        let gpus = experts(token: token, layer: layer).map { assignment[layer, Int($0)] }
        for (index, gpu) in gpus.enumerated() where !gpus[..<index].contains(gpu) {
          destinations += 1
        }
      }
    }
    return Double(destinations) / Double(tokens * layers)
  }

  /// The mean over the layers of the fullest GPU's load relative to the mean GPU's.
  public func imbalance(_ assignment: ExpertAssignment, gpus: Int) -> Double {
    let load = load
    let sum = load.indices.reduce(0.0) { sum, layer in
      var loads = [Double](repeating: 0, count: gpus)
      for expert in 0..<experts { loads[assignment[layer, expert]] += load[layer][expert] }
      return sum + (loads.max() ?? 0) * Double(gpus) / max(1, loads.reduce(0, +))
    }
    return layers > 0 ? sum / Double(layers) : 1
  }
}
