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
  /// The object in the file.
  public let node: JSONNode
  /// Where faults go.
  public let log: FaultLog
  /// Whether a member that is `null` counts as one that is not there.
  public var nullIsAbsent = false
  private let members: [JSONMember]
  private let keys: [String]
  private var isKnown: [Bool]
  /// The keys asked for, in the order of asking.
  private var known: [String] = []
  /// What was said about required members that are not there, with the keys that would have done.
  private var missing: [(keys: [String], message: String)] = []

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
    self.isKnown = Array(repeating: false, count: keys.count)
  }

  // MARK: Members

  /// The value of a member that must be there; nil when it is missing or faulty.
  public func required<Value>(_ key: ObjectKey, _ shape: JSONShape<Value>) -> Value? {
    guard let node = node(at: key) else {
      let keys = key.spellings
      reportMissing(keys, "needs the key '\(keys.first ?? "")'")
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
  ///
  /// Two spellings of one key may both stand there when they say the same.
  public func node(at key: ObjectKey) -> JSONNode? {
    learn(key.spellings)
    let found = key.spellings.compactMap(present)
    guard let first = found.first else { return nil }
    for other in found.dropFirst() where other.value.value != first.value.value {
      log.error(
        at: other.keyPosition,
        "\(node.subject) has '\(first.key.onOneLine)' and '\(other.key.onOneLine)' with different "
          + "values, but they are two spellings of one key")
    }
    return first.value
  }

  /// Whether the member is there.
  public func has(_ key: ObjectKey) -> Bool { node(at: key) != nil }

  /// Which of several keys stands there, of which exactly one must; nil after a fault.
  public func exactlyOne(of keys: [String]) -> String? {
    learn(keys)
    if !keys.contains(where: { present($0) != nil }) {
      reportMissing(keys, "needs one of the keys \(keys.listedKeys())")
    }
    return atMostOne(of: keys)
  }

  /// Which of several keys stands there, of which at most one may; nil after a fault too.
  public func atMostOne(of keys: [String]) -> String? {
    learn(keys)
    let found = keys.compactMap(present)
    guard found.count > 1 else { return found.first?.key }
    let last = found.map(\.keyPosition).max()
    log.error(
      at: last,
      "\(node.subject) has \(found.map(\.key).listedKeys(joinedBy: "and")), "
        + "but must have only one of them")
    return nil
  }

  // MARK: Faults

  /// Reports a fault of one member's value, "`path` `predicate`": `error(at: "tensor", "is 3, but
  /// must divide the 8 accelerators of a node")`. Of the object, when it has no such member.
  public func error(at key: String, _ predicate: String) {
    let node = present(key)?.value ?? node
    log.error(at: node, "\(node.subject) \(predicate)")
  }

  /// Reports a fault of the object as a whole: "`path` `predicate`".
  public func error(_ predicate: String) {
    log.error(at: node, "\(node.subject) \(predicate)")
  }

  /// The product of two counts that were read, or nil, with a fault, when it does not fit an
  /// `Int`; `noun` says what it counts: "accelerators".
  public func product(_ one: Int, _ other: Int, of noun: String) -> Int? {
    let (product, overflows) = one.multipliedReportingOverflow(by: other)
    guard overflows else { return product }
    error("has \(one) × \(other) \(noun), but must have at most \(Int.max)")
    return nil
  }

  // MARK: The end

  /// Lets members stand unread that are of no concern.
  public func ignore(_ keys: String...) { learn(keys) }

  /// Reports every member that was not asked for, with the key that was probably meant.
  ///
  /// A member that is missing because its key is misspelt is reported once, at the misspelt key.
  public func finish() {
    let absent = known.filter { present($0) == nil }
    for (index, member) in members.enumerated() where !isKnown[index] {
      let meant = Suggestion.nearest(to: member.key, among: absent)
      if let meant, let index = missing.firstIndex(where: { $0.keys.contains(meant) }) {
        log.withdraw(missing.remove(at: index).message, at: node.position)
      }
      log.error(
        at: member.keyPosition,
        "\(node.subject) has no key '\(member.key.cut.onOneLine)'" + remedy(meant: meant))
    }
    isKnown = Array(repeating: true, count: members.count)
  }

  private func remedy(meant: String?) -> String {
    if let meant { return "; did you mean '\(meant)'?" }
    return known.isEmpty || known.count > 12
      ? "" : "; it may have \(known.listedKeys(joinedBy: "and"))"
  }

  // MARK: Keys

  private func present(_ key: String) -> JSONMember? {
    guard let index = keys.firstIndex(of: key) else { return nil }
    return nullIsAbsent && members[index].value.isNull ? nil : members[index]
  }

  private func learn(_ keys: [String]) {
    for key in keys where !known.contains(key) {
      known.append(key)
      if let index = self.keys.firstIndex(of: key) { isKnown[index] = true }
    }
  }

  private func reportMissing(_ keys: [String], _ predicate: String) {
    let message = "\(node.subject) \(predicate)"
    log.error(at: node, message)
    missing.append((keys, message))
  }
}
