/// What a token's dispatch to its experts costs: it is sent once to every GPU, and once to every node,
/// that holds one of them.
///
/// - Source: DeepEP's dispatch and combine, which send a token once to each destination.
public struct DispatchCosts: Sendable, Hashable {
  /// What each GPU costs that a token is sent to.
  public let gpu: Double
  /// What each node costs that a token is sent to.
  public let node: Double

  public init(gpu: Double, node: Double) {
    precondition(gpu >= 0 && node >= 0, "sending costs something or nothing")
    self.gpu = gpu
    self.node = node
  }

  /// Counts the GPUs alone.
  public static let distinctGPUs = DispatchCosts(gpu: 1, node: 0)
}

extension TokenRoutes {
  /// The parts that hold the experts of a token, on average over tokens and layers, where `part` says
  /// in which part a GPU is.
  public func meanDestinations(
    _ assignment: ExpertAssignment, part: (_ gpu: Int) -> Int = { $0 }
  ) -> Double {
    guard tokens > 0, layers > 0 else { return 0 }
    var destinations = 0
    for token in 0..<tokens {
      for layer in 0..<layers {
        let parts = experts(token: token, layer: layer).map { part(assignment[layer, Int($0)]) }
        for (index, part) in parts.enumerated() where !parts[..<index].contains(part) {
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
