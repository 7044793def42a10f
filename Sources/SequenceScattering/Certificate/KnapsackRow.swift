/// Weights of sequences of which no group of one degree can hold more than a whole.
///
/// Whatever sequences fit a group's memory together weigh at most `whole`, so that in every micro-batch
/// Σ_s w_s x_sd ≤ whole · n_d. That says what sums of tokens cannot: which long sequences go together.
/// To see that it holds is a knapsack problem, in which tokens and capacity are counted in whole units,
/// rounded down, of the least multiple of the tokens' greatest common divisor that makes the capacity at
/// most 4,096.
/// - Source: rank-1 inequalities of the cutting-stock problem; Gilmore and Gomory 1961, "A linear
///   programming approach to the cutting-stock problem", Operations Research 9.
public struct KnapsackRow: Sendable, Hashable {
  public static let whole = 1_000_000_000

  /// The degree, as an index into the setting's.
  public var option: Int
  /// By rank; none is negative.
  public var weights: [Int]
}

/// The multiplier of a certificate's knapsack row.
public struct KnapsackMultiplier: Sendable, Hashable {
  /// The row, as an index into the certificate's.
  public var row: Int
  /// Seconds for each whole.
  public var price: Double
}
