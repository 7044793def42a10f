import Quantities

/// The time of one collective inside a scale-up domain: `α + c·√bytes + f·bytes / (e·rate)`.
///
/// `f` is the share of the data that each member sends: `2(n−1)/n` for an all-reduce, `(n−1)/n`
/// otherwise.
/// - Source: fitted to the measured NCCL tables of aiconfigurator-core 0.12.0 (2, 4 and 8 members,
///   1 KiB to 512 MiB), which it meets to 6 … 9 %.
@frozen public struct CollectiveCurve: Sendable {
  /// Latency with two members, and what every doubling of the members adds.
  public var latency: Seconds
  public var latencyPerDoubling: Seconds
  /// Seconds per square root of a byte: the ramp between latency and rate.
  public var ramp: Double
  /// The share of the link's nominal rate that large messages reach.
  public var efficiency: Double

  public func time(bytes: Bytes, share: Double, members: Int, rate: BytesPerSecond) -> Seconds {
    latency + (Double(members).log2 - 1) * latencyPerDoubling
      + Seconds(ramp * bytes.value.squareRoot()) + share * bytes / (efficiency * rate)
  }
}
