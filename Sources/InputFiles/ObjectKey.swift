/// A member's key, with the other spellings under which it may stand.
///
/// A string literal is a key with one spelling, an array literal one with several, the first of
/// them the one that messages name.
public struct ObjectKey: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, Sendable {
  /// The spellings, at least one, the preferred first.
  public let spellings: [String]

  /// A key with its spellings.
  public init(_ spellings: String...) { self.spellings = spellings }
  public init(stringLiteral key: String) { spellings = [key] }
  public init(arrayLiteral spellings: String...) { self.spellings = spellings }
}
