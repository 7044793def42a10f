import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("Activations in flight follow from the order")
struct InFlightTests {
  @Test("1F1B holds min(m, p − rank) micro-batches on a rank")
  func oneForwardOneBackward() throws {
    for microBatches in [1, 2, 4, 9] {
      let shape = try PipelineShape(.oneForwardOneBackward, stages: 4, microBatches: microBatches)
      for rank in 0..<4 { #expect(shape.inFlight(rank: rank) == [[min(microBatches, 4 - rank)]]) }
    }
  }

  @Test("GPipe holds all micro-batches")
  func gpipe() throws {
    let shape = try PipelineShape(.gpipe, stages: 4, microBatches: 9)
    #expect(shape.inFlight(rank: 2) == [[9]])
  }

  @Test("Interleaving 2 chunks over 2 ranks holds 5 passes on the first, in two mixes")
  func interleaved() throws {
    let shape = try PipelineShape(.interleaved(virtualStages: 2), stages: 2, microBatches: 4)
    #expect(shape.inFlight(rank: 0) == [[4, 1], [3, 2]])
    #expect(shape.inFlight(rank: 1) == [[3, 0], [2, 1]])
  }

  @Test("They equal a replay of the order, rank by rank", arguments: ScheduleFamily.allCases)
  func replay(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 31)
    for _ in 0..<60 {
      let shape = try family.randomShape(stages: 8, using: &random)
      for rank in 0..<shape.stages {
        #expect(Set(shape.inFlight(rank: rank)) == replayedPeaks(shape, rank: rank), "\(shape)")
      }
    }
  }

  @Test("They do not depend on the micro-batches once the steady state repeats")
  func manyMicroBatches() throws {
    for rank in [0, 7, 15] {
      let few = try PipelineShape(.interleaved(virtualStages: 8), stages: 16, microBatches: 64)
      let many = try PipelineShape(.interleaved(virtualStages: 8), stages: 16, microBatches: 2048)
      #expect(many.inFlight(rank: rank) == few.inFlight(rank: rank))
      #expect(Set(few.inFlight(rank: rank)) == replayedPeaks(few, rank: rank))
    }
  }

  /// Every state of the order, less those that another one exceeds.
  private func replayedPeaks(_ shape: PipelineShape, rank: Int) -> Set<[Int]> {
    var held = [Int](repeating: 0, count: shape.chunksPerRank)
    var states: Set<[Int]> = []
    for operation in shape.order(rank: rank) {
      let level = shape.level(of: operation)
      #expect(shape.chunks(ofRank: rank)[level] == operation.chunk)
      if operation.kind.isForward { held[level] += 1 }
      states.insert(held)
      if operation.kind.completesChunk { held[level] -= 1 }
    }
    #expect(held.allSatisfy { $0 == 0 })
    return states.filter { state in
      !states.contains { $0 != state && zip(state, $0).allSatisfy { $0 <= $1 } }
    }
  }
}
