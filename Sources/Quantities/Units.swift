/// An amount of memory or of data on a link, in bytes.
@frozen public struct Bytes: Quantity {
  public var value: Double
  @inlinable public init(_ value: Double) { self.value = value }
  @inlinable public init(_ count: Int) { self.value = Double(count) }

  /// Binary multiples, as memory is counted.
  @inlinable public static func gibibytes(_ count: Double) -> Bytes { Bytes(count * 1_073_741_824) }
  @inlinable public static func mebibytes(_ count: Double) -> Bytes { Bytes(count * 1_048_576) }
  @inlinable public var gibibytes: Double { value / 1_073_741_824 }
  @inlinable public var mebibytes: Double { value / 1_048_576 }
}

/// A duration, in seconds.
@frozen public struct Seconds: Quantity {
  public var value: Double
  @inlinable public init(_ value: Double) { self.value = value }

  @inlinable public static func microseconds(_ count: Double) -> Seconds { Seconds(count * 1e-6) }
  @inlinable public static func milliseconds(_ count: Double) -> Seconds { Seconds(count * 1e-3) }
  @inlinable public var milliseconds: Double { value * 1e3 }
  @inlinable public var microseconds: Double { value * 1e6 }
}

/// An amount of arithmetic, in floating-point operations (a multiply-add counts two).
@frozen public struct FLOPs: Quantity {
  public var value: Double
  @inlinable public init(_ value: Double) { self.value = value }
}

/// A rate of data, in bytes per second; one direction of a link unless said otherwise.
@frozen public struct BytesPerSecond: Quantity {
  public var value: Double
  @inlinable public init(_ value: Double) { self.value = value }

  /// Decimal multiples, as networks are counted.
  @inlinable public static func gigabytes(_ count: Double) -> BytesPerSecond {
    BytesPerSecond(count * 1e9)
  }
  /// From the figure printed on a network card, in bits.
  @inlinable public static func gigabits(_ count: Double) -> BytesPerSecond {
    BytesPerSecond(count * 1e9 / 8)
  }
  @inlinable public var gigabytes: Double { value / 1e9 }
}

/// A rate of arithmetic, in floating-point operations per second.
@frozen public struct FLOPsPerSecond: Quantity {
  public var value: Double
  @inlinable public init(_ value: Double) { self.value = value }

  @inlinable public static func teraFLOPS(_ count: Double) -> FLOPsPerSecond {
    FLOPsPerSecond(count * 1e12)
  }
  @inlinable public var teraFLOPS: Double { value / 1e12 }
}
