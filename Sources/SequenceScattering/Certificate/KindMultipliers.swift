/// Lagrange's multipliers of what every micro-batch of one kind must keep to; none is negative.
///
/// With T the time of a micro-batch, n_d its groups of degree d and n̄_d = ⌊N / d⌋ the most of them,
/// x_sd whether sequence s is in one, f_d a group's own time, N the GPUs and T̲ ≤ T < T̄:
/// ```
/// work         Σ_d d (f_d n_d + Σ_s t_sd x_sd) ≤ N T       the GPUs' time holds the work
/// tokens_d     Σ_s tokens_sd x_sd ≤ capacity_d n_d         memory holds the tokens
/// time_d       Σ_s t_sd x_sd ≤ (T̄ − f_d) n_d               groups end before T̄
/// paced_d      Σ_s t_sd x_sd ≤ n̄_d (T − T̲) + (T̲ − f_d) n_d     groups end before T
/// exclusive    Σ_{s ∈ R} x_sd ≤ n_d                        no two of R share a group of degree d
/// headed       Σ_{s ∉ H} tokens_sd x_sd + capacity_d Σ_{h ∈ H} x_hd
///                ≤ capacity_d n_d + Σ_{h ∈ H} (T − T̲ + (T̲ − f_d − t_hd) x_hd) / ρ_d
/// knapsack     Σ_s w_s x_sd ≤ n_d                          a group holds no more than a whole
/// ```
/// In the headed row no two of H share a group. Beside h a group has T − f_d − t_hd seconds left, in which
/// it processes no more than that over ρ_d tokens, ρ_d being the least t_sd / tokens_sd.
///
/// The second and third rows of times are McCormick's of Σ_s t_sd x_sd ≤ n_d (T − f_d).
/// - Source: McCormick 1976, "Computability of global solutions to factorable nonconvex programs",
///   Mathematical Programming 10.
public struct KindMultipliers: Sendable, Hashable {
  /// Seconds for each GPU-second.
  public var work: Double
  /// Seconds for each token, by degree.
  public var tokens: [Double]
  /// Seconds for each second of a group, by degree; without effect where T has no limit.
  public var time: [Double]
  /// Seconds for each second of a group, by degree.
  public var paced: [Double]
  public var exclusive: [ExclusiveMultiplier]
  public var headed: [HeadedMultiplier]
  public var knapsacks: [KnapsackMultiplier]
  /// What each micro-batch of the kind counts of the longest one, which passes a pipeline's further
  /// stages: max_j T_j ≥ Σ_j fill_j T_j, where the shares of all micro-batches add up to at most 1.
  public var fill = 0.0

  public init(
    work: Double, tokens: [Double], time: [Double], paced: [Double],
    exclusive: [ExclusiveMultiplier] = [], headed: [HeadedMultiplier] = [],
    knapsacks: [KnapsackMultiplier] = [], fill: Double = 0
  ) {
    self.work = work
    self.tokens = tokens
    self.time = time
    self.paced = paced
    self.exclusive = exclusive
    self.headed = headed
    self.knapsacks = knapsacks
    self.fill = fill
  }

  /// No prices at all.
  static func zero(options: Int) -> KindMultipliers {
    let none = [Double](repeating: 0, count: options)
    return KindMultipliers(work: 0, tokens: none, time: none, paced: none)
  }
}

/// The multiplier of "no two of these sequences share a group".
public struct ExclusiveMultiplier: Sendable, Hashable {
  /// The degree, as an index into the setting's.
  public var option: Int
  /// The sequences, by rank: longest first, of equal ones the first in the batch.
  public var ranks: Range<Int>
  /// Seconds for each sequence and each group.
  public var price: Double
}

/// The multiplier of "a group that one of these sequences fills has little time for more tokens".
public struct HeadedMultiplier: Sendable, Hashable {
  /// The degree, as an index into the setting's.
  public var option: Int
  /// The sequences that fill groups, by rank, ascending.
  public var heads: [Int]
  /// Seconds for each token.
  public var price: Double
}
