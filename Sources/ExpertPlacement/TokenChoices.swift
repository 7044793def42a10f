/// What is known of which experts tokens choose together: the experts of every token, or how often two
/// were chosen by the same one.
public protocol TokenChoices: Sendable {
  var layers: Int { get }
  /// Experts in a layer.
  var experts: Int { get }
  /// The tokens of each expert of each layer.
  var load: [[Double]] { get }
  /// Which of both it is.
  var known: KnownChoices { get }
  /// The parts that hold the experts of a token in one layer, on average over the tokens: a dispatch
  /// sends a token once to each of them.
  ///
  /// - Parameter gpusPerPart: 1 counts GPUs, the GPUs of a node count nodes.
  /// - Source: DeepEP's dispatch and combine, which do so.
  func meanDestinations(_ assignment: ExpertAssignment, layer: Int, gpusPerPart: Int) -> Double
}

/// The experts of every token, or counts of pairs.
public enum KnownChoices: Sendable {
  case tokens(TokenRoutes)
  case pairs(ExpertPairs)

  var arePairs: Bool {
    if case .pairs = self { true } else { false }
  }
}

extension TokenChoices {
  /// The GPUs that hold the experts of a token.
  public func meanDestinations(_ assignment: ExpertAssignment, layer: Int) -> Double {
    meanDestinations(assignment, layer: layer, gpusPerPart: 1)
  }

  /// The mean over the layers of the parts that hold the experts of a token.
  public func meanDestinations(_ assignment: ExpertAssignment, gpusPerPart: Int = 1) -> Double {
    mean { meanDestinations(assignment, layer: $0, gpusPerPart: gpusPerPart) }
  }

  /// What a token's dispatch costs in a layer: for each GPU that it is sent to what a hop within a node
  /// costs, and for each larger part what a hop out of it costs beyond that.
  public func meanDispatch(
    _ assignment: ExpertAssignment, on hierarchy: GPUHierarchy, layer: Int
  ) -> Double {
    hierarchy.partLevels.reduce(0) { sum, level in
      sum + level.cost
        * meanDestinations(
          assignment, layer: layer, gpusPerPart: hierarchy.gpus / level.parts)
    }
  }

  /// The mean over the layers of what a token's dispatch costs.
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
