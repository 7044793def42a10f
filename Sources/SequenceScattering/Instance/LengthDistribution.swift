import SeededRandom

/// A long-tailed distribution of sequence lengths: log-normal, with a share drawn from a Pareto tail.
public struct LengthDistribution: Sendable, Hashable {
  /// Mean and standard deviation of the logarithm of most lengths.
  public var logMean: Double
  public var logDeviation: Double
  /// The share of lengths that the tail gives.
  public var tailShare: Double
  /// The least length of the tail, and its index: P(length > x) = (tailStart / x)^tailIndex.
  public var tailStart: Double
  public var tailIndex: Double
  /// Longer ones are drawn again.
  public var longest: Int
  /// What lengths are rounded up to a multiple of.
  public var padding: Int

  /// Like articles of Wikipedia: log-mean 5.95, log-deviation 1.258, 1.6 % above 8,192 tokens with a
  /// tail index of about 1.9; of these the log-normal part gives a half.
  public static let wikipedia = LengthDistribution(
    logMean: 5.95, logDeviation: 1.258, tailShare: 0.0085, tailStart: 8192, tailIndex: 1.9,
    longest: 384_000 - 128, padding: 128)

  /// Like web pages: the tail is heavier.
  public static let webPages = LengthDistribution(
    logMean: 6.6, logDeviation: 1.25, tailShare: 0.01, tailStart: 8192, tailIndex: 1.15,
    longest: 384_000 - 128, padding: 128)

  /// A batch; the same seed gives the same lengths.
  public func batch(of count: Int, seed: UInt64) -> [Int] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in length(&random) }
  }

  private func length(_ random: inout SplitMix) -> Int {
    while true {
      let drawn =
        random.unit() < tailShare
        ? tailStart * power(1 - random.unit(), -1 / tailIndex)
        : exponential(logMean + logDeviation * random.normal())
      let length = Int(min(drawn, 0x1p62).rounded(.up))
      let padded = (max(1, length) + padding - 1) / padding * padding
      if padded <= longest { return padded }
    }
  }
}
