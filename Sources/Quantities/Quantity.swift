/// A physical amount: a number with a unit, so that seconds never meet bytes by accident.
///
/// Conforming types hold one `Double` in the base unit that their name says. Sums stay in the unit;
/// products and quotients exist only where physics gives them a unit (see `Rates.swift`).
public protocol Quantity: Hashable, Comparable, Sendable, AdditiveArithmetic {
  /// The amount in the base unit.
  var value: Double { get }

  /// The quantity of `value` base units.
  init(_ value: Double)
}

extension Quantity {
  @inlinable public static var zero: Self { Self(0) }
  @inlinable public static var infinity: Self { Self(.infinity) }

  @inlinable public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  @inlinable public static func + (left: Self, right: Self) -> Self {
    Self(left.value + right.value)
  }
  @inlinable public static func - (left: Self, right: Self) -> Self {
    Self(left.value - right.value)
  }
  @inlinable public static func += (left: inout Self, right: Self) { left = left + right }
  @inlinable public static func -= (left: inout Self, right: Self) { left = left - right }

  /// Scaling by a pure number keeps the unit.
  @inlinable public static func * (factor: Double, quantity: Self) -> Self {
    Self(factor * quantity.value)
  }
  @inlinable public static func * (quantity: Self, factor: Double) -> Self {
    Self(quantity.value * factor)
  }
  @inlinable public static func / (quantity: Self, divisor: Double) -> Self {
    Self(quantity.value / divisor)
  }

  /// The pure ratio of two amounts of one unit.
  @inlinable public static func / (numerator: Self, denominator: Self) -> Double {
    numerator.value / denominator.value
  }

  /// The same amount, or zero where it is negative.
  @inlinable public var orZero: Self { value > 0 ? self : .zero }

  @inlinable public var isFinite: Bool { value.isFinite }
}
