import ClusterTopology
import InputFiles

/// A model of a cluster as topograph simulates them: switches, and blocks of nodes below them.
///
/// The few forms of YAML that such models are written in are read: two levels of maps, lists in
/// lines of their own or in brackets, plain and quoted words.
enum TopographModel: Importer {
  static let kind = SourceKind.topograph

  static func recognises(_ head: FileHead) -> Bool {
    // A text about models shows them between fences.
    head.has { $0.hasPrefix("switches:") } && head.has { $0.hasPrefix("blocks:") }
      && !head.has { $0.hasPrefix("```") }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    var reader = TopographReader(text)
    for line in text.lines { try reader.take(line) }
    var switches = reader.switches
    var evidence = Evidence(text, kind)
    for block in reader.blocks {
      var hosts: [Fact<String>] = []
      for list in block.nodes { hosts += try HostNames.expand(list, in: text, at: block.position) }
      var facts = NodeFacts(hosts: hosts)
      facts.domain = block.domain.map { text.fact($0, at: block.position) }
      evidence.nodes.append(facts)
      if let index = switches.firstIndex(where: { $0.name == block.leaf }) {
        switches[index].hosts += hosts.map(\.value)
      } else {
        switches.append(
          NamedSwitch(name: block.leaf, hosts: hosts.map(\.value), position: block.position))
      }
    }
    let hosts = evidence.nodes.reduce(0) { $0 + $1.hosts.count }
    guard hosts > 0 else { throw text.fault("is a topograph model without a node") }
    // Spines whose leaves are left out of the model hold nobody.
    let names = Set(switches.map(\.name))
    switches = switches.map { item in
      var item = item
      item.children.removeAll { !names.contains($0) }
      return item
    }
    evidence.tree = try SwitchTree.build(
      switches.filter { !$0.children.isEmpty || !$0.hosts.isEmpty }, in: text)
    evidence.findings.append("\(hosts) hosts in \(reader.blocks.count) blocks")
    return evidence
  }
}

/// Takes the lines of a model one by one.
private struct TopographReader {
  struct Block {
    var leaf = ""
    var nodes: [String] = []
    var domain: String?
    let position: SourcePosition
  }

  private let text: TextFile
  private(set) var switches: [NamedSwitch] = []
  private(set) var blocks: [Block] = []
  private var section = ""
  private var list = ""

  init(_ text: TextFile) { self.text = text }

  mutating func take(_ line: TextFile.Line) throws(InputFaults) {
    let content = line.text.drop { $0 == " " }
    guard let first = content.first, first != "#", content != "---" else { return }
    let indent = line.text.count - content.count
    let isItem = content.hasPrefix("- ")
    let rest = isItem ? content.dropFirst(2).drop { $0 == " " } : content
    let colon = Self.colon(of: rest)
    let key = colon.map { String(rest[..<$0]).unquoted } ?? ""
    let value = colon.map { rest[rest.index(after: $0)...].drop { $0 == " " } } ?? rest
    if indent == 0, !isItem {
      (section, list) = (key, "")
    } else if section == "switches" {
      takeSwitch(line, indent, isItem, key, value)
    } else if section == "blocks" {
      try takeBlock(line, isItem, key, value)
    }
  }

  private mutating func takeSwitch(
    _ line: TextFile.Line, _ indent: Int, _ isItem: Bool, _ key: String, _ value: Substring
  ) {
    if isItem {
      if list == "switches", !switches.isEmpty {
        switches[switches.count - 1].children.append(String(value).unquoted)
      }
    } else if indent <= 2, value.isEmpty || value == "{}" {
      switches.append(NamedSwitch(name: key, position: line.position))
      list = ""
    } else if indent <= 4 {
      list = key
      if key == "switches", !switches.isEmpty {
        switches[switches.count - 1].children += Self.items(value)
      }
    }
  }

  private mutating func takeBlock(
    _ line: TextFile.Line, _ isItem: Bool, _ key: String, _ value: Substring
  ) throws(InputFaults) {
    if isItem, !key.isEmpty {
      blocks.append(Block(position: line.position))
      list = ""
    }
    guard let last = blocks.indices.last else {
      throw text.fault(at: line.position, "must be the start of a block: '- switch: NAME'")
    }
    if isItem, key.isEmpty {
      if list == "nodes" { blocks[last].nodes.append(String(value).unquoted) }
      return
    }
    list = key
    switch key {
    case "switch": blocks[last].leaf = String(value).unquoted
    case "nodes": blocks[last].nodes += Self.items(value)
    case _ where key.hasSuffix("/domain"): blocks[last].domain = String(value).unquoted
    default: break
    }
  }

  /// The colon behind a key, which a blank or the line's end follows.
  private static func colon(of text: Substring) -> Substring.Index? {
    text.indices.first { index in
      guard text[index] == ":" else { return false }
      let next = text.index(after: index)
      return next == text.endIndex || text[next] == " "
    }
  }

  /// The items of `["a[1-2]", "b"]`.
  private static func items(_ text: Substring) -> [String] {
    guard text.first == "[", let end = text.lastIndex(of: "]"), end > text.startIndex else {
      return []
    }
    var items: [String] = []
    var isQuoted = false
    var item = ""
    for character in text[text.index(after: text.startIndex)..<end] {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted {
        items.append(item.unquoted)
        item = ""
      } else {
        item.append(character)
      }
    }
    return (items + [item.unquoted]).filter { !$0.isEmpty }
  }
}

extension String {
  /// The text without blanks around it, and without quotes.
  fileprivate var unquoted: String {
    let bare = drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    return String(String(bare).filter { $0 != "\"" && $0 != "'" })
  }
}
