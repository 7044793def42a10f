/// How often two experts of a layer were chosen by the same token.
public struct ExpertPairs: Sendable, Equatable {
  /// Experts in a layer.
  public let experts: Int
  /// Experts of a token in a layer.
  public let topK: Int
  /// For each layer, experts × experts counts, row by row: symmetric, and 0 on the diagonal.
  public let counts: [[Double]]

  /// - Precondition: every matrix is experts × experts, symmetric, finite and not negative.
  public init(experts: Int, topK: Int, counts: [[Double]]) {
    precondition(experts > 0 && topK > 0, "experts that tokens choose")
    precondition(
      counts.allSatisfy {
        $0.count == experts * experts && $0.allSatisfy { $0 >= 0 && $0.isFinite }
      },
      "a count for each pair of experts")
    self.experts = experts
    self.topK = topK
    self.counts = counts
  }
}

extension TokenRoutes {
  /// The pairs of every token's experts.
  public var pairs: ExpertPairs {
    let counts = concurrentMap(layers) { layer in
      var matrix = [Double](repeating: 0, count: experts * experts)
      for token in 0..<tokens {
        let chosen = experts(token: token, layer: layer)
        for one in chosen {
          for other in chosen where other != one { matrix[Int(one) * experts + Int(other)] += 1 }
        }
      }
      return matrix
    }
    return ExpertPairs(experts: experts, topK: topK, counts: counts)
  }
}
