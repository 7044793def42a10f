/// Lagrange's multipliers of what every micro-batch of one kind must keep to; none is negative.
///
/// With T the time of a micro-batch, n_d its groups of degree d, x_sd whether sequence s is in one,
/// f_d a group's own time, N the GPUs and T̄ the limit on T:
/// ```
/// work       Σ_d d (f_d n_d + Σ_s t_sd x_sd) ≤ N T         the GPUs' time holds the work
/// tokens_d   Σ_s tokens_sd x_sd ≤ capacity_d n_d           memory holds the tokens
/// single_d   Σ_{s big at d} x_sd ≤ n_d                     of two big sequences none shares a group
/// time_d     Σ_s t_sd x_sd ≤ (T̄ − f_d) n_d                 groups end before T̄
/// ```
/// A sequence is big at d when two like it exceed the group's tokens, or T̄.
public struct KindMultipliers: Sendable, Hashable {
  /// Seconds for each GPU-second.
  public var work: Double
  /// Seconds for each token, by degree.
  public var tokens: [Double]
  /// Seconds for each group, by degree.
  public var single: [Double]
  /// Seconds for each second of a group, by degree; without effect where T has no limit.
  public var time: [Double]

  public init(work: Double, tokens: [Double], single: [Double], time: [Double]) {
    self.work = work
    self.tokens = tokens
    self.single = single
    self.time = time
  }

  static func zero(options: Int) -> KindMultipliers {
    let none = [Double](repeating: 0, count: options)
    return KindMultipliers(work: 0, tokens: none, single: none, time: none)
  }
}
