import Quantities

/// One batch to be scattered: its sequences by length, with their costs at every degree.
///
/// Sequences of one length are alike, so they form a class; classes stand longest first, and degrees
/// are known by their index among the setting's, called an option.
public struct ScatteringInstance: Sendable {
  public let setting: ScatteringSetting
  /// The lengths that occur, longest first.
  public let lengths: [Int]
  /// The sequences of each length, as indices into the batch.
  public let members: [[Int]]
  /// The sequences in all.
  public let count: Int

  /// GPUs of each option.
  let degrees: [Int]
  /// Seconds that a group of each option takes once.
  let groupTimes: [Double]
  /// Seconds and tokens by class and option, option fastest.
  private let times: [Double]
  private let tokenCounts: [Int]
  private let capacities: [Int]
  /// The class of each sequence and the first sequence of each class, by rank: longest first, of
  /// equal ones the first in the batch.
  let classOfRank: [Int]
  let firstRanks: [Int]
  /// The first option whose memory holds each class.
  let leastOption: [Int]
  /// The least seconds for each token in a group of each option.
  let leastTokenTime: [Double]
  /// The least GPU-seconds of a sequence of each class.
  let leastWork: [Double]
  /// The least GPU-seconds of the whole batch, whatever the groups.
  let batchWork: Double
  /// The seconds that some micro-batch takes, whatever the groups: those of the sequence that takes
  /// longest where it is fastest.
  let leastTime: Double

  /// - Parameter batch: the lengths of the sequences, in tokens.
  /// - Throws: the first thing wrong with the batch.
  public init(_ setting: ScatteringSetting, batch: [Int]) throws(ScatteringFault) {
    guard !batch.isEmpty else { throw .emptyBatch }
    var byLength: [Int: [Int]] = [:]
    for (sequence, length) in batch.enumerated() {
      guard length >= 1 else { throw .nonPositiveLength(sequence: sequence, length: length) }
      byLength[length, default: []].append(sequence)
    }
    let lengths = byLength.keys.sorted(by: >)
    self.setting = setting
    self.lengths = lengths
    members = lengths.map { byLength[$0] ?? [] }
    count = batch.count
    classOfRank = members.indices.flatMap { [members] index in
      repeatElement(index, count: members[index].count)
    }
    firstRanks = members.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }.dropLast()
    degrees = setting.degrees.map(\.degree)
    groupTimes = setting.degrees.map(\.groupTime.value)
    times = lengths.flatMap { length in setting.degrees.map { $0.time(length).value } }
    tokenCounts = lengths.flatMap { length in setting.degrees.map { $0.tokens(length) } }
    capacities = setting.degrees.indices.map { [tokenCounts] option in
      guard setting.memoryRule == .packed else { return .max }
      let tokens = stride(from: option, to: tokenCounts.count, by: setting.degrees.count)
      let step = tokens.reduce(0) { greatestCommonDivisor($0, tokenCounts[$1]) }
      // Where nothing is held, one step counts: shares of it stay finite, and are of nothing.
      return max(1, setting.degrees[option].degree * setting.tokensPerGPU / step) * step
    }
    leastTokenTime = setting.degrees.indices.map { [times, tokenCounts] option in
      stride(from: option, to: times.count, by: setting.degrees.count).reduce(.infinity) {
        min($0, times[$1] / Double(tokenCounts[$1]))
      }
    }
    (leastOption, leastWork, leastTime) = try Self.least(setting, lengths, members, times)
    batchWork = zip(leastWork, members).reduce(0) { $0 + $1.0 * Double($1.1.count) }
  }

  /// The first option that holds each class, the least work there or beyond, and the seconds of the
  /// sequence that takes longest where it is fastest.
  private static func least(
    _ setting: ScatteringSetting, _ lengths: [Int], _ members: [[Int]], _ times: [Double]
  ) throws(ScatteringFault) -> ([Int], [Double], Double) {
    let options = setting.degrees.count
    var leastOption: [Int] = []
    var leastWork: [Double] = []
    var leastTime = 0.0
    for (index, length) in lengths.enumerated() {
      let row = times[index * options..<(index + 1) * options]
      let shorter = times.dropFirst((index + 1) * options).prefix(options)
      for (option, time) in row.enumerated() {
        let isOrdered = shorter.isEmpty || shorter[shorter.startIndex + option] <= time
        guard time.isFinite, time >= 0, isOrdered else {
          throw .unorderedTimes(degree: setting.degrees[option].degree, length: length)
        }
      }
      guard let first = setting.degrees.firstIndex(where: { setting.holds(length, $0) }) else {
        let largest = (setting.degrees.last?.degree ?? 0) * setting.tokensPerGPU
        throw .oversize(
          sequence: members[index][0], length: length, largest: largest,
          needs: setting.degreeNeeded(length))
      }
      leastOption.append(first)
      var work = Double.infinity
      var alone = Double.infinity
      for (cost, time) in zip(setting.degrees, row).dropFirst(first) {
        work = min(work, time * Double(cost.degree))
        if setting.holds(length, cost) { alone = min(alone, cost.groupTime.value + time) }
      }
      leastWork.append(work)
      leastTime = max(leastTime, alone)
    }
    return (leastOption, leastWork, leastTime)
  }
}

extension ScatteringInstance {
  var options: Int { degrees.count }
  var gpus: Int { setting.gpus }
  var stages: Int { setting.stages }
  var microBatchTime: Double { setting.microBatchTime.value }

  /// Seconds that a sequence of the class adds to a group of the option.
  @inline(__always)
  func time(_ index: Int, _ option: Int) -> Double { times[index * degrees.count + option] }

  /// Seconds that a group of the option takes with one sequence of the class alone.
  @inline(__always)
  func aloneTime(_ index: Int, _ option: Int) -> Double {
    groupTimes[option] + time(index, option)
  }

  /// GPU-seconds of a sequence of the class in a group of the option.
  @inline(__always)
  func work(_ index: Int, _ option: Int) -> Double {
    Double(degrees[option]) * time(index, option)
  }

  @inline(__always)
  func tokens(_ index: Int, _ option: Int) -> Int { tokenCounts[index * degrees.count + option] }

  /// Whether a group of the option can hold a sequence of the class at all.
  @inline(__always)
  func isHeld(_ index: Int, _ option: Int) -> Bool {
    tokens(index, option) <= degrees[option] * setting.tokensPerGPU
  }

  /// The tokens that a group of the option may hold in one micro-batch, as far as sums of the batch's
  /// lengths can fill it; no limit is `Int.max`.
  @inline(__always)
  func capacity(_ option: Int) -> Int { capacities[option] }

  /// The fewest micro-batches whose memory holds the batch.
  var leastMicroBatches: Int {
    guard setting.memoryRule == .packed else { return 1 }
    var tokens = 0
    for index in lengths.indices {
      let held = (leastOption[index]..<options).filter { isHeld(index, $0) }
      let least = held.map { self.tokens(index, $0) }.min() ?? 0
      tokens += least * members[index].count
    }
    let room = gpus * setting.tokensPerGPU
    return max(1, (tokens + room - 1) / room)
  }
}

func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
  var (one, other) = (one, other)
  while other != 0 { (one, other) = (other, one % other) }
  return one
}
