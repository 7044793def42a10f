import InputFiles

/// A reader of one kind of file.
protocol Importer: SendableMetatype {
  static var kind: SourceKind { get }

  /// Whether the first lines are unmistakably of this kind.
  static func recognises(_ head: FileHead) -> Bool

  /// What the file says.
  ///
  /// - Throws: what is wrong with the file, with its place.
  static func read(_ text: TextFile) throws(InputFaults) -> Evidence
}

/// The beginning of a file, by which its kind is recognised.
struct FileHead {
  let text: TextFile
  let lines: [TextFile.Line]
  /// The name of the outermost XML element, if the file starts like XML.
  let element: String?
  /// The keys of the outermost JSON object, if the file starts like one.
  let isJSON: Bool

  /// A mebibyte is looked at: enough for a long licence, cheap for a large file.
  init(_ text: TextFile) {
    self.text = text
    lines = text.lines(ofFirst: 1 << 20)
    let first = lines.first { !$0.text.allSatisfy(\.isWhitespace) }?.text.drop(
      while: \.isWhitespace)
    isJSON = first?.first == "{" || first?.first == "["
    element = first?.first == "<" ? Self.outermostElement(lines) : nil
  }

  func has(_ isMatch: (Substring) -> Bool) -> Bool { lines.contains { isMatch($0.text) } }

  /// The first tag that is no comment, instruction or document type.
  private static func outermostElement(_ lines: [TextFile.Line]) -> String? {
    var isComment = false
    for line in lines {
      var rest = line.text
      while true {
        if isComment {
          guard let end = rest.firstRange(of: "-->") else { break }
          rest = rest[end.upperBound...]
          isComment = false
        }
        guard let open = rest.firstIndex(of: "<") else { break }
        rest = rest[open...].dropFirst()
        if rest.hasPrefix("!--") {
          isComment = true
        } else if rest.first?.isLetter == true {
          return String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
        }
      }
    }
    return nil
  }
}

/// The kinds of file that are read, and what is done with the others.
public enum Importers {
  /// One line a kind; the first that recognises a file reads it.
  static let all: [any Importer.Type] = [
    NCCLTopology.self, HardwareLocality.self, SlurmJSON.self, KubernetesNodes.self,
    NVIDIATopologyMatrix.self, NCCLTests.self, NVBandwidth.self, MPIGraph.self,
    InfiniBandDiscovery.self, SlurmRecords.self, TopographModel.self, BandwidthTable.self,
  ]

  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a file to import", mebibytes: 256)

  /// What a file says.
  ///
  /// - Parameter kind: what the file is, where the user says so; else it is told by its content.
  /// - Throws: what is wrong with the file; for one that is of no kind that tells of a cluster, what
  ///   it is instead.
  public static func evidence(
    of text: TextFile, kind: SourceKind? = nil
  ) throws(InputFaults) -> Evidence {
    if let reason = ForeignFile.unreadable(text) { throw text.fault(reason) }
    let head = FileHead(text)
    if let kind, let importer = all.first(where: { $0.kind == kind }) {
      return try importer.read(text)
    }
    if let reason = ForeignFile.reason(head) { throw text.fault(reason) }
    if let importer = all.first(where: { $0.recognises(head) }) { return try importer.read(text) }
    throw text.fault(ForeignFile.unknown(head))
  }
}
