import ParallelismVocabulary
import Testing

@testable import CostModel

@Suite("A closed form bounds the step time of every split of given totals")
struct ClosedFormBoundTests {
  @Test("It is exact for equal stages of GPipe and of 1F1B with m ≥ p + 1")
  func exactness() throws {
    let totals = SplitTotals(forward: 8, backward: 16)
    for schedule in [Schedule.gpipe, .oneForwardOneBackward] {
      let shape = try PipelineShape(schedule, stages: 8, microBatches: 32)
      #expect(shape.closedFormBound(totals) == 117)
    }
  }

  @Test("Hops count where every split has them")
  func hops() throws {
    let totals = SplitTotals(forward: 2, backward: 4, hop: 0.5, tail: 0.25)
    func bound(_ schedule: Schedule, _ stages: Int, _ microBatches: Int) throws -> Double {
      try PipelineShape(schedule, stages: stages, microBatches: microBatches)
        .closedFormBound(totals)
    }
    // GPipe: 5/2·6 + 2·0.5 + 0.25.
    #expect(try bound(.gpipe, 2, 4) == 16.25)
    // 1F1B, m = p + 1: all weight on the first stage, 4/2·6 + 4·0.5 + 0.25.
    #expect(try bound(.oneForwardOneBackward, 2, 3) == 14.25)
    // 1F1B, m ≤ p: 6 + 1/2·4 + 2·0.5 + 0.25.
    #expect(try bound(.oneForwardOneBackward, 2, 2) == 9.25)
    // Interleaved over 2 ranks, m = 4: 4/2·6 + 0.5 + 0.25.
    #expect(try bound(.interleaved(virtualStages: 2), 2, 4) == 12.75)
  }

  @Test(
    "It is at most the simulation in 10,000 random splits, with hops and tails",
    arguments: ScheduleFamily.allCases)
  func randomSplits(family: ScheduleFamily) throws {
    var random = SeededRandom(21)
    var gap = GapStatistics()
    for _ in 0..<10_000 {
      let shape = try family.randomShape(using: &random)
      let times = PipelineTimes.uneven(shape, using: &random)
      gap.record(
        bound: shape.closedFormBound(times.totals), step: PipelineSimulator(shape).simulate(times))
    }
    #expect(gap.violations == 0)
    print("closed form", family, gap)
  }

  @Test(
    "It is at most the simulation of splits that were improved to break it",
    arguments: ScheduleFamily.allCases)
  func adversarialSplits(family: ScheduleFamily) throws {
    var random = SeededRandom(22)
    var gap = GapStatistics()
    for _ in 0..<300 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      var best = PipelineTimes.uneven(simulator.shape, using: &random)
      best.tail = Array(repeating: 0, count: simulator.shape.stages)
      var ratio = Double.infinity
      for round in 0..<400 {
        var next = best
        let largest = 0.3 / (1 + Double(round) / 40)
        next.moveWork(share: .random(in: 0...largest, using: &random), using: &random)
        let step = simulator.simulate(next)
        let bound = simulator.shape.closedFormBound(next.totals)
        gap.record(bound: bound, step: step)
        if step / bound < ratio { (best, ratio) = (next, step / bound) }
      }
    }
    #expect(gap.violations == 0)
    print("closed form, adversarial", family, gap)
  }
}

extension PipelineTimes {
  fileprivate var totals: SplitTotals {
    SplitTotals(
      forward: forward.reduce(0, +), backward: backward.reduce(0, +), hop: hop,
      tail: tail.min() ?? 0, chunkForward: forward.min() ?? 0, chunkBackward: backward.min() ?? 0)
  }

  /// Moves a share of one chunk's forward or backward time to another chunk.
  fileprivate mutating func moveWork(share: Double, using random: inout SeededRandom) {
    let from = Int.random(in: 0..<forward.count, using: &random)
    let to = Int.random(in: 0..<forward.count, using: &random)
    let kind = Int.random(in: 0..<3, using: &random)
    if kind != 1 {
      let amount = share * forward[from]
      forward[from] -= amount
      forward[to] += amount
    }
    if kind != 0 {
      let amount = share * backward[from]
      backward[from] -= amount
      backward[to] += amount
    }
  }
}
