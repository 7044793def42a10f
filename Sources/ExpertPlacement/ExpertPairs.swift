/// How often two experts of a layer were chosen by the same token.
public struct ExpertPairs: Sendable, Equatable {
  /// Experts in a layer.
  public let experts: Int
  /// Experts of a token in a layer.
  public let topK: Int
  /// For each layer, experts × experts counts, row by row: symmetric, and 0 on the diagonal.
  public let counts: [[Double]]

  /// - Precondition: at least two experts a token; every matrix is experts × experts, symmetric, finite
  ///   and not negative, with 0 on the diagonal.
  public init(experts: Int, topK: Int, counts: [[Double]]) {
    precondition(experts > 0 && topK > 1, "experts that tokens choose together")
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
  /// The pairs of every token's experts; `nil` where tokens have one.
  public var pairs: ExpertPairs? {
    guard topK > 1 else { return nil }
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

extension [ExpertPairs] {
  /// The pairs of all.
  ///
  /// - Precondition: at least one; of equal shapes.
  var sum: ExpertPairs {
    ExpertPairs(
      experts: self[0].experts, topK: self[0].topK,
      counts: self[0].counts.indices.map { layer in
        dropFirst().reduce(self[0].counts[layer]) { sum, other in
          zip(sum, other.counts[layer]).map { $0 + $1 }
        }
      })
  }
}
