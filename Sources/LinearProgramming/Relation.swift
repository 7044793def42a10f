/// What a constraint demands: that an expression lie within bounds.
///
/// Written as on paper: `2 * x + 3 * y <= 16`, `x >= y`, `dot(w, x) == 1`, or with two ends as
/// `Relation(use, in: .between(4, 9))`.
public struct Relation: Sendable {
  /// The left-hand side, with variables only on it.
  public var expression: LinearExpression
  /// Where the value of `expression` must lie.
  public var bounds: Bounds

  public init(_ expression: some Linear, in bounds: Bounds) {
    self.expression = expression.expression
    self.bounds = bounds
  }
}

extension Linear {
  public static func <= (left: Self, right: Double) -> Relation {
    Relation(left, in: .atMost(right))
  }

  public static func >= (left: Self, right: Double) -> Relation {
    Relation(left, in: .atLeast(right))
  }

  public static func == (left: Self, right: Double) -> Relation {
    Relation(left, in: .exactly(right))
  }

  public static func <= (left: Self, right: some Linear) -> Relation {
    Relation(left - right, in: .atMost(0))
  }

  public static func >= (left: Self, right: some Linear) -> Relation {
    Relation(left - right, in: .atLeast(0))
  }

  public static func == (left: Self, right: some Linear) -> Relation {
    Relation(left - right, in: .exactly(0))
  }
}
