/// What one stage's replicas exchange once a step.
public struct StageSynchronisation: Sendable, Hashable {
  /// The stage's share of the bytes that the ring prices are for; from 0 to 1 where these are the
  /// largest stage's.
  public var share: Double
  /// Seconds of the exchange that cost nothing, because earlier stages are still computing.
  public var slack: Double

  public init(share: Double = 1, slack: Double = 0) {
    precondition(share >= 0 && slack >= 0, "a share and a slack are at least 0")
    self.share = share
    self.slack = slack
  }

  /// The seconds that the exchange adds to the step over a slowest link of this price; below 0
  /// where slack is left.
  @inline(__always)
  func time(at price: Double) -> Double { share * price - slack }

  /// The largest price at which the exchange adds at most `time`, and by rounding a little more.
  func price(upTo time: Double) -> Double {
    share > 0 ? (time + slack) / share * (1 + 1e-12) : .infinity
  }
}
