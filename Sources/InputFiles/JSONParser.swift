/// Turns text into tokens, strictly by RFC 8259.
///
/// After a fault whose meaning is plain (a trailing comma, a comment, a repeated key) it goes on,
/// so that one run tells all of them; after one that leaves the structure open it stops.
struct JSONParser {
  /// The deepest nesting of arrays and objects that is read.
  static let deepestNesting = 128

  /// The number of faults after which it stops.
  static let mostNotes = 50

  /// Ends the parsing once the fault that cannot be passed over has been noted.
  struct Stop: Error {}

  /// A fault by its byte; its path becomes known when all tokens are.
  struct Note {
    let offset: Int
    /// The token of the container that the sentence is about, if it is about one.
    let container: Int?
    let message: String
  }

  let text: UnsafeBufferPointer<UInt8>
  let dialect: JSONDocument.Dialect
  var next = 0
  var tokens: [JSONToken] = []
  var lines = LineTable()
  var notes: [Note] = []
  private var depth = 0
  /// The keys, as token indices, of the objects that are open.
  private var openKeys: [Int] = []

  init(_ text: UnsafeBufferPointer<UInt8>, dialect: JSONDocument.Dialect) {
    self.text = text
    self.dialect = dialect
    // Room for a token every three bytes, as in a matrix of short numbers; what is not used is
    // never touched.
    tokens.reserveCapacity(text.count / 3 + 16)
  }

  /// Reads the whole document.
  mutating func document() throws(Stop) {
    try skipByteOrderMark()
    try skipBlanks()
    guard next < text.count else {
      try stop(at: next, "the document is empty, but must be a JSON value")
    }
    try value()
    try skipBlanks()
    if next < text.count {
      try stop(at: next, "found \(text.character(at: next)) behind the end of the document")
    }
  }

  // MARK: Values

