import InputFiles
import Quantities

/// What a series of timed collectives tells of the links that it ran over.
struct CollectiveMeasurement: Sendable {
  /// One size, with the times of all its repetitions.
  struct Row: Sendable {
    let bytes: Bytes
    let times: [Seconds]
  }

  /// How the time of a large message grows with its size: `share` · bytes / rate.
  enum Operation: Sendable, Hashable {
    /// 2(n − 1)/n of the data.
    case allReduce
    /// (n − 1)/n of the data: all-gather, reduce-scatter or all-to-all.
    case gather
    /// The data as it is: broadcast, reduce, send and receive.
    case direct

    func share(ranks: Int) -> Double {
      let others = Double(ranks - 1) / Double(ranks)
      return
        switch self
      {
      case .allReduce: 2 * others
      case .gather: others
      case .direct: 1
      }
    }
  }

  let operation: Operation
  let ranks: Int
  /// The hosts of the ranks, each once.
  let hosts: [String]
  let rows: [Row]
  let file: String
  let position: SourcePosition?

  /// What every rank sends over its slowest link while large messages move ("bus bandwidth"); nil
  /// where no message was large.
  ///
  /// The median over all repetitions of messages of at least 16 MiB and at least 1/16 of the
  /// largest: half of them may be disturbed without moving it beyond the others.
  var busRate: BytesPerSecond? {
    let largest = rows.map(\.bytes).max() ?? .zero
    let least = max(.mebibytes(16), largest / 16)
    let share = operation.share(ranks: ranks)
    let rates = rows.filter { $0.bytes >= least }.flatMap { row in
      row.times.map { (share * row.bytes / $0).value }
    }
    return rates.median.map { BytesPerSecond($0) }
  }

  /// The time of a message that carries next to nothing; nil where none was small.
  ///
  /// The median over all repetitions of messages of at most 64 KiB of what the rate leaves of their
  /// time: an outlier, or times that fall while sizes grow, do not move it beyond the others.
  var latency: Seconds? {
    let share = operation.share(ranks: ranks)
    let rate = busRate ?? .infinity
    let rests = rows.filter { $0.bytes <= .mebibytes(1.0 / 16) }.flatMap { row in
      row.times.map { ($0 - share * row.bytes / rate).orZero.value }
    }
    return rests.median.map { Seconds($0) }
  }

  /// The latency of one hop between nodes, from the small all-reduces over several of them.
  ///
  /// A double binary tree goes up and down: 2⌈log₂ nodes⌉ hops. What passes inside nodes is counted
  /// with them, so that the figure is an upper one.
  /// - Source: Sanders, Speck & Träff 2009, as NCCL reduces where latency rules.
  var hopLatency: Seconds? {
    guard operation == .allReduce, hosts.count > 1, let latency else { return nil }
    return latency / (2 * Double(hosts.count.ceilingLog2))
  }
}

extension Array where Element == Double {
  /// The middle of the sorted values, or the mean of the two in the middle.
  var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let middle = count / 2
    return count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

extension Int {
  /// The least k with 2ᵏ at least the number.
  fileprivate var ceilingLog2: Int { self <= 1 ? 0 : Int.bitWidth - (self - 1).leadingZeroBitCount }
}
