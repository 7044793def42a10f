/// An element of an XML document, with its place in the file.
///
/// Text between elements is not kept: the formats that are read state everything in attributes,
/// but for those whose elements hold one word (`text`).
public struct XMLElement: Sendable {
  public struct Attribute: Sendable, Hashable {
    public let name: String
    public let value: String
  }

  public let name: String
  public let attributes: [Attribute]
  public let position: SourcePosition
  public internal(set) var children: [XMLElement] = []
  /// The text directly inside, without the blanks around it; empty beside children.
  public internal(set) var text = ""

  /// The value of an attribute.
  public subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }

  /// The children of a name.
  public func children(named name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// This element and all below it that are of a name, in the order of the text.
  public func all(named name: String) -> [XMLElement] {
    (self.name == name ? [self] : []) + children.flatMap { $0.all(named: name) }
  }

  /// The document in `text`: its outermost element.
  ///
  /// The subset of XML that configuration and inventory files are written in: elements,
  /// attributes, comments, processing instructions, CDATA, the five named entities and numbered
  /// ones. A document type is passed over; one that declares anything is refused, so that no
  /// entity can expand and nothing is fetched. At most 256 levels and 1,000,000 elements.
  /// - Throws: the first fault of the syntax.
  /// - Source: Extensible Markup Language (XML) 1.0, fifth edition.
  public static func parse(_ text: TextFile) throws(InputFaults) -> XMLElement {
    var scanner = XMLScanner(text)
    return try scanner.document()
  }
}
