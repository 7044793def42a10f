/// How far two computations of one number may lie apart, since they may sum in another order.
enum Tolerance {
  static let relative = 1e-9
}

extension Double {
  /// Whether two results are one number up to rounding; `scale` is what the rounding is relative to
  /// where the numbers are parts of a larger one.
  func agrees(with other: Double, scale: Double = 0) -> Bool {
    if self == other { return true }
    return abs(self - other) <= Tolerance.relative * max(abs(self), abs(other), abs(scale))
  }

  /// Whether this is below another number by more than rounding.
  func isBelow(_ other: Double) -> Bool { self < other && !agrees(with: other) }
}
