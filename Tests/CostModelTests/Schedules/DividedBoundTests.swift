import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("Lower bounds of schedules that divide the backward pass are tight near balance")
struct DividedBoundTests {
  @Test("Probed rows equal the simulation of equal stages where F = I = W, with any hop probed")
  func equalStages() throws {
    for family in ScheduleFamily.divided {
      var random = SplitMix(seed: 43)
      for _ in 0..<20 {
        let simulator = PipelineSimulator(try family.randomShape(using: &random))
        let rows = PathRows(probing: simulator.graph)
        for hop in [0, 0.03, 0.2] {
          let times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2, hop: hop)
          let step = simulator.simulate(times)
          #expect(abs(rows.lowerBound(times) - step) <= 1e-12 * step, "\(simulator.shape)")
        }
      }
    }
  }

  @Test("Probed rows lie within 0.5 % of the simulation for chunks within 3 % of each other")
  func balanced() throws {
    for family in ScheduleFamily.divided {
      var random = SplitMix(seed: 44)
      var gap = GapStatistics()
      for _ in 0..<40 {
        let simulator = PipelineSimulator(try family.randomShape(using: &random))
        let rows = PathRows(probing: simulator.graph)
        for _ in 0..<20 {
          var times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2, hop: 0.03)
          for chunk in times.forward.indices {
            times.forward[chunk] = .random(in: 0.97...1.03, using: &random)
            times.backward[chunk] = 2 * times.forward[chunk]
            times.weightShare[chunk] = .random(in: 0.4...0.5, using: &random)
          }
          gap.record(bound: rows.lowerBound(times), step: simulator.simulate(times))
        }
      }
      #expect(gap.mean < 0.005, "\(family): \(gap)")
      #expect(gap.violations == 0)
    }
  }

  @Test(
    "The closed form of H1 is (p − 1)/2·(F + I) over m·T/p for equal stages, exact where F = I = W"
  )
  func closedForm() throws {
    for stages in [1, 2, 8, 16] {
      let shape = try PipelineShape(.zeroBubbleH1, stages: stages, microBatches: 4 * stages)
      let chunks = Double(stages)
      let totals = SplitTotals(
        forward: chunks, backward: 2 * chunks, chunkForward: 1, chunkBackward: 2,
        inputGradient: chunks, chunkInputGradient: 1)
      #expect(shape.closedFormBound(totals) == 12 * chunks + chunks - 1)
    }
  }

  @Test("A row of an overlapped schedule reads as its algebra")
  func algebra() throws {
    let shape = try PipelineShape(.dualPipe, stages: 2, microBatches: 6)
    let row = PipelineGraph(shape).path(ofRank: 0)
    #expect(
      row.description == """
        3 f0 + 3 f1 + 3 i0 + 3 i1 + 3 w0 + 3 w1 + tail0 − f0&b1 − 2 f1&b0
        """)
  }

  @Test("No mixture of rows is made where backward passes are divided")
  func mixtures() throws {
    let shape = try PipelineShape(.zeroBubbleH1, stages: 2, microBatches: 4)
    let rows = PathRows(probing: shape).rows
    #expect(PathMixture(rows, weights: rows.map { _ in 1 }) == nil)
  }
}
