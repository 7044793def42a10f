/// Takes an XML text apart, from its first byte to its last.
struct XMLScanner {
  private static let depthLimit = 256
  private static let elementLimit = 1_000_000

  private let source: TextFile
  private let bytes: [UInt8]
  private var next = 0
  private var line = 1
  /// A byte of the line whose column is known, so that no column is counted twice.
  private var mark = (offset: 0, column: 1)
  private var elements = 0

  init(_ source: TextFile) {
    self.source = source
    bytes = source.bytes
  }

  mutating func document() throws(InputFaults) -> XMLElement {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
    try skipProlog()
    guard peek == UInt8(ascii: "<") else { throw fault("found \(found), but must be an element") }
    let root = try element()
    try skipProlog()
    guard next == bytes.count else {
      throw fault("found \(found) behind the outermost element, which must be the last")
    }
    return root
  }

  // MARK: Elements

  /// An element that is open, with the text met inside it.
  private struct Open {
    var element: XMLElement
    var text: [UInt8] = []
  }

  /// The element that starts here, without recursion, so that no nesting can exhaust the stack.
  private mutating func element() throws(InputFaults) -> XMLElement {
    var open: [Open] = []
    while true {
      if starts(with: "<!--") {
        try pass(through: "-->", of: "a comment")
      } else if starts(with: "<![CDATA[") {
        guard let last = open.indices.last else {
          throw fault("found a CDATA section, but must be an element")
        }
        let start = next + 9
        next = start
        try pass(through: "]]>", of: "a CDATA section")
        open[last].text += bytes[start..<(next - 3)]
      } else if starts(with: "<?") {
        try pass(through: "?>", of: "a processing instruction")
      } else if starts(with: "</") {
        let position = markedPosition()
        next += 2
        let name = try name(of: "an element")
        skipBlanks()
        try take(">")
        guard let last = open.popLast() else { throw fault("closes nothing", at: position) }
        guard last.element.name == name else {
          throw fault(
            "closes \(name.quoted), but \(last.element.name.quoted) is open since line "
              + "\(last.element.position.line)", at: position)
        }
        if let root = Self.close(last, in: &open) { return root }
      } else if peek == UInt8(ascii: "<") {
        let (element, isEmpty) = try tag()
        guard open.count < Self.depthLimit else {
          throw fault("lies more than \(Self.depthLimit) elements deep", at: element.position)
        }
        if isEmpty {
          if let root = Self.close(Open(element: element), in: &open) { return root }
        } else {
          open.append(Open(element: element))
        }
      } else if let byte = peek, let last = open.indices.last {
        open[last].text += byte == UInt8(ascii: "&") ? try reference() : [byte]
        if byte != UInt8(ascii: "&") { step() }
      } else {
        let name = open.last.map { " inside \($0.element.name.quoted)" } ?? ""
        throw fault("the file ends\(name): is it whole?")
      }
    }
  }

  /// Puts a finished element into the one around it, or gives it back when it is the outermost.
  private static func close(_ open: Open, in others: inout [Open]) -> XMLElement? {
    var element = open.element
    if element.children.isEmpty {
      let text = String(decoding: open.text, as: UTF8.self)
      element.text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    guard let parent = others.indices.last else { return element }
    others[parent].element.children.append(element)
    return nil
  }

  /// The tag that opens an element, and whether it closes it too.
  private mutating func tag() throws(InputFaults) -> (element: XMLElement, isEmpty: Bool) {
    let position = markedPosition()
    next += 1
    elements += 1
    guard elements <= Self.elementLimit else {
      throw fault("the document has more than \(Self.elementLimit) elements", at: position)
    }
    let name = try name(of: "an element")
    var attributes: [XMLElement.Attribute] = []
    while true {
      let hadBlank = skipBlanks()
      if peek == UInt8(ascii: ">") || starts(with: "/>") {
        let isEmpty = peek == UInt8(ascii: "/")
        next += isEmpty ? 2 : 1
        return (XMLElement(name: name, attributes: attributes, position: position), isEmpty)
      }
      guard hadBlank else { throw fault("found \(found), but must be an attribute, '>' or '/>'") }
      let place = markedPosition()
      let attribute = XMLElement.Attribute(
        name: try self.name(of: "an attribute"), value: try value())
      guard !attributes.contains(where: { $0.name == attribute.name }) else {
        throw fault("the attribute \(attribute.name.quoted) stands there twice", at: place)
      }
      attributes.append(attribute)
    }
  }

  /// `="…"` or `='…'`, with its references replaced.
  private mutating func value() throws(InputFaults) -> String {
    skipBlanks()
    try take("=")
    skipBlanks()
    guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
      throw fault("found \(found), but must be a value in quotes")
    }
    next += 1
    var value: [UInt8] = []
    while let byte = peek, byte != quote {
      guard byte != UInt8(ascii: "<") else { throw fault("a value must not hold '<'") }
      if byte == UInt8(ascii: "&") {
        value += try reference()
      } else {
        value.append(byte)
        step()
      }
    }
    guard peek == quote else { throw fault("the file ends inside a value: is it whole?") }
    next += 1
    return String(decoding: value, as: UTF8.self)
  }