  private mutating func value() throws(Stop) {
    guard next < text.count else {
      try stop(at: next, "the document ends where a value must stand")
    }
    switch text[next] {
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "\""): try string(as: .string)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    default: try word()
    }
  }

  private mutating func array() throws(Stop) {
    let index = try open(.array)
    var count = 0
    try skipBlanks()
    while try !close(UInt8(ascii: "]"), index, count, noun: "array") {
      try value()
      count += 1 + (try numberRun())
      try separator(before: UInt8(ascii: "]"), noun: "elements")
    }
  }

  /// Reads on while a comma, at most one space and a number follow: the bulk of a large matrix.
  private mutating func numberRun() throws(Stop) -> Int {
    var count = 0
    while next + 2 < text.count, text[next] == UInt8(ascii: ",") {
      let start = text[next + 1] == UInt8(ascii: " ") ? next + 2 : next + 1
      guard text[start].decimalDigit != nil || text[start] == UInt8(ascii: "-") else { break }
      next = start
      try number()
      count += 1
    }
    return count
  }

  private mutating func object() throws(Stop) {
    let index = try open(.object)
    let firstKey = openKeys.count
    var count = 0
    try skipBlanks()
    while try !close(UInt8(ascii: "}"), index, count, noun: "object") {
      try key()
      try value()
      count += 1
      try separator(before: UInt8(ascii: "}"), noun: "members")
    }
    try noteRepeatedKeys(of: index, from: firstKey)
    openKeys.removeSubrange(firstKey...)
  }

  private mutating func key() throws(Stop) {
    guard text[next] == UInt8(ascii: "\"") else {
      let found = text.character(at: next)
      let remedy =
        text[next].isWordByte || text[next] == UInt8(ascii: "'")
        ? "; put the key in double quotes" : ""
      try stop(at: next, "expected a key, but found \(found)\(remedy)")
    }
    openKeys.append(tokens.count)
    try string(as: .key)
    try skipBlanks()
    guard next < text.count, text[next] == UInt8(ascii: ":") else {
      try stop(at: next, "expected ':' behind the key, but found \(text.character(at: next))")
    }
    next += 1
    try skipBlanks()
  }

  // MARK: Structure

  private mutating func open(_ kind: JSONToken.Kind) throws(Stop) -> Int {
    guard depth < Self.deepestNesting else {
      try stop(
        at: next,
        "arrays and objects are nested more than \(Self.deepestNesting) deep")
    }
    depth += 1
    // Until it is closed, a container reaches to the end of the tokens and is never full.
    let unlimited = UInt64.max
    tokens.append(JSONToken(payload: unlimited, offset: UInt32(next), kind: kind))
    next += 1
    return tokens.count - 1
  }

  private mutating func close(
    _ bracket: UInt8, _ index: Int, _ count: Int, noun: String
  ) throws(Stop) -> Bool {
    guard next < text.count else {
      let start = lines.position(ofByte: Int(tokens[index].offset), in: text)
      try stop(
        at: next,
        "the document ends, but the \(noun) that starts at \(start) needs its "
          + "\(bracket.sign)")
    }
    guard text[next] == bracket else { return false }
    next += 1
    depth -= 1
    tokens[index].payload = UInt64(tokens.count) | UInt64(count) << 32
    return true
  }

  /// Passes the comma behind an element or member; leaves the closing bracket where it is.
  private mutating func separator(
    before bracket: UInt8, noun: String
  ) throws(Stop) {
    try skipBlanks()
    guard next < text.count, text[next] != bracket else { return }
    if text[next] == UInt8(ascii: ",") {
      let comma = next
      next += 1
      try skipBlanks()
      if next < text.count, text[next] == bracket {
        try note(
          at: comma,
          "remove this comma: none may stand before \(bracket.sign)")
      }
      return
    }
    guard text[next].canStartValue else {
      try stop(
        at: next,
        "expected ',' or \(bracket.sign), "
          + "but found \(text.character(at: next))")
    }
    try note(at: next, "expected ',' between \(noun), but found \(text.character(at: next))")
  }

  private mutating func noteRepeatedKeys(of object: Int, from first: Int) throws(Stop) {
    let keys = openKeys[first...]
    if keys.count <= 16 {
      for (position, key) in keys.enumerated().dropFirst() {
        if let earlier = keys.prefix(position).first(where: { hasSameText($0, key) }) {
          try noteRepeated(key, of: object, earlier: earlier)
        }
      }
    } else {
      var seen: [String: Int] = [:]
      for key in keys {
        let name = string(at: key)
        if let earlier = seen[name] {
          try noteRepeated(key, of: object, earlier: earlier)
        } else {
          seen[name] = key
        }
      }
    }
  }

  private mutating func noteRepeated(_ key: Int, of object: Int, earlier: Int) throws(Stop) {
    let first = lines.position(ofByte: Int(tokens[earlier].offset), in: text)
    try note(
      at: Int(tokens[key].offset), of: object,
      "has the key '\(string(at: key).onOneLine)' more than once, first at \(first)")
  }

  private func hasSameText(_ one: Int, _ other: Int) -> Bool {
    let (a, b) = (tokens[one], tokens[other])
    if (a.payload | b.payload) & JSONToken.escaped != 0 {
      return string(at: one) == string(at: other)
    }
    guard a.payload == b.payload else { return false }
    for step in 1..<Int(a.payload) + 1
    where text[Int(a.offset) + step] != text[Int(b.offset) + step] {
      return false
    }
    return true
  }

  private func string(at index: Int) -> String { tokens[index].string(in: text) }

  // MARK: Faults

  /// Notes a fault and lets the parsing go on, unless there are too many.
  mutating func note(at offset: Int, of container: Int? = nil, _ message: String) throws(Stop) {
    notes.append(Note(offset: offset, container: container, message: message))
    if notes.count == Self.mostNotes { throw Stop() }
  }

  /// Notes a fault behind which nothing can be understood.
  mutating func stop(at offset: Int, _ message: String) throws(Stop) -> Never {
    notes.append(Note(offset: offset, container: nil, message: message))
    throw Stop()
  }
}

extension UInt8 {
  /// The bracket in a message.
  fileprivate var sign: String { "'\(Character(Unicode.Scalar(self)))'" }
}
