/// A member's key, with the other spellings under which it may stand.
///
/// A string literal is a key with one spelling, an array literal one with several, the first of
/// them the one that messages name.
public struct ObjectKey: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, Sendable {
  public let spellings: [String]

  public init(_ spellings: String...) { self.spellings = spellings }
  public init(stringLiteral key: String) { spellings = [key] }
  public init(arrayLiteral spellings: String...) { self.spellings = spellings }
}

/// Reads the members of one object, and reports everything that is wrong with them.
///
/// ```swift
/// init?(_ object: ObjectReader) {
///   let name = object.required("name", .name)
///   let nodes = object.required("nodes", .integer(.atLeast(1)))
///   let price = object.optional("pricePerNodeHour", .number(.atLeast(0)))
///   object.finish()
///   guard let name, let nodes else { return nil }
///   …
/// }
/// ```
/// Every call gives nil for a member that is faulty, after the log has the fault; the reader goes
/// on, and the whole reading throws at its end.
public final class ObjectReader {
  public let node: JSONNode
  public let log: FaultLog
  /// Whether a member that is `null` counts as one that is not there.
  public var nullIsAbsent = false
  private let members: [JSONMember]
  private let keys: [String]
  private var isRead: [Bool]
  /// The keys asked for, in the order of asking.
  private var known: [String] = []
  /// The faults of required members that are not there, by the key that messages name.
  private var missing: [(key: String, fault: InputFault)] = []

  /// A reader of the object at `node`; nil, with a fault in the log, when it is none.
  public init?(_ node: JSONNode, _ log: FaultLog) {
    guard let members = node.members else {
      log.refuse(node, expected: "an object")
      return nil
    }
    self.node = node
    self.log = log
    self.members = Array(members)
    self.keys = self.members.map(\.key)
    self.isRead = Array(repeating: false, count: keys.count)
  }

  // MARK: Members

  /// The value of a member that must be there; nil when it is missing or faulty.
  public func required<Value>(_ key: ObjectKey, _ shape: JSONShape<Value>) -> Value? {
    guard let node = node(at: key) else {
      reportMissing(key)
      return nil
    }
    return shape.read(node, log)
  }

  /// The value of a member that may be there; nil when it is absent or faulty.
  public func optional<Value>(_ key: ObjectKey, _ shape: JSONShape<Value>) -> Value? {
    node(at: key).flatMap { shape.read($0, log) }
  }

  /// The value of a member, or `fallback` when it is absent; nil only when it is faulty.
  public func optional<Value>(
    _ key: ObjectKey, _ shape: JSONShape<Value>, default fallback: Value
  ) -> Value? {
    guard let node = node(at: key) else { return fallback }
    return shape.read(node, log)
  }

  /// The member's value as it stands in the file, if it is there.
  public func node(at key: ObjectKey) -> JSONNode? { nil }

  public func has(_ key: ObjectKey) -> Bool { node(at: key) != nil }

  /// Which of several keys stands there, of which exactly one must.
  public func exactlyOne(of keys: [String]) -> String? { nil }

  /// Which of several keys stands there, of which at most one may.
  public func atMostOne(of keys: [String]) -> String? { nil }

  // MARK: Faults

  /// Reports a fault of one member's value: "`path` `predicate`", as in "tensor is 3, but must
  /// divide the 8 accelerators of a node".
  public func error(at key: String, _ predicate: String) {}

  /// Reports a fault of the object as a whole: "`path` `predicate`".
  public func error(_ predicate: String) {
    log.error(at: node, "\(node.subject) \(predicate)")
  }

  // MARK: The end

  /// Lets members stand unread that are of no concern.
  public func ignore(_ keys: String...) {}

  /// Lets all further members stand unread.
  public func ignoreOtherKeys() {}

  /// Reports every member that was not asked for, with the key that was probably meant.
  public func finish() {}

  private func reportMissing(_ key: ObjectKey) {}
}
