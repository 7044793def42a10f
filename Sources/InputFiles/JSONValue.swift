/// A JSON value to be written, whose objects keep the order of their members.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A finite number; `number(orNull:)` makes null of one that is not.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One key of an object and its value.
  public struct Member: Sendable, Hashable {
    /// The key, in no need of escapes.
    public let key: String
    /// The value.
    public let value: JSONValue

    /// A key with its value.
    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The number, or null when it is not finite: JSON has no infinity.
  public static func number(orNull number: Double) -> JSONValue {
    number.isFinite ? .number(number) : .null
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(members.map { Member($0, $1) })
  }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(stringLiteral string: String) { self = .string(string) }
  public init(integerLiteral integer: Int) { self = .integer(integer) }
  public init(floatLiteral number: Double) { self = .number(number) }
  public init(booleanLiteral bool: Bool) { self = .bool(bool) }
  public init(nilLiteral: ()) { self = .null }
}
