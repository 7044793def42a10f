import Quantities

/// One direction of a connection: the time before the first byte, and the rate after it.
@frozen public struct Link: Sendable, Hashable {
  public var latency: Seconds
  public var rate: BytesPerSecond

  @inlinable public init(latency: Seconds, rate: BytesPerSecond) {
    self.latency = latency
    self.rate = rate
  }

  /// The time of one message: latency + bytes / rate.
  @inlinable public func time(_ message: Bytes) -> Seconds { latency + message / rate }

  /// The link that is as good as the better of two in either respect.
  @inlinable public func bestOf(_ other: Link) -> Link {
    Link(latency: min(latency, other.latency), rate: max(rate, other.rate))
  }
}
