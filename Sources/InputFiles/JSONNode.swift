/// A value in a document, with its place in the file and its path from the root.
///
/// A node is an index into the document: copying one copies no data, and positions and paths are
/// worked out when they are asked for.
public struct JSONNode: Sendable {
  public enum Kind: Sendable, Hashable {
    case null, bool, number, string, array, object
  }

  let tape: JSONTape
  let index: Int

  init(_ tape: JSONTape, at index: Int) {
    self.tape = tape
    self.index = index
  }

  public var kind: Kind {
    switch tape.tokens[index].kind {
    case .null: .null
    case .true, .false: .bool
    case .integer, .number: .number
    case .string, .key: .string
    case .array: .array
    case .object: .object
    }
  }

  public var isNull: Bool { kind == .null }

  public var bool: Bool? {
    switch tape.tokens[index].kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The number, always finite, if the value is one.
  public var number: Double? { kind == .number ? tape.tokens[index].double : nil }

  /// The number, if it is whole and fits an `Int` exactly; `8`, `8.0` and `8e0` are the same.
  public var integer: Int? {
    let token = tape.tokens[index]
    switch token.kind {
    case .integer: return Int(bitPattern: UInt(token.payload))
    case .number: return Int(exactly: token.double)
    default: return nil
    }
  }

  public var string: String? { kind == .string ? tape.string(at: index) : nil }

  /// The elements, if the value is an array.
  public var elements: JSONElements? { kind == .array ? JSONElements(self) : nil }

  /// The members in the order of the text, if the value is an object.
  public var members: JSONMembers? { kind == .object ? JSONMembers(self) : nil }

  /// The member with that key, if the value is an object that has it. O(members).
  public subscript(key: String) -> JSONNode? { members?.first { $0.key == key }?.value }

  /// Where the value starts.
  public var position: SourcePosition { tape.position(ofByte: Int(tape.tokens[index].offset)) }

  /// The way from the root: `nodeGroups[0].nics.perNode`; empty for the root itself.
  public var path: String { tape.path(to: index) }

  /// The path as the subject of a sentence; "the document" for the root.
  public var subject: String { index == 0 ? "the document" : path }

  /// What was read, for a message: the text of a scalar, cut to a readable length, or
  /// "an array" or "an object".
  public var asRead: String {
    switch kind {
    case .null: "null"
    case .bool: bool == true ? "true" : "false"
    case .number: tape.numberText(at: index)
    case .string: tape.string(at: index).quoted
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// A member of an object: its key, where the key starts, and its value.
public struct JSONMember: Sendable {
  public let value: JSONNode
  private let keyIndex: Int

  init(_ tape: JSONTape, keyIndex: Int) {
    self.keyIndex = keyIndex
    self.value = JSONNode(tape, at: keyIndex + 1)
  }

  public var key: String { value.tape.string(at: keyIndex) }
  public var keyPosition: SourcePosition {
    value.tape.position(ofByte: Int(value.tape.tokens[keyIndex].offset))
  }
}

/// The elements of an array, in order.
public struct JSONElements: Sequence, Sendable {
  private let array: JSONNode
  public let count: Int

  init(_ array: JSONNode) {
    self.array = array
    self.count = array.tape.tokens[array.index].count
  }

  public var isEmpty: Bool { count == 0 }

  public func makeIterator() -> AnyIterator<JSONNode> {
    let tape = array.tape
    var next = array.index + 1
    let end = tape.end(of: array.index)
    return AnyIterator {
      guard next < end else { return nil }
      defer { next = tape.end(of: next) }
      return JSONNode(tape, at: next)
    }
  }
}

/// The members of an object, in the order of the text.
public struct JSONMembers: Sequence, Sendable {
  private let object: JSONNode
  public let count: Int

  init(_ object: JSONNode) {
    self.object = object
    self.count = object.tape.tokens[object.index].count
  }

  public var isEmpty: Bool { count == 0 }

  public func makeIterator() -> AnyIterator<JSONMember> {
    let tape = object.tape
    var next = object.index + 1
    let end = tape.end(of: object.index)
    return AnyIterator {
      guard next < end else { return nil }
      defer { next = tape.end(of: next + 1) }
      return JSONMember(tape, keyIndex: next)
    }
  }
}
