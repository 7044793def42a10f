import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("Paths bound the step time from below")
struct PathRowsTests {
  @Test(
    "A critical path equals the simulation where it was found, and is at most that anywhere else",
    arguments: ScheduleFamily.allCases)
  func criticalPaths(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 11)
    for _ in 0..<1000 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      let here = PipelineTimes.uneven(simulator.shape, using: &random)
      let path = simulator.criticalPath(here)
      let step = simulator.simulate(here)
      #expect(abs(path.value(here) - step) <= 1e-12 * step)
      for _ in 0..<10 {
        let elsewhere = PipelineTimes.uneven(simulator.shape, using: &random)
        #expect(path.value(elsewhere) <= simulator.simulate(elsewhere) * (1 + 1e-12))
      }
    }
  }

  @Test("A path reads as its algebra")
  func algebra() {
    let row = PathRow(forwardPasses: [1, 4, 0], backwardPasses: [1, 3, 0], hops: 2, lastRank: 0)
    #expect(row.description == "f0 + 4 f1 + b0 + 3 b1 + 2 hop + tail0")
  }

  @Test("Probing 2 stages of 1F1B finds the paths that matter")
  func probing() throws {
    let shape = try PipelineShape(.oneForwardOneBackward, stages: 2, microBatches: 4)
    let rows = PathRows(probing: shape)
    #expect(
      rows.rows.map(\.description) == [
        "f0 + 4 f1 + b0 + 4 b1 + 2 hop + tail0",
        "3 f0 + 2 f1 + 3 b0 + 2 b1 + 4 hop + tail0",
        "3 f0 + f1 + 4 b0 + b1 + 2 hop + tail0",
        "2 f0 + 3 f1 + 2 b0 + 3 b1 + 4 hop + tail0",
        "2 f0 + 3 f1 + b0 + 3 b1 + 3 hop + tail1",
        "f0 + 4 f1 + 4 b1 + hop + tail1",
      ])
  }

  @Test("A path that the set has already is not added again")
  func duplicates() throws {
    var rows = PathRows(of: try PipelineShape(.gpipe, stages: 1, microBatches: 2))
    let row = PathRow(forwardPasses: [2], backwardPasses: [2], hops: 0, lastRank: 0)
    #expect(rows.lowerBound(forward: [1], backward: [1], hop: 0, tail: [0]) == 0)
    let (first, second) = (rows.insert(row), rows.insert(row))
    #expect(first && !second)
    #expect(rows.rows == [row])
    #expect(rows.lowerBound(forward: [1], backward: [2], hop: 0, tail: [5]) == 11)
  }

  @Test(
    "The rows of a shape are at most the simulation in 10,000 uneven cases",
    arguments: ScheduleFamily.allCases)
  func validity(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 12)
    var gap = GapStatistics()
    for _ in 0..<200 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      let rows = PathRows(probing: simulator.graph)
      #expect(Set(rows.rows).count == rows.rows.count)
      for _ in 0..<50 {
        let times = PipelineTimes.uneven(simulator.shape, using: &random)
        gap.record(bound: rows.lowerBound(times), step: simulator.simulate(times))
      }
    }
    #expect(gap.cases == 10_000)
    #expect(gap.violations == 0)
  }

  @Test("Probed rows lie within 0.5 % of the simulation for chunks within 3 % of each other")
  func tightness() throws {
    var random = SplitMix(seed: 15)
    for schedule in [Schedule.gpipe, .oneForwardOneBackward, .interleaved(virtualStages: 2)] {
      var gap = GapStatistics()
      for stages in [2, 4, 8, 16] {
        for groups in [1, 2, 4] {
          let simulator = PipelineSimulator(
            try PipelineShape(schedule, stages: stages, microBatches: groups * stages))
          let rows = PathRows(probing: simulator.graph)
          for _ in 0..<20 {
            var times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2, hop: 0.03)
            for chunk in times.forward.indices {
              times.forward[chunk] = .random(in: 0.97...1.03, using: &random)
              times.backward[chunk] = 2 * times.forward[chunk]
            }
            gap.record(bound: rows.lowerBound(times), step: simulator.simulate(times))
          }
        }
      }
      #expect(gap.mean < 0.005, "\(schedule): \(gap)")
    }
  }

  @Test("A critical path added on demand closes the gap at its times")
  func cuts() throws {
    var random = SplitMix(seed: 13)
    for family in ScheduleFamily.allCases {
      for _ in 0..<50 {
        let simulator = PipelineSimulator(try family.randomShape(using: &random))
        var rows = PathRows(probing: simulator.graph)
        let times = PipelineTimes.uneven(simulator.shape, using: &random)
        rows.insert(simulator.criticalPath(times))
        let step = simulator.simulate(times)
        #expect(abs(rows.lowerBound(times) - step) <= 1e-12 * step)
      }
    }
  }
}

