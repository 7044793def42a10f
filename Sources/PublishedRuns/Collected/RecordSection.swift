import InputFiles

/// One object of a collected record, read leniently: what is absent, null or of another kind than
/// asked for is not there.
struct RecordSection {
  private let members: [String: JSONNode]

  /// The members of an object; none for everything else.
  init(_ node: JSONNode?) {
    var members: [String: JSONNode] = [:]
    for member in node?.members.map(Array.init) ?? [] { members[member.key] = member.value }
    self.members = members
  }

  var isEmpty: Bool { members.isEmpty }

  /// The member as it stands, unless it is null.
  subscript(key: String) -> JSONNode? {
    guard let node = members[key], !node.isNull else { return nil }
    return node
  }

  /// The largest count of anything but tokens and sequences, so that no product of three overflows.
  static let mostCount = 1 << 20
  /// The largest degree, so that no product of four overflows.
  static let mostDegree = 1 << 15

  /// A count of at least `least`; digits in a string count, ranges and fractions do not.
  func count(_ key: String, atLeast least: Int = 1, atMost most: Int = mostCount) -> Int? {
    guard let node = self[key] else { return nil }
    let value = node.integer ?? node.string.flatMap { Int($0.trimmingBlanks) }
    guard let value, value >= least, value <= most else { return nil }
    return value
  }

  /// A finite number above zero; digits in a string count.
  func amount(_ key: String) -> Double? {
    guard let node = self[key] else { return nil }
    let value = node.number ?? node.string.flatMap { Double($0.trimmingBlanks) }
    guard let value, value.isFinite, value > 0 else { return nil }
    return value
  }

  /// A string, or a number or truth value as it is written.
  func text(_ key: String) -> String? {
    guard let node = self[key], node.elements == nil, node.members == nil else { return nil }
    return node.string ?? node.asRead
  }

  func flag(_ key: String) -> Bool? { self[key]?.bool }

  /// Whole numbers in an array.
  func counts(_ key: String) -> [Int]? {
    guard let elements = self[key]?.elements else { return nil }
    let counts = elements.compactMap(\.integer)
    return counts.count == elements.count ? counts : nil
  }

  func section(_ key: String) -> RecordSection { RecordSection(self[key]) }

  /// The keys that hold something.
  var keys: [String] { members.keys.filter { self[$0] != nil }.sorted() }
}

extension RecordSection {
  /// A count that a prediction cannot do without.
  func required(
    _ key: String, _ noun: String, atMost most: Int = mostCount
  ) throws(LeftOut) -> Int {
    if let count = count(key, atMost: most) { return count }
    guard let node = self[key] else { throw LeftOut("the \(noun) is not recorded") }
    throw LeftOut("the \(noun) is \(node.asRead), which is no count")
  }

  /// A degree, where absence means 1.
  func degree(_ key: String) throws(LeftOut) -> Int {
    self[key] == nil ? 1 : try required(key, "\(key) degree", atMost: Self.mostDegree)
  }
}

extension StringProtocol {
  var trimmingBlanks: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
