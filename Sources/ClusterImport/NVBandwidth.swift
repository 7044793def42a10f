import InputFiles
import Quantities

/// The output of nvbandwidth: a matrix of rates between the accelerators of a node.
///
/// `memcpy CE GPU(row) <- GPU(column) bandwidth (GB/s)`, a line of column numbers, and a row for
/// each accelerator; the cell from one to itself is 0 or `N/A`. The first such matrix is read, also
/// inside another text.
enum NVBandwidth: Importer {
  static let kind = SourceKind.nvbandwidth

  static func recognises(_ head: FileHead) -> Bool { head.has(isTitle) }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let lines = text.lines
    guard let title = lines.firstIndex(where: { isTitle($0.text) }) else {
      throw text.fault("has no matrix of the rates between accelerators")
    }
    let header = title + 1 < lines.count ? lines[title + 1].words.map(\.text) : []
    let count = header.count
    guard count > 1, header.enumerated().allSatisfy({ Int($1) == $0 }) else {
      throw text.fault(
        at: lines[title].position, "the matrix needs a line with the numbers of its columns")
    }
    var rates: [[Double]] = []
    for row in 0..<count {
      let index = title + 2 + row
      let words = index < lines.count ? lines[index].words.map(\.text) : []
      guard words.count == count + 1, Int(words[0]) == row else {
        throw text.fault(
          at: index < lines.count ? lines[index].position : nil,
          "the matrix has no row of accelerator \(row) with \(count) rates: is it whole?")
      }
      let numbers = words.dropFirst().enumerated().map { column, word in
        column == row ? 0 : Double(word) ?? -1
      }
      if let bad = numbers.indices.first(where: {
        $0 != row && !(numbers[$0] > 0 && numbers[$0] < 1e6)
      }) {
        throw text.fault(
          at: lines[index].position,
          "the rate from \(row) to \(bad) is \(String(words[bad + 1]).quoted), but must be a number above 0"
        )
      }
      rates.append(numbers)
    }
    return evidence(text, lines, title, rates)
  }

  private static func evidence(
    _ text: TextFile, _ lines: [TextFile.Line], _ title: Int, _ rates: [[Double]]
  ) -> Evidence {
    var evidence = Evidence(text, kind)
    let place = lines[title].position
    var facts = NodeFacts()
    facts.acceleratorsPerNode = text.fact(rates.count, at: place)
    let models = Set(
      lines.filter { $0.text.hasPrefix("Device ") }.map { line in
        let name = line.text.split(separator: ":", maxSplits: 1).last ?? ""
        return AcceleratorNames.recognise(name.prefix { $0 != "(" })
      })
    if models.count == 1, let model = models.first ?? nil {
      facts.accelerator = text.fact(model, at: place)
    }
    let pairs = rates.indices.flatMap { row in
      rates.indices.filter { $0 != row }.map { (rate: rates[row][$0], row: row, column: $0) }
    }
    let median = pairs.map(\.rate).median ?? 0
    facts.pairRate = text.fact(.gigabytes(median), at: place)
    evidence.nodes = [facts]
    evidence.findings = [
      "\(rates.count.counted("accelerator")) a node",
      "copies between two reach \(median.spelled) GB/s",
    ]
    if let slowest = pairs.min(by: { $0.rate < $1.rate }), slowest.rate < 0.8 * median {
      evidence.warn(
        at: place,
        "accelerators \(slowest.row) and \(slowest.column) copy at \(slowest.rate.spelled) GB/s, "
          + "\((1 - slowest.rate / median).percent) below the median of all pairs: a bad link, or a "
          + "mesh of unlike pairs")
    }
    return evidence
  }

  /// Whether a line announces a matrix between accelerators of one node.
  private static func isTitle(_ line: Substring) -> Bool {
    line.hasPrefix("memcpy") && line.contains("GPU(row)") && line.contains("GPU(column)")
      && line.contains("bandwidth (GB/s)") && !line.contains("<->")
  }
}
