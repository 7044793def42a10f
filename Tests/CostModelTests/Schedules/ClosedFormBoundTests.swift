import ParallelismVocabulary
import SeededRandom
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
    // 1F1B, m = p: ρ = 1/3, 6 + max(1/2·4, 1/3·6) + 2·0.5 + 0.25.
    #expect(try bound(.oneForwardOneBackward, 2, 2) == 9.25)
    // 1F1B, m < p: ρ = 2/6, 6 + max(2/4·4, 1/3·(6 + 2·0.5)) + 6·0.5 + 0.25.
    #expect(try abs(bound(.oneForwardOneBackward, 4, 3) - (6 + 7 / 3 + 3.25)) < 1e-12)
    // 1F1B with slow hops: 1 + ⌊8/2⌋ round trips of 6 + 2·0.5.
    #expect(try bound(.oneForwardOneBackward, 2, 9) == 35.25)
    // Interleaved over 2 ranks, m = 4: 4/2·6 + 0.5 + 0.25.
    #expect(try bound(.interleaved(virtualStages: 2), 2, 4) == 12.75)
  }

  @Test(
    "It is at most the simulation in 10,000 random splits, with hops and tails",
    arguments: ScheduleFamily.allCases)
  func randomSplits(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 21)
    var gap = GapStatistics()
    for _ in 0..<10_000 {
      let shape = try family.randomShape(using: &random)
      let times = PipelineTimes.uneven(shape, using: &random)
      gap.record(
        bound: shape.closedFormBound(times.totals), step: PipelineSimulator(shape).simulate(times))
    }
    #expect(gap.violations == 0)
  }

  @Test(
    "It is at most the simulation of splits that were improved to break it",
    arguments: ScheduleFamily.allCases)
  func adversarialSplits(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 22)
    var gap = GapStatistics()
    for _ in 0..<100 {
      let simulator = PipelineSimulator(try family.randomShape(stages: 8, using: &random))
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
  }
}

@Suite("A mixture of paths bounds the step time of every split of given totals")
struct PathMixtureTests {
  @Test(
    "Two paths of 2 stages with 3 micro-batches cover every stage twice, as the closed form does")
  func coverage() throws {
    let rows = [
      PathRow(forwardPasses: [2, 2], backwardPasses: [2, 2], hops: 4, lastRank: 0),
      PathRow(forwardPasses: [1, 3], backwardPasses: [1, 3], hops: 2, lastRank: 0),
    ]
    let closedForm = try #require(PathMixture(rows, weights: [1, 0]))
    #expect((closedForm.forwardCoverage, closedForm.backwardCoverage) == (2, 2))
    #expect(closedForm.bound(SplitTotals(forward: 1, backward: 2, hop: 0.5, tail: 1)) == 9)
    let mean = try #require(PathMixture(rows, weights: [3, 3]))
    #expect((mean.forwardCoverage, mean.forwardSurplus, mean.hops) == (1.5, 1, 3))
    let totals = SplitTotals(forward: 2, backward: 4, chunkForward: 1, chunkBackward: 2)
    #expect(mean.bound(totals) == 1.5 * 6 + 3)
    #expect(PathMixture(rows, weights: [0, -1e-17]) == nil)
    #expect(PathMixture([], weights: []) == nil)
  }

  @Test(
    "Any weights are at most the simulation in 10,000 splits",
    arguments: ScheduleFamily.undivided)
  func validity(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 23)
    var gap = GapStatistics()
    for _ in 0..<200 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      let rows = PathRows(probing: simulator.graph, operationBudget: 0).rows
      for _ in 0..<50 {
        let weights = rows.map { _ in Double.random(in: 0.01...1, using: &random) }
        let mixture = try #require(PathMixture(rows, weights: weights))
        let times = PipelineTimes.uneven(simulator.shape, using: &random)
        gap.record(bound: mixture.bound(times.totals), step: simulator.simulate(times))
      }
    }
    #expect(gap.violations == 0)
  }
}

extension PipelineTimes {
  fileprivate var totals: SplitTotals {
    SplitTotals(
      forward: forward.reduce(0, +), backward: backward.reduce(0, +), hop: hop,
      tail: tail.min() ?? 0, chunkForward: forward.min() ?? 0, chunkBackward: backward.min() ?? 0,
      inputGradient: divided.inputGradient.reduce(0, +),
      chunkInputGradient: divided.inputGradient.min() ?? 0, hiddenShare: hiddenShare)
  }

  /// Moves a share of one chunk's forward or backward time to another chunk.
  fileprivate mutating func moveWork(share: Double, using random: inout SplitMix) {
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
