// The products and quotients of different units that have a meaning, and no others.

/// The time to move an amount of data at a rate.
@inlinable public func / (data: Bytes, rate: BytesPerSecond) -> Seconds {
  Seconds(data.value / rate.value)
}

/// The time to do an amount of arithmetic at a rate.
@inlinable public func / (work: FLOPs, rate: FLOPsPerSecond) -> Seconds {
  Seconds(work.value / rate.value)
}

/// The rate that moved an amount of data in a time.
@inlinable public func / (data: Bytes, time: Seconds) -> BytesPerSecond {
  BytesPerSecond(data.value / time.value)
}

/// The rate that did an amount of arithmetic in a time.
@inlinable public func / (work: FLOPs, time: Seconds) -> FLOPsPerSecond {
  FLOPsPerSecond(work.value / time.value)
}

/// The data that a rate moves in a time.
@inlinable public func * (rate: BytesPerSecond, time: Seconds) -> Bytes {
  Bytes(rate.value * time.value)
}
