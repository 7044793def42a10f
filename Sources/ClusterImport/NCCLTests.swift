import InputFiles
import Quantities

/// The output of nccl-tests (`all_reduce_perf` and its like) and rccl-tests.
///
/// Comments name the ranks with their hosts and devices; a row has the size in bytes and, twice
/// (out of place and in place), the time in microseconds, two bandwidths and the count of errors.
enum NCCLTests: Importer {
  static let kind = SourceKind.ncclTests

  static func recognises(_ head: FileHead) -> Bool {
    head.has { $0.hasPrefix("#") && $0.contains("algbw") && $0.contains("busbw") }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    var ranks: [Rank] = []
    var rows: [CollectiveMeasurement.Row] = []
    var factors: [Double] = []
    var first: SourcePosition?
    let log = FaultLog(file: text.file)
    for line in text.lines {
      let words = line.words
      guard let start = words.first?.text else { continue }
      if start == "#" {
        if let rank = try rank(line, words.map(\.text), text) { ranks.append(rank) }
      } else if let size = Int(start), size >= 0 {
        first = first ?? line.position
        guard let row = row(Double(size), words.map(\.text)) else {
          log.error(
            at: line.position,
            "the row of \(size) bytes has no two times with their bandwidths: is it whole?")
          continue
        }
        if size > 0 { rows.append(row.row) }
        factors += row.factors
      }
    }
    try log.throwIfFaulty()
    guard !rows.isEmpty else { throw text.fault("is nccl-tests output without a row of times") }
    guard ranks.count > 1 else {
      throw text.fault(
        "is nccl-tests output that names \(ranks.isEmpty ? "no rank" : "one rank only"), so that it "
          + "measures no link")
    }
    return evidence(text, ranks, rows, factors, at: first)
  }

  private static func evidence(
    _ text: TextFile, _ ranks: [Rank], _ rows: [CollectiveMeasurement.Row], _ factors: [Double],
    at place: SourcePosition?
  ) -> Evidence {
    var evidence = Evidence(text, kind)
    var hosts: [Fact<String>] = []
    var devices: [String: Int] = [:]
    for rank in ranks {
      if devices[rank.host.value] == nil { hosts.append(rank.host) }
      devices[rank.host.value, default: 0] += 1
    }
    for host in hosts {
      var facts = NodeFacts(hosts: [host])
      facts.acceleratorsPerNode = host.map { devices[$0] ?? 0 }
      facts.isPartial = true
      let models = Set(
        ranks.filter { $0.host.value == host.value }.map { AcceleratorNames.recognise($0.model) })
      if models.count == 1, let model = models.first ?? nil {
        facts.accelerator = host.map { _ in model }
      } else {
        evidence.warn(
          at: host.position,
          "\(ranks[0].model.onOneLine.quoted) is no accelerator of the catalogue, or more than one")
      }
      evidence.nodes.append(facts)
    }
    let measurement = CollectiveMeasurement(
      operation: operation(factors, ranks: ranks.count), ranks: ranks.count,
      hosts: hosts.map(\.value), rows: rows, file: text.file, position: place)
    evidence.collective = measurement
    evidence.findings.append(
      "\(ranks.count) ranks on \(hosts.count.counted("host"))")
    if let latency = measurement.latency {
      evidence.findings.append("small messages take \(latency)")
    }
    if let rate = measurement.busRate {
      evidence.findings.append("large ones reach \(rate) on the bus")
    }
    if measurement.operation != .allReduce {
      evidence.warn(
        at: place, "is no all-reduce; the latency of a hop is read from all_reduce_perf only")
    }
    return evidence
  }

  // MARK: Lines

  private struct Rank {
    let host: Fact<String>
    let model: String
  }

  /// `Rank 0 Group 0 Pid 1 on host device 0 [0x1b] NVIDIA H100 80GB HBM3`.
  private static func rank(
    _ line: TextFile.Line, _ words: [Substring], _ text: TextFile
  ) throws(InputFaults) -> Rank? {
    guard words.count > 2, words[1] == "Rank", let on = words.firstIndex(of: "on"),
      let device = words[on...].firstIndex(of: "device"), device == on + 2
    else { return nil }
    let host = words[on + 1]
    guard HostNames.isAllowed(host) else {
      throw text.fault(at: line.position, HostNames.refusal(of: host))
    }
    let model = words[device...].drop { !$0.hasSuffix("]") }.dropFirst().joined(separator: " ")
    return Rank(host: text.fact(String(host), at: line.position), model: model)
  }

  /// The times of a row, and what the bandwidth of the bus is to that of the algorithm.
  private static func row(
    _ size: Double, _ words: [Substring]
  ) -> (row: CollectiveMeasurement.Row, factors: [Double])? {
    guard words.count >= 11 else { return nil }
    let numbers = words.suffix(8).map { Double($0) }
    guard let first = numbers[0], let second = numbers[4], first > 0, second > 0,
      first.isFinite, second.isFinite
    else { return nil }
    let factors = [0, 4].compactMap { start -> Double? in
      guard let algorithm = numbers[start + 1], let bus = numbers[start + 2], algorithm > 1 else {
        return nil
      }
      return bus / algorithm
    }
    let times = [Seconds.microseconds(first), .microseconds(second)]
    return (CollectiveMeasurement.Row(bytes: Bytes(size), times: times), factors)
  }

  /// Which collective has the factor between its two bandwidths; the output does not name it.
  private static func operation(
    _ factors: [Double], ranks: Int
  ) -> CollectiveMeasurement.Operation {
    guard let factor = factors.median else { return .allReduce }
    let all: [CollectiveMeasurement.Operation] = [.allReduce, .gather, .direct]
    let distances = all.map { abs($0.share(ranks: ranks) - factor) }
    return zip(all, distances).min { $0.1 < $1.1 }?.0 ?? .allReduce
  }
}
