extension TokenRoutes {
  /// The parts that hold the experts of a token in one layer, on average over the tokens: a dispatch
  /// sends a token once to each of them.
  ///
  /// - Parameter gpusPerPart: 1 counts GPUs, the GPUs of a node count nodes.
  /// - Source: DeepEP's dispatch and combine, which do so.
  public func meanDestinations(
    _ assignment: ExpertAssignment, layer: Int, gpusPerPart: Int = 1
  ) -> Double {
    guard tokens > 0 else { return 0 }
    var destinations = 0
    for token in 0..<tokens {
      let experts = experts(token: token, layer: layer)
      for index in experts.indices {
        let part = assignment[layer, Int(experts[index])] / gpusPerPart
        let isMet = experts[..<index].contains {
          assignment[layer, Int($0)] / gpusPerPart == part
        }
        if !isMet { destinations += 1 }
      }
    }
    return Double(destinations) / Double(tokens)
  }

  /// The mean over the layers of the parts that hold the experts of a token.
  public func meanDestinations(_ assignment: ExpertAssignment, gpusPerPart: Int = 1) -> Double {
    mean { meanDestinations(assignment, layer: $0, gpusPerPart: gpusPerPart) }
  }

  /// What a token's dispatch costs on average: for each GPU that it is sent to what a hop within a
  /// node costs, and for each node what a hop between nodes costs beyond that.
  public func meanDispatch(_ assignment: ExpertAssignment, on hierarchy: GPUHierarchy) -> Double {
    hierarchy.partLevels.reduce(0) { sum, level in
      sum + level.cost
        * meanDestinations(assignment, gpusPerPart: hierarchy.gpus / level.parts)
    }
  }

  /// The mean over the layers of the fullest GPU's load relative to the mean GPU's.
  public func imbalance(_ assignment: ExpertAssignment, gpus: Int) -> Double {
    let load = load
    return layers > 0 ? mean { assignment.imbalance(layer: $0, loads: load[$0], gpus: gpus) } : 1
  }

  private func mean(_ value: (Int) -> Double) -> Double {
    layers > 0 ? (0..<layers).reduce(0) { $0 + value($1) } / Double(layers) : 0
  }
}

extension ExpertAssignment {
  /// The fullest GPU's load relative to the mean GPU's.
  public func imbalance(layer: Int, loads: [Double], gpus: Int) -> Double {
    var sums = [Double](repeating: 0, count: gpus)
    for (expert, load) in loads.enumerated() { sums[self[layer, expert]] += load }
    return (sums.max() ?? 0) * Double(gpus) / max(1e-300, loads.reduce(0, +))
  }
}