@Suite("The nested rows of 1F1B bound the step time from below")
struct OneForwardOneBackwardRowsTests {
  @Test("Three stages with 7 micro-batches have the local rows of the docstring")
  func localRows() {
    let rows = OneForwardOneBackwardRows(stages: 3, microBatches: 7)
    // Stage 0, d = 3: base 7·3, start 20 + 4·1 + 6·2, end 20 + 6·1 + 4·2,
    // two trips 40 + 3·3, three trips 60.
    #expect(rows.stages[0].local(forward: 1, backward: 2, roundTrip: 20) == 60)
    #expect(rows.stages[0].local(forward: 1, backward: 2, roundTrip: 9) == 27)
    #expect(rows.stages[0].local(forward: 1, backward: 2, roundTrip: 3) == 21)
    // Stage 2, d = 1: the round trip is the stage itself, and every row is m·t.
    #expect(rows.stages[2].local(forward: 1, backward: 2, roundTrip: 3) == 21)
  }

  @Test("With fewer micro-batches than stages below, only one round trip counts")
  func shortStep() {
    let rows = OneForwardOneBackwardRows(stages: 8, microBatches: 3)
    // start: RT + 0·f + 2·b; end: RT + 2·f + 0·b.
    #expect(rows.stages[0].local(forward: 1, backward: 2, roundTrip: 30) == 34)
    #expect(rows.stages[0].local(forward: 2, backward: 1, roundTrip: 30) == 34)
  }

  @Test("Equal stages without hops are bounded exactly, (m + p − 1)·(f + b)")
  func equalStages() {
    let rows = OneForwardOneBackwardRows(stages: 8, microBatches: 32)
    let bound = rows.lowerBound(
      forward: Array(repeating: 1, count: 8), backward: Array(repeating: 2, count: 8), hop: 0,
      tail: Array(repeating: 0, count: 8))
    #expect(bound == 117)
  }

  @Test("They are at most the simulation in 10,000 uneven cases, with hops and tails")
  func validity() throws {
    var random = SplitMix(seed: 14)
    var (gap, gapWithoutWindows) = (GapStatistics(), GapStatistics())
    for _ in 0..<10_000 {
      let shape = try ScheduleFamily.oneForwardOneBackward.randomShape(using: &random)
      let rows = OneForwardOneBackwardRows(stages: shape.stages, microBatches: shape.microBatches)
      let times = PipelineTimes.uneven(shape, using: &random)
      let step = PipelineSimulator(shape).simulate(times)
      gap.record(bound: rows.lowerBound(times, windows: true), step: step)
      gapWithoutWindows.record(bound: rows.lowerBound(times, windows: false), step: step)
    }
    #expect(gap.violations == 0)
    #expect(gapWithoutWindows.violations == 0)
    #expect(gap.mean <= gapWithoutWindows.mean)
  }
}

/// How far bounds lie below the step times that they bound, relative to these.
struct GapStatistics: CustomStringConvertible {
  private(set) var cases = 0
  private(set) var violations = 0
  private(set) var greatest = 0.0
  private var sum = 0.0

  var mean: Double { sum / Double(cases) }

  mutating func record(bound: Double, step: Double) {
    cases += 1
    if bound > step * (1 + 1e-12) { violations += 1 }
    let gap = step > 0 ? 1 - bound / step : 0
    sum += gap
    greatest = max(greatest, gap)
  }

  var description: String {
    "\(cases) cases, \(violations) violations, mean gap \(mean), greatest \(greatest)"
  }
}

extension PathRows {
  func lowerBound(_ times: PipelineTimes) -> Double {
    guard !shape.schedule.dividesBackward else { return lowerBound(times.divided) }
    return lowerBound(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail)
  }
}

extension OneForwardOneBackwardRows {
  fileprivate func lowerBound(_ times: PipelineTimes, windows: Bool) -> Double {
    lowerBound(
      forward: times.forward, backward: times.backward, hop: times.hop, tail: times.tail,
      windows: windows)
  }
}
