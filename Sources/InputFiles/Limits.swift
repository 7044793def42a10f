/// The values that a number in a file may have, which can say so in a message.
public struct Limits<Value: Comparable & Sendable>: Sendable {
  private enum Least: Sendable {
    case none, from(Value), above(Value)
  }
  private let least: Least
  private let most: Value?

  /// Every value.
  public static var any: Limits { Limits(least: .none, most: nil) }
  /// `least` and every greater value.
  public static func atLeast(_ least: Value) -> Limits { Limits(least: .from(least), most: nil) }
  /// Every value greater than `bound`, which itself is not allowed.
  public static func above(_ bound: Value) -> Limits { Limits(least: .above(bound), most: nil) }
  /// `most` and every smaller value.
  public static func atMost(_ most: Value) -> Limits { Limits(least: .none, most: most) }
  /// From `least` to `most`, both allowed.
  public static func between(_ least: Value, _ most: Value) -> Limits {
    Limits(least: .from(least), most: most)
  }
  /// Greater than `bound`, and at most `most`.
  public static func above(_ bound: Value, atMost most: Value) -> Limits {
    Limits(least: .above(bound), most: most)
  }
  /// One value only.
  public static func exactly(_ value: Value) -> Limits { between(value, value) }

  /// Whether the value is allowed; NaN never is, unless every value is.
  public func contains(_ value: Value) -> Bool {
    let isLargeEnough =
      switch least {
      case .none: true
      case .from(let bound): value >= bound
      case .above(let bound): value > bound
      }
    guard let most else { return isLargeEnough }
    return isLargeEnough && value <= most
  }

  /// The allowed values as the end of "must be …": "at least 1", "above 0 and at most 1"; empty
  /// when every value is allowed.
  public var words: String {
    switch (least, most) {
    case (.none, nil): ""
    case (.from(let least), nil): "at least \(Self.text(least))"
    case (.above(let bound), nil): "above \(Self.text(bound))"
    case (.none, let most?): "at most \(Self.text(most))"
    case (.from(let least), let most?) where least == most: "\(Self.text(least))"
    case (.from(let least), let most?): "from \(Self.text(least)) to \(Self.text(most))"
    case (.above(let bound), let most?):
      "above \(Self.text(bound)) and at most \(Self.text(most))"
    }
  }

  /// The allowed values of a noun: "a whole number of at least 1", "a number above 0".
  func words(of noun: String) -> String {
    switch (least, most) {
    case (.none, nil): noun
    case (.from, nil), (.none, _?): "\(noun) of \(words)"
    case (.from(let least), let most?) where least == most: "\(noun) equal to \(words)"
    case (.from, _?), (.above, _): "\(noun) \(words)"
    }
  }

  /// Whole doubles are written as people write them, without a fraction.
  private static func text(_ value: Value) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
