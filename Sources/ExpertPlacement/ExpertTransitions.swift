/// How many tokens go from each expert of a layer to each expert of the next.
///
/// Of a token that has several experts in a layer, one is counted (its first), or every pair with the
/// weight that makes the pairs of a token add up to 1.
public struct ExpertTransitions: Sendable, Equatable {
  /// Experts in a layer.
  public let experts: Int
  /// For each boundary between two layers, experts × experts counts, row by row.
  public let counts: [[Double]]

  /// - Precondition: every matrix is experts × experts, finite and not negative.
  public init(experts: Int, counts: [[Double]]) {
    precondition(experts > 0, "experts to place")
    precondition(
      counts.allSatisfy {
        $0.count == experts * experts && $0.allSatisfy { $0 >= 0 && $0.isFinite }
      },
      "a count for each pair of experts")
    self.experts = experts
    self.counts = counts
  }

  public var layers: Int { counts.count + 1 }

  /// All transitions of all tokens.
  public var total: Double { counts.reduce(0) { $0 + $1.reduce(0, +) } }
}
