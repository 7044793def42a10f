extension ExpertTransitions {
  /// What a token's hop from a layer to the next costs on average.
  ///
  ///     Σ_l Σ_ij W_l[i, j] · hop(gpu_l(i), gpu_{l+1}(j)) / Σ_l Σ_ij W_l[i, j]
  ///
  /// 0 where no token was counted.
  /// - Source: Yao et al. 2024, "Exploiting Inter-Layer Expert Affinity for Accelerating
  ///   Mixture-of-Experts Model Inference" (ExFlow), §4.
  public func meanHop(_ assignment: ExpertAssignment, on hierarchy: GPUHierarchy) -> Double {
    let total = total
    guard total > 0 else { return 0 }
    return counts.indices.reduce(0) { sum, boundary in
      sum + hops(assignment, on: hierarchy, boundary: boundary)
    } / total
  }

  /// What the hops of all tokens over one boundary between layers cost.
  public func hops(
    _ assignment: ExpertAssignment, on hierarchy: GPUHierarchy, boundary: Int
  ) -> Double {
    var sum = 0.0
    for from in 0..<experts {
      let gpu = assignment[boundary, from]
      for to in 0..<experts {
        let count = counts[boundary][from * experts + to]
        if count > 0 { sum += count * hierarchy.hop(from: gpu, to: assignment[boundary + 1, to]) }
      }
    }
    return sum
  }
}