  /// `&amp;` and its like, or `&#x2f;`.
  private mutating func reference() throws(InputFaults) -> [UInt8] {
    let start = next
    guard let end = bytes[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
      throw fault("found '&' without its ';'; write &amp; for the sign itself")
    }
    let name = String(decoding: bytes[start + 1..<end], as: UTF8.self)
    let scalar: Unicode.Scalar? =
      switch name {
      case "amp": "&"
      case "lt": "<"
      case "gt": ">"
      case "quot": "\""
      case "apos": "'"
      case _ where name.hasPrefix("#x"):
        UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
      case _ where name.hasPrefix("#"): UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
      default: nil
      }
    guard let scalar else {
      throw fault("&\(name.onOneLine); names no character; entities of one's own are not read")
    }
    next = end + 1
    return Array(String(Character(scalar)).utf8)
  }

  // MARK: Around elements

  /// Passes over blanks, comments, instructions and a document type that declares nothing.
  private mutating func skipProlog() throws(InputFaults) {
    while true {
      skipBlanks()
      if starts(with: "<!--") {
        try pass(through: "-->", of: "a comment")
      } else if starts(with: "<?") {
        try pass(through: "?>", of: "a processing instruction")
      } else if starts(with: "<!DOCTYPE") {
        let start = position
        try pass(through: ">", of: "a document type") { $0 == UInt8(ascii: "[") }
        if bytes[next - 1] == UInt8(ascii: "[") {
          throw fault("a document type that declares entities of its own is not read", at: start)
        }
      } else {
        return
      }
    }
  }

  /// Goes behind the next `end`, or behind a byte that stops the search.
  private mutating func pass(
    through end: String, of what: String, stoppingAt stops: (UInt8) -> Bool = { _ in false }
  ) throws(InputFaults) {
    let start = markedPosition()
    while next < bytes.count {
      if starts(with: end) {
        next += end.utf8.count
        return
      }
      let byte = bytes[next]
      step()
      if stops(byte) { return }
    }
    throw fault("the file ends inside \(what) that starts here: is it whole?", at: start)
  }

  // MARK: Bytes

  private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

  private var found: String {
    bytes.withUnsafeBufferPointer { $0.character(at: next) }
  }

  private var position: SourcePosition {
    let passed = bytes[mark.offset..<next].count(where: \.startsScalar)
    return SourcePosition(line: line, column: mark.column + passed)
  }

  /// The place of the next byte, which is remembered.
  private mutating func markedPosition() -> SourcePosition {
    let position = position
    mark = (next, position.column)
    return position
  }

  private func starts(with text: String) -> Bool { bytes[next...].starts(with: text.utf8) }

  private mutating func step() {
    if bytes[next] == UInt8(ascii: "\n") {
      line += 1
      mark = (next + 1, 1)
    }
    next += 1
  }

  @discardableResult
  private mutating func skipBlanks() -> Bool {
    let start = next
    while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { step() }
    return next > start
  }

  private mutating func take(_ text: String) throws(InputFaults) {
    guard starts(with: text) else { throw fault("found \(found), but must be '\(text)'") }
    next += text.utf8.count
  }

  private mutating func name(of what: String) throws(InputFaults) -> String {
    let start = next
    while let byte = peek, byte.isXMLNamePart { next += 1 }
    guard next > start, next - start <= 256 else {
      throw fault("found \(found), but must be the name of \(what)")
    }
    return String(decoding: bytes[start..<next], as: UTF8.self)
  }

  private func fault(_ message: String, at place: SourcePosition? = nil) -> InputFaults {
    source.fault(at: place ?? position, message)
  }
}

extension UInt8 {
  fileprivate var isXMLNamePart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...:
      true
    default: false
    }
  }
}
