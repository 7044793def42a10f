import InputFiles

/// `nvidia-smi topo -m`: how each two devices of a node are joined.
///
/// The header names accelerators (`GPU0`) and cards (`NIC0`, `mlx5_0`), up to the columns of
/// affinities; a row has a cell for each: `NV18` is 18 NVLink links, all else is a way over PCIe.
enum NVIDIATopologyMatrix: Importer {
  static let kind = SourceKind.nvidiaSMI

  static func recognises(_ head: FileHead) -> Bool { head.lines.contains { devices($0) != nil } }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let lines = text.lines
    guard let start = lines.firstIndex(where: { devices($0) != nil }),
      let names = devices(lines[start])
    else { throw text.fault("has no header that names GPU0 and the other devices") }
    let log = FaultLog(file: text.file)
    var rows: [String: [Substring]] = [:]
    for line in lines[(start + 1)...] {
      let words = Self.words(line)
      guard let label = words.first?.text, names.contains(String(label)) else { continue }
      guard words.count > names.count else {
        log.error(
          at: line.position,
          "the row of \(String(label).quoted) has \((words.count - 1).counted("cell")), but the header names "
            + "\(names.count) devices: is it whole?")
        continue
      }
      for word in words[1...names.count] where !isCell(word.text) {
        log.error(
          at: word.position,
          "\(String(word.text).quoted) is no connection; those are X, NV and a number, PIX, PXB, "
            + "PHB, NODE and SYS")
      }
      rows[String(label)] = words[1...names.count].map(\.text)
    }
    let accelerators = names.indices.filter { names[$0].isAccelerator }
    for index in accelerators where rows[names[index]] == nil && !log.isFaulty {
      log.error(at: lines[start].position, "the table has no row of \(names[index].quoted)")
    }
    try log.throwIfFaulty()
    return evidence(text, lines[start].position, names, accelerators, rows)
  }

  private static func evidence(
    _ text: TextFile, _ place: SourcePosition, _ names: [String], _ accelerators: [Int],
    _ rows: [String: [Substring]]
  ) -> Evidence {
    let cells = accelerators.map { rows[names[$0]] ?? [] }
    let links = cells.map { row in accelerators.map { row[$0].nvlinkCount } }
    let cards = names.indices.filter { !names[$0].isAccelerator }
    var evidence = Evidence(text, kind)
    var facts = NodeFacts()
    facts.acceleratorsPerNode = text.fact(accelerators.count, at: place)
    let (wiring, doubt) = LinkMatrix(links).wiring
    facts.wiring = wiring.map { text.fact($0, at: place) }
    if let doubt { evidence.warn(at: place, doubt) }
    if !cards.isEmpty { facts.cards = text.fact(cards.count, at: place) }
    evidence.nodes = [facts]

    evidence.findings.append("\(accelerators.count.counted("accelerator")) a node")
    if let wiring { evidence.findings.append(wiring.words) }
    if !cards.isEmpty { evidence.findings.append("\(cards.count.counted("network card"))") }
    let remote = accelerators.filter { index in
      let row = rows[names[index]] ?? []
      return !cards.contains { row[$0] == "PIX" || row[$0] == "PXB" }
    }
    if !cards.isEmpty, !remote.isEmpty, remote.count < accelerators.count {
      evidence.warn(
        at: place,
        "\(remote.map { names[$0] }.joined(separator: ", ")) have no card behind their PCIe "
          + "switch; a cluster file tells how many cards a node has, not which accelerator is near "
          + "which, so every accelerator is taken to have its share")
    }
    return evidence
  }

  // MARK: Cells

  /// The devices that a header names; nil for any other line.
  private static func devices(_ line: TextFile.Line) -> [String]? {
    let words = Self.words(line).map(\.text)
    guard words.first == "GPU0" else { return nil }
    let names = words.prefix { $0 != "CPU" && $0 != "NUMA" && $0 != "GPU" }.map(String.init)
    // A row starts with its own name too, but goes on with a cell.
    return names.count > 1 && isCell(words[1]) ? nil : names
  }

  /// The words of a line without the codes by which a terminal underlines the header.
  private static func words(
    _ line: TextFile.Line
  ) -> [(text: Substring, position: SourcePosition)] {
    guard line.text.contains("\u{1B}") else { return line.words }
    var text = ""
    var isCode = false
    for character in line.text {
      if character == "\u{1B}" { isCode = true }
      if !isCode { text.append(character) }
      if isCode, character.isLetter { isCode = false }
    }
    return TextFile.Line(number: line.number, text: Substring(text)).words
  }

  private static func isCell(_ text: Substring) -> Bool {
    ["X", "PIX", "PXB", "PHB", "NODE", "SYS", "SOC"].contains(text) || text.nvlinkCount > 0
  }
}

extension String {
  fileprivate var isAccelerator: Bool {
    hasPrefix("GPU") && count > 3 && dropFirst(3).allSatisfy { $0.isASCII && $0.isNumber }
  }
}

extension Substring {
  /// 18 for `NV18`, 0 for any other connection.
  fileprivate var nvlinkCount: Int {
    guard hasPrefix("NV"), let count = Int(dropFirst(2)), 1...1024 ~= count else { return 0 }
    return count
  }
}
