/// The learned parameters of a model, in elements.
public struct ParameterCount: Hashable, Sendable {
  /// All of the text model: every layer, the embedding and the head, a shared matrix once; without
  /// buffers, layers that predict further tokens, and vision.
  public var total: Int
  /// What a token uses: all but the routed experts that it is not sent to.
  ///
  /// total − routed · (1 − chosen/count), the input embedding included.
  public var active: Int
  /// `total` by part; parts without parameters are left out.
  public var byPart: [ModelPart: Int]
  /// The extra layers that predict further tokens.
  public var multiTokenPrediction: Int
  /// The vision tower and its projector.
  public var vision: Int
}

extension Operator {
  /// Whether it is routed experts, of which a token uses some.
  public var isRouted: Bool {
    if case .experts = work { true } else { false }
  }

  /// The weights that one token uses.
  public var activeWeights: Int {
    guard case .experts(let shape) = work, shape.count > 0 else { return weights }
    return weights / shape.count * min(shape.perToken, shape.count)
  }
}

extension Layer {
  /// The learned parameters of the layer.
  public var weights: Int { blocks.reduce(0) { $0 + $1.weights } }

  /// Its parameters that one token uses.
  public var activeWeights: Int { operators.reduce(0) { $0 + $1.activeWeights } }
}

extension Block {
  /// The learned parameters of the block.
  public var weights: Int { operators.reduce(0) { $0 + $1.weights } }
}

extension ModelDescription {
  /// Whether a layer of the text model has routed experts.
  public var hasRoutedExperts: Bool {
    kinds.contains { $0.operators.contains(where: \.isRouted) }
  }

  /// The parameters of the model. O(kinds), not O(layers).
  public var parameters: ParameterCount {
    var count = ParameterCount(
      total: 0, active: 0, byPart: [:],
      multiTokenPrediction: multiTokenPrediction.reduce(0) { $0 + $1.weights },
      vision: visionParameters)
    func add(_ operators: [Operator], times: Int) {
      for step in operators where step.weights > 0 {
        count.total += step.weights * times
        count.active += step.activeWeights * times
        count.byPart[step.part, default: 0] += step.weights * times
      }
    }
    for (kind, uses) in zip(kinds, layersOfKind) { add(kind.operators, times: uses) }
    add(embedding + head, times: 1)
    return count
  }

  /// How many layers are of each kind.
  public var layersOfKind: [Int] {
    var counts = Array(repeating: 0, count: kinds.count)
    for kind in layers { counts[kind] += 1 }
    return counts
  }

  /// Every parameter of the whole model with its extra layers and vision, as a check against
  /// overflow, in floating point.
  var approximateParameters: Double {
    func sum(_ operators: [Operator]) -> Double {
      operators.reduce(0) { $0 + Double($1.weights) }
    }
    return zip(kinds, layersOfKind).reduce(0) { $0 + sum($1.0.operators) * Double($1.1) }
      + multiTokenPrediction.reduce(0) { $0 + sum($1.operators) }
      + sum(embedding) + sum(head) + Double(visionParameters)
  }
}
