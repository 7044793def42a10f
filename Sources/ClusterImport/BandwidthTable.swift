import InputFiles
import Quantities

/// A CSV matrix of measured rates between hosts, whatever measured it.
///
/// A header of host names, rows of senders, columns of receivers, in 10⁹ bytes a second.
enum BandwidthTable: Importer {
  static let kind = SourceKind.bandwidthMatrix

  static func recognises(_ head: FileHead) -> Bool {
    let lines = head.lines.lazy.map(\.text).filter { !$0.isEmpty && !$0.hasPrefix("#") }
    let rows = Array(lines.prefix(2)).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != "\"" } }
    }
    guard rows.count == 2, rows[0].count > 1, let last = rows[1].last else { return false }
    let names = rows[0].dropFirst().map { $0.drop { $0 == " " } }
    return names.allSatisfy { HostNames.isAllowed($0) && Double($0) == nil }
      && Double(last.filter { $0 != " " }) != nil
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let cells = CSVMatrix.Cells(.above(0, atMost: 1e6), ignoresDiagonal: true)
    let matrix = try CSVMatrix.parse(text.bytes, file: text.file, shape: .square, cells: cells)
    let place = SourcePosition(line: 1, column: 1)
    if let bad = matrix.columnNames.first(where: { !HostNames.isAllowed($0) }) {
      throw text.fault(at: place, HostNames.refusal(of: bad))
    }
    var evidence = Evidence.matrix(
      text, kind, matrix.columnNames, matrix.matrix.values.map { .gigabytes($0) }, at: place)
    evidence.warn(at: place, "has no unit; its rates are taken as GB/s")
    return evidence
  }
}
