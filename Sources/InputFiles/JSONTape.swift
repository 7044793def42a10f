/// One token of a document: sixteen bytes, so that a matrix of numbers costs little more than its
/// text.
struct JSONToken: Sendable {
  enum Kind: UInt8, Sendable {
    case null, `false`, `true`
    /// A number written as an integer that fits: the payload is an `Int`.
    case integer
    /// Any other number: the payload is a `Double`'s bits.
    case number
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
  /// The offsets at which lines start, the first of them 0.
  let lineStarts: [UInt32]

  init(text: [UInt8], tokens: [JSONToken], lineStarts: [UInt32]) {
    self.text = text
    self.tokens = tokens
    self.lineStarts = lineStarts
  }

  /// The index behind the value at `index` and all that it holds.
  func end(of index: Int) -> Int {
    let token = tokens[index]
    return token.kind == .array || token.kind == .object ? token.end : index + 1
  }

  /// The line and column of a byte. O(log lines + length of the line).
  func position(ofByte offset: Int) -> SourcePosition {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
    }
    let start = low < lineStarts.count ? Int(lineStarts[low]) : 0
    let scalars = text[start..<Swift.min(Swift.max(offset, start), text.count)]
      .count { $0 & 0xC0 != 0x80 }
    return SourcePosition(line: low + 1, column: scalars + 1)
  }

  /// The text of the string or key at `index`.
  func string(at index: Int) -> String {
    let token = tokens[index]
    let start = Int(token.offset) + 1
    let length = Int(token.payload & ~JSONToken.escaped)
    let raw = text[start..<start + length]
    return token.payload & JSONToken.escaped == 0
      ? String(decoding: raw, as: UTF8.self) : JSONEscapes.decode(raw)
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
    var next = container + 1
    for ordinal in 0..<tokens[container].count {
      let value = isObject ? next + 1 : next
      let end = end(of: value)
      if index < end { return (isObject ? string(at: next) : nil, ordinal, value) }
      next = end
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
