import InputFiles

extension JSONDocument {
  /// The value that the document encodes.
  ///
  /// - Throws: `InputFaults` with the place of the first thing that is missing or not allowed, or
  ///   what an initialiser of the type throws itself.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try NodeDecoder(node: root, file: file).decode(type)
    } catch let fault as InputFault {
      throw InputFaults(reason: .malformed, faults: [fault])
    }
  }
}

private struct NodeDecoder: Decoder {
  let node: JSONNode
  let file: String
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = node.members else { throw refusal("an object") }
    return KeyedDecodingContainer(MemberNodes(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = node.elements else { throw refusal("an array") }
    return ElementNodes(decoder: self, elements: Array(elements))
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func inner(_ node: JSONNode) -> NodeDecoder { NodeDecoder(node: node, file: file) }

  func fault(_ message: String) -> InputFault {
    InputFault(file: file, position: node.position, message: message)
  }

  func refusal(_ expectation: String) -> InputFault {
    fault("\(node.subject) is \(node.asRead), but must be \(expectation)")
  }
}

extension NodeDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { node.isNull }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let scalar: (value: Any?, expectation: String)
    switch type {
    case is JSONValue.Type: scalar = (node.value, "a value")
    case is String.Type: scalar = (node.string, "a string")
    case is Bool.Type: scalar = (node.bool, "true or false")
    case is Int.Type: scalar = (node.integer, "a whole number")
    case is Double.Type: scalar = (node.number, "a number")
    default: return try composite(type)
    }
    guard let value = scalar.value as? Value else { throw refusal(scalar.expectation) }
    return value
  }

  private func composite<Value: Decodable>(_ type: Value.Type) throws -> Value {
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted(let context) {
      if let choices = type as? any (CaseIterable & RawRepresentable).Type {
        throw refusal("one of " + choices.words)
      }
      let culprit = context.codingPath.reduce(node) { $0[$1.stringValue] ?? $0 }
      throw inner(culprit).fault("\(culprit.subject) \(context.debugDescription)")
    }
  }
}

extension CaseIterable where Self: RawRepresentable {
  fileprivate static var words: String { allCases.map { "\"\($0.rawValue)\"" }.listed() }
}

private struct MemberNodes<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: NodeDecoder
  let members: JSONMembers
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { decoder.node[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try member(key).node.isNull }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try member(key).decode(type)
  }
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Inner> {
    try member(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }
  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

  private func member(_ key: Key) throws -> NodeDecoder {
    guard let node = decoder.node[key.stringValue] else {
      throw decoder.fault("\(decoder.node.subject) needs the key '\(key.stringValue)'")
    }
    return decoder.inner(node)
  }
}

private struct ElementNodes: UnkeyedDecodingContainer {
  let decoder: NodeDecoder
  let elements: [JSONNode]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  init(decoder: NodeDecoder, elements: [JSONNode]) {
    self.decoder = decoder
    self.elements = elements
  }

  mutating func decodeNil() throws -> Bool {
    let isNull = try peek().node.isNull
    if isNull { currentIndex += 1 }
    return isNull
  }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().decode(type)
  }
  mutating func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type
  ) throws -> KeyedDecodingContainer<Inner> {
    try next().container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { try next() }

  private func peek() throws -> NodeDecoder {
    guard !isAtEnd else { throw decoder.fault("\(decoder.node.subject) has too few elements") }
    return decoder.inner(elements[currentIndex])
  }
  private mutating func next() throws -> NodeDecoder {
    let element = try peek()
    currentIndex += 1
    return element
  }
}
