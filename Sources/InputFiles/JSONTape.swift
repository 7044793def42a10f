/// One token of a document, in sixteen bytes: a matrix of numbers takes one to four times its text.
struct JSONToken: Sendable {
  enum Kind: UInt8, Sendable {
    case null, `false`, `true`
    /// A number written as an integer that fits: the payload is an `Int`.
    case integer
    /// Any other number: the payload is a `Double`'s bits.
    case number
    /// `NaN` or an infinity.
    case notFinite
    /// A string or a member's key: the payload is the text's length in bytes, without its quotes,
    /// with the highest bit set when the text holds an escape.
    case string, key
    /// A container: the payload is the index behind its last token, and its count.
    case array, object
  }

  var payload: UInt64
  /// The offset of the token's first byte in the text.
  let offset: UInt32
  let kind: Kind

  static let escaped: UInt64 = 1 << 63

  var double: Double {
    kind == .integer ? Double(Int(bitPattern: UInt(payload))) : Double(bitPattern: payload)
  }

  /// For a container: the index behind its last token.
  var end: Int {
    get { Int(payload & 0xFFFF_FFFF) }
    set { payload = payload & ~0xFFFF_FFFF | UInt64(newValue) }
  }

  /// For a container: the number of its elements or members.
  var count: Int {
    get { Int(payload >> 32) }
    set { payload = payload & 0xFFFF_FFFF | UInt64(newValue) << 32 }
  }
}

/// A parsed document: its text, and its tokens in the order of the text.
final class JSONTape: Sendable {
  let text: [UInt8]
  let tokens: [JSONToken]
  private let lines: LineTable

  init(text: [UInt8], tokens: [JSONToken], lines: LineTable) {
    self.text = text
    self.tokens = tokens
    self.lines = lines
  }

  /// The index behind the value at `index` and all that it holds.
  func end(of index: Int) -> Int {
    let token = tokens[index]
    return token.kind == .array || token.kind == .object ? token.end : index + 1
  }

  /// The line and column of a byte.
  func position(ofByte offset: Int) -> SourcePosition {
    text.withUnsafeBufferPointer { lines.position(ofByte: offset, in: $0) }
  }

  /// The text of the string or key at `index`.
  func string(at index: Int) -> String {
    text.withUnsafeBufferPointer { tokens[index].string(in: $0) }
  }

  /// A number as it is written.
  func numberText(at index: Int) -> String {
    String(decoding: text[Int(tokens[index].offset)...].prefix(while: \.isWordByte), as: UTF8.self)
  }

  /// The way from the root to the value at `index`: `nodeGroups[0].nics.perNode`.
  ///
  /// Found by walking down from the root, so that nothing is stored for it.
  func path(to index: Int) -> String {
    var path = ""
    var container = 0
    while container != index {
      guard let step = child(of: container, around: index) else { return path }
      if let key = step.key {
        path.append(key: key)
      } else {
        path += "[\(step.ordinal)]"
      }
      container = step.value
    }
    return path
  }

  private func child(
    of container: Int, around index: Int
  ) -> (key: String?, ordinal: Int, value: Int)? {
    let isObject = tokens[container].kind == .object
    guard isObject || tokens[container].kind == .array else { return nil }
    // A container that a fault left open reaches to the last token.
    var next = container + 1
    var ordinal = 0
    while next < tokens.count {
      let value = isObject ? next + 1 : next
      if index <= next || index < end(of: value) {
        return (isObject ? string(at: next) : nil, ordinal, value)
      }
      next = end(of: value)
      ordinal += 1
    }
    return nil
  }
}

extension String {
  /// Adds a member's key to a path, quoted where it is not a plain word.
  mutating func append(key: String) {
    let isWord =
      !key.isEmpty
      && key.unicodeScalars.allSatisfy {
        $0 == "_" || $0 == "-" || $0.properties.isAlphabetic || ("0"..."9").contains($0)
      }
    if !isWord { self += "[\(key.quoted)]" } else { self += isEmpty ? key : ".\(key)" }
  }
}
