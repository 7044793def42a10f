/// A value in a document, with its place in the file and its path from the root.
///
/// A node is an index into the document: copying one copies no data, and positions and paths are
/// worked out when they are asked for.
public struct JSONNode: Sendable {
  /// The kinds of value.
  public enum Kind: Sendable, Hashable {
    case null, bool, number, string, array, object
    /// `NaN` or an infinity, which only Python's dialect has.
    case notFinite
  }

  let tape: JSONTape
  let index: Int

  init(_ tape: JSONTape, at index: Int) {
    self.tape = tape
    self.index = index
  }

  /// What the value is.
  public var kind: Kind {
    switch tape.tokens[index].kind {
    case .null: .null
    case .true, .false: .bool
    case .integer, .number: .number
    case .notFinite: .notFinite
    case .string, .key: .string
    case .array: .array
    case .object: .object
    }
  }

  /// Whether the value is `null`.
  public var isNull: Bool { kind == .null }

  /// The truth value, if the value is one.
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

  /// The string with its escapes decoded, if the value is one.
  public var string: String? { kind == .string ? tape.string(at: index) : nil }

  /// The elements, if the value is an array.
  public var elements: JSONElements? { kind == .array ? JSONElements(self) : nil }

  /// The members in the order of the text, if the value is an object.
  public var members: JSONMembers? { kind == .object ? JSONMembers(self) : nil }

  /// The member with that key, if the value is an object that has it. O(members).
  public subscript(key: String) -> JSONNode? { members?.first { $0.key == key }?.value }

  /// Where the value starts.
  public var position: SourcePosition { tape.position(ofByte: Int(tape.tokens[index].offset)) }

  /// The value without its place; null for one that is not finite.
  public var value: JSONValue {
    switch tape.tokens[index].kind {
    case .null, .notFinite: .null
    case .true: .bool(true)
    case .false: .bool(false)
    case .integer: .integer(Int(bitPattern: UInt(tape.tokens[index].payload)))
    case .number: .number(tape.tokens[index].double)
    case .string, .key: .string(tape.string(at: index))
    case .array: .array(JSONElements(self).map(\.value))
    case .object: .object(JSONMembers(self).map { JSONValue.Member($0.key, $0.value.value) })
    }
  }

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
    case .number, .notFinite: tape.numberText(at: index).cut
    case .string: tape.string(at: index).quoted
    case .array: "an array"
    case .object: "an object"
    }
  }
}
