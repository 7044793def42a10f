/// The experts that each token went to, layer by layer.
public struct TokenRoutes: Sendable, Equatable {
  public let tokens: Int
  public let layers: Int
  /// Experts of a token in a layer.
  public let topK: Int
  /// Experts in a layer.
  public let experts: Int
  /// Token by token, layer by layer, the experts in the order of their weights.
  public let choices: [UInt16]

  /// - Precondition: `tokens × layers × topK` choices, all below `experts`.
  public init(tokens: Int, layers: Int, topK: Int, experts: Int, choices: [UInt16]) {
    precondition(choices.count == tokens * layers * topK, "a choice for each place")
    precondition(choices.allSatisfy { $0 < experts }, "experts that exist")
    self.tokens = tokens
    self.layers = layers
    self.topK = topK
    self.experts = experts
    self.choices = choices
  }

  /// The experts of one token in one layer.
  public func experts(token: Int, layer: Int) -> ArraySlice<UInt16> {
    let first = (token * layers + layer) * topK
    return choices[first..<(first + topK)]
  }

  /// The tokens whose index passes the test.
  public func filter(_ isIncluded: (Int) -> Bool) -> TokenRoutes {
    let chosen = (0..<tokens).filter(isIncluded)
    let width = layers * topK
    return TokenRoutes(
      tokens: chosen.count, layers: layers, topK: topK, experts: experts,
      choices: chosen.flatMap { choices[($0 * width)..<(($0 + 1) * width)] })
  }

  /// The tokens of each expert of each layer.
  public var load: [[Double]] {
    var load = [[Double]](repeating: [Double](repeating: 0, count: experts), count: layers)
    for token in 0..<tokens {
      for layer in 0..<layers {
        for expert in experts(token: token, layer: layer) { load[layer][Int(expert)] += 1 }
      }
    }
    return load
  }
}
