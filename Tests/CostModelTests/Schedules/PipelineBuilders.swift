import ParallelismVocabulary
import SeededRandom

@testable import CostModel

/// The times of one pipeline step in seconds, as every entry point of the schedules takes them.
struct PipelineTimes {
  var forward: [Double]
  var backward: [Double]
  /// The part of each backward pass that its weight gradient takes.
  var weightShare: [Double]
  var hop: Double = 0
  var tail: [Double]
  /// The share hidden of the shorter pass of an overlapped pair.
  var hiddenShare: Double = 0

  var divided: DividedTimes {
    DividedTimes(
      forward: forward, inputGradient: zip(backward, weightShare).map { $0 - $0 * $1 },
      weightGradient: zip(backward, weightShare).map(*), hop: hop, tail: tail,
      hiddenShare: hiddenShare)
  }

  /// Equal chunks without tails.
  static func equal(
    _ shape: PipelineShape, forward: Double, backward: Double, hop: Double = 0
  ) -> PipelineTimes {
    PipelineTimes(
      forward: Array(repeating: forward, count: shape.chunks),
      backward: Array(repeating: backward, count: shape.chunks),
      weightShare: Array(repeating: 0.5, count: shape.chunks), hop: hop,
      tail: Array(repeating: 0, count: shape.stages))
  }

  /// Uneven chunks of a random kind: mild, wild, or with idle chunks; with and without hops, tails.
  static func uneven(
    _ shape: PipelineShape, using random: inout SplitMix
  ) -> PipelineTimes {
    let least = [0.9, 0.5, 0, 0][Int.random(in: 0..<4, using: &random)]
    let emptyShare = Int.random(in: 0..<4, using: &random) == 0 ? 0.3 : 0
    let ratio = Double.random(in: 0.5...3, using: &random)
    let hop = [0, 0, 0.03, 0.2, 1, 5][Int.random(in: 0..<6, using: &random)]
    let longestTail = [0, 0, 0.5, 3, 20][Int.random(in: 0..<5, using: &random)]
    var times = PipelineTimes.equal(shape, forward: 0, backward: 0, hop: hop)
    for chunk in 0..<shape.chunks where Double.random(in: 0..<1, using: &random) >= emptyShare {
      times.forward[chunk] = .random(in: least...1.5, using: &random)
      times.backward[chunk] =
        ratio * times.forward[chunk] * .random(in: 0.8...1.2, using: &random)
    }
    if shape.schedule.dividesBackward {
      for chunk in 0..<shape.chunks {
        times.weightShare[chunk] = .random(in: 0.2...0.7, using: &random)
      }
      times.hiddenShare = [0, 0, 0.3, 1][Int.random(in: 0..<4, using: &random)]
    }
    for rank in 0..<shape.stages { times.tail[rank] = .random(in: 0...longestTail, using: &random) }
    return times
  }

  func scaled(by factor: Double) -> PipelineTimes {
    var times = self
    times.forward = forward.map { $0 * factor }
    times.backward = backward.map { $0 * factor }
    times.hop = hop * factor
    times.tail = tail.map { $0 * factor }
    return times
  }
}

extension PipelineSimulator {
  func simulate(_ times: PipelineTimes) -> Double {
    guard !shape.schedule.dividesBackward else { return simulate(times.divided) }
    return simulate(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail)
  }

  func criticalPath(_ times: PipelineTimes) -> PathRow {
    guard !shape.schedule.dividesBackward else { return criticalPath(times.divided) }
    return criticalPath(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail)
  }

  func timeline(_ times: PipelineTimes) -> PipelineTimeline {
    guard !shape.schedule.dividesBackward else { return timeline(times.divided) }
    return timeline(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail)
  }
}

extension PathRow {
  func value(_ times: PipelineTimes) -> Double {
    guard divided == nil else { return value(times.divided) }
    return value(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail)
  }
}

/// The schedules, for tests that hold for each.
enum ScheduleFamily: String, CaseIterable {
  case gpipe, oneForwardOneBackward, interleaved, interleavedAlternating
  case zeroBubbleH1, zeroBubbleH2, zeroBubbleV, dualPipe, dualPipeV

  static let undivided: [ScheduleFamily] = [
    .gpipe, .oneForwardOneBackward, .interleaved, .interleavedAlternating,
  ]
  static let divided: [ScheduleFamily] = [
    .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe, .dualPipeV,
  ]

  /// A shape of the family with at most so many stages, an even number, of at most 8 micro-batches
  /// each.
  func randomShape(
    stages most: Int = 16, using random: inout SplitMix
  ) throws -> PipelineShape {
    func shape(_ schedule: Schedule) throws -> PipelineShape {
      let stages = Int.random(in: 1...most, using: &random)
      return try PipelineShape(
        schedule, stages: stages, microBatches: .random(in: 1...(8 * stages), using: &random))
    }
    switch self {
    case .gpipe: return try shape(.gpipe)
    case .oneForwardOneBackward: return try shape(.oneForwardOneBackward)
    case .interleaved, .interleavedAlternating:
      let stages = Int.random(in: 2...most, using: &random)
      return try PipelineShape(
        .interleaved(virtualStages: .random(in: 2...4, using: &random)), stages: stages,
        microBatches: stages * .random(in: 1...8, using: &random),
        singleGroupOrder: self == .interleaved ? .allForwardFirst : .alternating)
    case .zeroBubbleH1: return try shape(.zeroBubbleH1)
    case .zeroBubbleH2: return try shape(.zeroBubbleH2)
    case .zeroBubbleV: return try shape(.zeroBubbleV)
    case .dualPipe:
      let stages = 2 * Int.random(in: 1...(most / 2), using: &random)
      return try PipelineShape(
        .dualPipe, stages: stages,
        microBatches: 2 * .random(in: stages...(4 * stages), using: &random))
    case .dualPipeV:
      let stages = Int.random(in: 1...most, using: &random)
      return try PipelineShape(
        .dualPipeV, stages: stages,
        microBatches: .random(in: (2 * stages)...(8 * stages), using: &random))
    }
  }
}

extension PipelineTimeline {
  /// One line a chunk, one character a second: digits are forward passes of the micro-batch of that
  /// number, letters are backward passes (a for micro-batch 0) or input gradients, capital letters
  /// are weight gradients, dots are idle time.
  func drawing(chunks: Int) -> String {
    let width = Int(ranks.joined().map(\.end.value).max() ?? 0)
    var lines = Array(repeating: Array(repeating: ".", count: width), count: chunks)
    for entry in ranks.joined() {
      let microBatch = entry.operation.microBatch
      let first: UInt8 = entry.operation.kind == .weightGradient ? 65 : 97
      let letter = String(UnicodeScalar(first + UInt8(microBatch)))
      for second in Int(entry.start.value)..<Int(entry.end.value) {
        lines[entry.operation.chunk][second] =
          entry.operation.kind.isForward ? String(microBatch) : letter
      }
    }
    return lines.map { $0.joined() }.joined(separator: "\n")
  }
}
