/// A proof that no placement has fewer hops than a bound says, which arithmetic can check.
///
/// Parts of C experts in chained layers have X_l = x_l x_lᵀ and Y_l = x_l x_{l+1}ᵀ (1 where two experts
/// share a part). For any S_l ⪰ 0, split into its quarters,
///
///     0 ≤ ⟨S_l¹¹, X_l⟩ + 2 ⟨S_l¹², Y_l⟩ + ⟨S_l²², X_{l+1}⟩
///
/// so that what placements keep together is
///
///     Σ ⟨W_l, Y_l⟩ ≤ Σ_l max ⟨W_l + 2 S_l¹², Y⟩ + Σ_l max ⟨S_l¹¹ + S_{l−1}²², X⟩
///
/// where each maximum is a transportation program, bounded by its multipliers. S_l is a sum of squares
/// f fᵀ, hence positive semidefinite whatever the rounding of f. With no f this is the bound of
/// matchings, which is exact for one expert a GPU.
///
/// On nodes a hop costs A between the GPUs of a node and B ≥ A between nodes, that is A for another
/// GPU and B − A for another node (and likewise for racks), each bounded as above with its own number
/// of parts.
public struct HopCertificate: Sendable, Equatable {
  /// The proof for one number of parts.
  public struct Level: Sendable, Equatable {
    /// The parts that the experts of a layer are divided into.
    public let parts: Int
    /// What a token pays that changes its part.
    public let cost: Double
    /// For each boundary the vectors f, each with the entries of the layer before and those of the
    /// layer after.
    public let factors: [[Double]]
    /// For each boundary the multipliers of rows and columns of its transportation program.
    public let across: [Multipliers]
    /// For each layer those of its program; empty where there are no f.
    public let within: [Multipliers]
    /// The tokens that change their part at least.
    public let bound: Double
  }

  /// The multipliers of a transportation program.
  public struct Multipliers: Sendable, Equatable {
    public let rows: [Double]
    public let columns: [Double]
  }

  public let levels: [Level]
  /// The least mean hop that a placement can have.
  public let meanHop: Double
}

extension HopCertificate {
  /// The bound of matchings: each boundary on its own.
  public static func matching(
    _ transitions: ExpertTransitions, on hierarchy: GPUHierarchy
  ) -> HopCertificate {
    make(transitions, on: hierarchy) { weights, _, _ in weights.map { _ in [] } }
  }

  /// The bound of the semidefinite relaxation.
  ///
  /// - Parameter iterations: of its solver, for each level.
  public static func semidefinite(
    _ transitions: ExpertTransitions, on hierarchy: GPUHierarchy, iterations: Int = 250
  ) -> HopCertificate {
    make(transitions, on: hierarchy) { weights, size, room in
      var relaxation = SemidefiniteRelaxation(weights: weights, size: size, room: room)
      for _ in 0..<iterations { relaxation.step() }
      return relaxation.factors
    }
  }

  private static func make(
    _ transitions: ExpertTransitions, on hierarchy: GPUHierarchy,
    factors: (_ weights: [[Double]], _ size: Int, _ room: Int) -> [[Double]]
  ) -> HopCertificate {
    let problem = HopProblem(transitions, on: hierarchy)
    let n = problem.slots
    let weights = transitions.counts.map { counts in
      (0..<(n * n)).map { k in
        let (i, j) = (k / n, k % n)
        let exists = i < problem.experts && j < problem.experts
        return exists ? counts[i * problem.experts + j] : 0
      }
    }
    let total = transitions.total
    let levels = hierarchy.partLevels.map { level in
      let room = n / level.parts
      return Level(
        parts: level.parts, cost: level.cost, weights: weights, total: total, size: n,
        factors: level.parts == 1 ? weights.map { _ in [] } : factors(weights, n, room))
    }
    let bound = levels.reduce(0) { $0 + $1.cost * $1.bound }
    return HopCertificate(levels: levels, meanHop: total > 0 ? bound / total : 0)
  }
}

extension HopCertificate.Level {
  fileprivate init(
    parts: Int, cost: Double, weights: [[Double]], total: Double, size n: Int, factors: [[Double]]
  ) {
    let room = n / parts
    let squares = factors.map { SquareSum($0, n) }
    let across = concurrentMap(weights.count) { boundary in
      var costs = weights[boundary]
      if !factors[boundary].isEmpty {
        for k in costs.indices { costs[k] += 2 * squares[boundary].across[k] }
      }
      return TransportationProgram(size: n, partners: room, weights: costs).proof()
    }
    let isRelaxed = factors.contains { !$0.isEmpty }
    let within = concurrentMap(isRelaxed ? weights.count + 1 : 0) { layer in
      var costs = [Double](repeating: 0, count: n * n)
      if layer < weights.count {
        for k in costs.indices { costs[k] += squares[layer].first[k] }
      }
      if layer > 0 {
        for k in costs.indices { costs[k] += squares[layer - 1].second[k] }
      }
      let trace = (0..<n).reduce(0) { $0 + costs[$1 * n + $1] }
      var proof = TransportationProgram(
        size: n, partners: room - 1, weights: costs, skipsDiagonal: true
      ).proof()
      proof.bound += trace
      return proof
    }
    let kept = (across + within).reduce(0) { $0 + $1.bound }
    self.init(
      parts: parts, cost: cost, factors: factors,
      across: across.map { .init(rows: $0.rows, columns: $0.columns) },
      within: within.map { .init(rows: $0.rows, columns: $0.columns) },
      // Rounding takes less than this, here and in the check.
      bound: min(total, max(0, total - kept - 1e-9 * (total + abs(kept)))))
  }
}

/// The quarters of Σ f fᵀ: the layer before, the boundary, and the layer after.
private struct SquareSum: Sendable {
  private(set) var first: [Double]
  private(set) var across: [Double]
  private(set) var second: [Double]

  init(_ factors: [Double], _ n: Int) {
    let zero = [Double](repeating: 0, count: factors.isEmpty ? 0 : n * n)
    (first, across, second) = (zero, zero, zero)
    for start in stride(from: 0, to: factors.count, by: 2 * n) {
      let f = factors[start..<(start + n)]
      let g = factors[(start + n)..<(start + 2 * n)]
      for (i, x) in f.enumerated() {
        for (j, y) in f.enumerated() { first[i * n + j] += x * y }
        for (j, y) in g.enumerated() { across[i * n + j] += x * y }
      }
      for (i, x) in g.enumerated() {
        for (j, y) in g.enumerated() { second[i * n + j] += x * y }
      }
    }
  }
}
