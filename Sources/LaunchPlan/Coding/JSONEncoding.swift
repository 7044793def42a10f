import InputFiles

extension JSONValue {
  /// What a value encodes as, with the members of its objects in the order of encoding: for
  /// synthesised conformances the order of the coding keys.
  ///
  /// - Throws: where a number is not finite, since JSON has none.
  public init(encoding value: some Encodable) throws {
    let slot = Slot()
    try slot.fill(with: value, at: [])
    self = slot.value
  }
}

/// A place in the document that is being written.
private final class Slot {
  private enum Form { case scalar(JSONValue), array, object }
  private var form = Form.scalar(.null)
  /// The elements, or the members with their keys.
  private var children: [(key: String, slot: Slot)] = []

  var value: JSONValue {
    switch form {
    case .scalar(let value): value
    case .array: .array(children.map(\.slot.value))
    case .object: .object(children.map { JSONValue.Member($0.key, $0.slot.value) })
    }
  }

  func fill(with value: some Encodable, at path: [any CodingKey]) throws {
    switch value {
    case let value as JSONValue: form = .scalar(value)
    case let value as String: form = .scalar(.string(value))
    case let value as Bool: form = .scalar(.bool(value))
    case let value as Int: form = .scalar(.integer(value))
    case let value as Double: form = .scalar(try finite(value, at: path))
    default: try value.encode(to: SlotEncoder(slot: self, codingPath: path))
    }
  }

  func fillWithNull() { form = .scalar(.null) }
  func becomeArray() { form = .array }
  func becomeObject() { form = .object }

  var count: Int { children.count }

  func child(_ key: String = "") -> Slot {
    let slot = Slot()
    children.append((key, slot))
    return slot
  }

  private func finite(_ number: Double, at path: [any CodingKey]) throws -> JSONValue {
    guard number.isFinite else {
      throw EncodingError.invalidValue(
        number, .init(codingPath: path, debugDescription: "\(number) cannot stand in JSON"))
    }
    return .number(number)
  }
}

private struct SlotEncoder: Encoder {
  let slot: Slot
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.becomeObject()
    return KeyedEncodingContainer(MemberSlots(slot: slot, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.becomeArray()
    return ElementSlots(slot: slot, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension SlotEncoder: SingleValueEncodingContainer {
  func encodeNil() { slot.fillWithNull() }
  func encode<Value: Encodable>(_ value: Value) throws {
    try slot.fill(with: value, at: codingPath)
  }
}

private struct MemberSlots<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let slot: Slot
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { slot.child(key.stringValue).fillWithNull() }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try slot.child(key.stringValue).fill(with: value, at: codingPath + [key])
  }
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Inner> {
    encoder(forKey: key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(forKey: key).unkeyedContainer()
  }
  func superEncoder() -> any Encoder {
    SlotEncoder(slot: slot.child("super"), codingPath: codingPath)
  }
  func superEncoder(forKey key: Key) -> any Encoder { encoder(forKey: key) }

  private func encoder(forKey key: Key) -> SlotEncoder {
    SlotEncoder(slot: slot.child(key.stringValue), codingPath: codingPath + [key])
  }
}

private struct ElementSlots: UnkeyedEncodingContainer {
  let slot: Slot
  let codingPath: [any CodingKey]
  var count: Int { slot.count }

  func encodeNil() { slot.child().fillWithNull() }
  func encode<Value: Encodable>(_ value: Value) throws {
    try slot.child().fill(with: value, at: codingPath)
  }
  func nestedContainer<Inner: CodingKey>(
    keyedBy type: Inner.Type
  ) -> KeyedEncodingContainer<Inner> {
    SlotEncoder(slot: slot.child(), codingPath: codingPath).container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    SlotEncoder(slot: slot.child(), codingPath: codingPath).unkeyedContainer()
  }
  func superEncoder() -> any Encoder {
    SlotEncoder(slot: slot.child(), codingPath: codingPath)
  }
}
