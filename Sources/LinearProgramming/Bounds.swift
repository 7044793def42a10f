/// The interval in which a variable or the value of a constraint must lie, ends included.
///
/// An infinite end means no limit on that side. A crossed pair of ends, or an end that is no number,
/// can be written down; `LinearProgram.faults` reports it before the solver sees it.
public struct Bounds: Sendable, Equatable {
  /// The least value allowed, −∞ when there is none.
  public var lower: Double
  /// The greatest value allowed, +∞ when there is none.
  public var upper: Double

  @inlinable
  public init(lower: Double = -.infinity, upper: Double = .infinity) {
    self.lower = lower
    self.upper = upper
  }

  /// At least zero: what a variable gets unless it asks for something else.
  public static let nonNegative = Bounds(lower: 0)
  /// No limit on either side.
  public static let free = Bounds()
  /// Zero or one, and what lies between for a continuous variable.
  public static let unit = Bounds(lower: 0, upper: 1)

  @inlinable
  public static func atLeast(_ lower: Double) -> Bounds { Bounds(lower: lower) }

  @inlinable
  public static func atMost(_ upper: Double) -> Bounds { Bounds(upper: upper) }

  @inlinable
  public static func between(_ lower: Double, _ upper: Double) -> Bounds {
    Bounds(lower: lower, upper: upper)
  }

  @inlinable
  public static func exactly(_ value: Double) -> Bounds { Bounds(lower: value, upper: value) }

  /// How far `value` lies outside, 0 inside.
  func violation(of value: Double) -> Double {
    max(lower - value, value - upper, 0)
  }

  /// Both ends times `factor`, which is positive.
  func scaled(by factor: Double) -> Bounds {
    Bounds(lower: lower * factor, upper: upper * factor)
  }

  /// Both ends moved by `shift`.
  func shifted(by shift: Double) -> Bounds {
    Bounds(lower: lower + shift, upper: upper + shift)
  }
}
