/// A member of an object: its key, where the key starts, and its value.
public struct JSONMember: Sendable {
  /// The member's value.
  public let value: JSONNode
  private let keyIndex: Int

  init(_ tape: JSONTape, keyIndex: Int) {
    self.keyIndex = keyIndex
    self.value = JSONNode(tape, at: keyIndex + 1)
  }

  /// The key, its escapes decoded.
  public var key: String { value.tape.string(at: keyIndex) }
  /// Where the key starts.
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

  public func makeIterator() -> Iterator { Iterator(array) }

  public struct Iterator: IteratorProtocol {
    private let tape: JSONTape
    private var upcoming: Int
    private let end: Int

    init(_ array: JSONNode) {
      tape = array.tape
      upcoming = array.index + 1
      end = tape.end(of: array.index)
    }

    public mutating func next() -> JSONNode? {
      guard upcoming < end else { return nil }
      defer { upcoming = tape.end(of: upcoming) }
      return JSONNode(tape, at: upcoming)
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

  public func makeIterator() -> Iterator { Iterator(object) }

  public struct Iterator: IteratorProtocol {
    private let tape: JSONTape
    private var upcoming: Int
    private let end: Int

    init(_ object: JSONNode) {
      tape = object.tape
      upcoming = object.index + 1
      end = tape.end(of: object.index)
    }

    public mutating func next() -> JSONMember? {
      guard upcoming < end else { return nil }
      defer { upcoming = tape.end(of: upcoming + 1) }
      return JSONMember(tape, keyIndex: upcoming)
    }
  }
}
