import InputFiles
import Quantities

/// The output of mpiGraph: what each host sends to, and receives from, each other.
///
/// A table headed `Send` has rows `host:0 to …`, one headed `Recv` rows `host:0 from …`, in 10⁶
/// bytes a second. A way from one host to another gets the lesser of what its sender and its
/// receiver saw.
enum MPIGraph: Importer {
  static let kind = SourceKind.mpiGraph

  static func recognises(_ head: FileHead) -> Bool {
    head.has { $0.hasPrefix("START mpiGraph") } || head.lines.contains { header($0) != nil }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let lines = text.lines
    var tables: [(title: TextFile.Line, hosts: [String], isSend: Bool, cells: [[Double]])] = []
    for (index, line) in lines.enumerated() {
      guard let header = header(line) else { continue }
      let hosts = header.hosts
      if let bad = hosts.first(where: { !HostNames.isAllowed($0) }) {
        throw text.fault(at: line.position, HostNames.refusal(of: bad))
      }
      guard Set(hosts).count == hosts.count else {
        throw text.fault(
          at: line.position,
          "names a host twice; a matrix between nodes needs one task on each (srun --ntasks-per-node=1)"
        )
      }
      guard hosts.count > 1 else {
        throw text.fault(at: line.position, "names one host only, and so measures no link")
      }
      var cells: [[Double]] = []
      for row in lines[(index + 1)...].prefix(hosts.count) {
        cells.append(try self.cells(row, of: hosts, number: cells.count, header.isSend, text))
      }
      guard cells.count == hosts.count else {
        throw text.fault(
          at: line.position,
          "the table has \(cells.count) rows, but names \(hosts.count) hosts: is it whole?")
      }
      tables.append((line, hosts, header.isSend, cells))
    }
    guard let first = tables.first else {
      throw text.fault("is mpiGraph output without a table headed 'Send' or 'Recv': is it whole?")
    }
    let hosts = first.hosts
    if let other = tables.first(where: { $0.hosts != hosts }) {
      throw text.fault(at: other.title.position, "the tables name different hosts")
    }
    var rates = [Double](repeating: .infinity, count: hosts.count * hosts.count)
    for table in tables {
      for (row, cells) in table.cells.enumerated() {
        for (column, megabytes) in cells.enumerated() {
          let (from, to) = table.isSend ? (row, column) : (column, row)
          rates[from * hosts.count + to] = min(rates[from * hosts.count + to], megabytes * 1e6)
        }
      }
    }
    return .matrix(
      text, kind, hosts, rates.map { BytesPerSecond($0) }, at: first.title.position)
  }

  /// The hosts of a table's header, without the rank behind each; nil for any other line.
  private static func header(_ line: TextFile.Line) -> (hosts: [String], isSend: Bool)? {
    let words = line.words.map(\.text)
    guard let first = words.first, first == "Send" || first == "Recv",
      words.dropFirst().contains(where: { $0.contains(":") })
    else { return nil }
    return (words.dropFirst().map { host($0) }, first == "Send")
  }

  private static func cells(
    _ line: TextFile.Line, of hosts: [String], number row: Int, _ isSend: Bool, _ text: TextFile
  ) throws(InputFaults) -> [Double] {
    let words = line.words
    guard words.count == hosts.count + 2, host(words[0].text) == hosts[row],
      words[1].text == (isSend ? "to" : "from")
    else {
      throw text.fault(
        at: line.position,
        "must be the row of \(hosts[row]) with \(hosts.count) rates: is the table whole?")
    }
    var cells: [Double] = []
    for (column, word) in words.dropFirst(2).enumerated() {
      guard let rate = Double(word.text), column == row || rate > 0 && rate <= 1e9 else {
        throw text.fault(
          at: word.position,
          "the rate between \(hosts[row]) and \(hosts[column]) is \(String(word.text).quoted), but "
            + "must be a number above 0")
      }
      cells.append(rate)
    }
    return cells
  }

  private static func host(_ word: Substring) -> String {
    String(word.split(separator: ":", maxSplits: 1).first ?? word)
  }
}

extension Evidence {
  /// The evidence of a matrix between hosts.
  static func matrix(
    _ text: TextFile, _ kind: SourceKind, _ hosts: [String], _ rates: [BytesPerSecond],
    at position: SourcePosition?
  ) -> Evidence {
    var evidence = Evidence(text, kind)
    evidence.matrices = [
      HostMatrix(hosts: hosts, rates: rates, file: text.file, position: position)
    ]
    evidence.nodes = [NodeFacts(hosts: hosts.map { text.fact($0, at: position) })]
    let others = hosts.indices.flatMap { row in
      hosts.indices.filter { $0 != row }.map { rates[row * hosts.count + $0] }
    }
    evidence.findings = [
      "rates between \(hosts.count) hosts, from \(others.min() ?? .zero) to \(others.max() ?? .zero)"
    ]
    return evidence
  }
}
