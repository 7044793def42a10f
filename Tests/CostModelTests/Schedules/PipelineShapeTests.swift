import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("A pipeline shape fixes the order of every rank's operations")
struct PipelineShapeTests {
  @Test("1F1B over 2 stages warms up with p − 1 − rank forward passes")
  func oneForwardOneBackward() throws {
    let shape = try PipelineShape(.oneForwardOneBackward, stages: 2, microBatches: 3)
    #expect(shape.orderText(rank: 0) == "F0@0 F1@0 B0@0 F2@0 B1@0 B2@0")
    #expect(shape.orderText(rank: 1) == "F0@1 B0@1 F1@1 B1@1 F2@1 B2@1")
  }

  @Test("1F1B with fewer micro-batches than warm-up passes runs all forward passes first")
  func shortStep() throws {
    let shape = try PipelineShape(.oneForwardOneBackward, stages: 4, microBatches: 2)
    #expect(shape.orderText(rank: 0) == "F0@0 F1@0 B0@0 B1@0")
    #expect(shape.orderText(rank: 2) == "F0@2 F1@2 B0@2 B1@2")
    #expect(shape.orderText(rank: 3) == "F0@3 B0@3 F1@3 B1@3")
  }

  @Test("GPipe runs backward passes in the order of the forward passes")
  func gpipe() throws {
    let shape = try PipelineShape(.gpipe, stages: 2, microBatches: 3)
    #expect(shape.orderText(rank: 0) == "F0@0 F1@0 F2@0 B0@0 B1@0 B2@0")
  }

  @Test("Interleaving 2 chunks over 2 ranks follows Megatron-Core with 4 micro-batches")
  func megatronSmall() throws {
    let shape = try PipelineShape(.interleaved(virtualStages: 2), stages: 2, microBatches: 4)
    #expect(shape.warmUpPasses(rank: 0) == 4)
    #expect(
      shape.orderText(rank: 0)
        == "F0@0 F1@0 F0@2 F1@2 F2@0 B0@2 F3@0 B1@2 F2@2 B0@0 F3@2 B1@0 B2@2 B3@2 B2@0 B3@0")
    #expect(shape.warmUpPasses(rank: 1) == 2)
    #expect(
      shape.orderText(rank: 1)
        == "F0@1 F1@1 F0@3 B0@3 F1@3 B1@3 F2@1 B0@1 F3@1 B1@1 F2@3 B2@3 F3@3 B3@3 B2@1 B3@1")
  }

  @Test("Interleaving 2 chunks over 4 ranks follows Megatron-Core with 8 micro-batches")
  func megatronLarge() throws {
    let shape = try PipelineShape(.interleaved(virtualStages: 2), stages: 4, microBatches: 8)
    #expect((0..<4).map { shape.warmUpPasses(rank: $0) } == [10, 8, 6, 4])
    #expect(
      shape.orderText(rank: 0) == """
        F0@0 F1@0 F2@0 F3@0 F0@4 F1@4 F2@4 F3@4 F4@0 F5@0 \
        F6@0 B0@4 F7@0 B1@4 F4@4 B2@4 F5@4 B3@4 F6@4 B0@0 F7@4 B1@0 \
        B2@0 B3@0 B4@4 B5@4 B6@4 B7@4 B4@0 B5@0 B6@0 B7@0
        """)
    #expect(
      shape.orderText(rank: 3) == """
        F0@3 F1@3 F2@3 F3@3 \
        F0@7 B0@7 F1@7 B1@7 F2@7 B2@7 F3@7 B3@7 F4@3 B0@3 F5@3 B1@3 F6@3 B2@3 F7@3 B3@3 \
        F4@7 B4@7 F5@7 B5@7 F6@7 B6@7 F7@7 B7@7 \
        B4@3 B5@3 B6@3 B7@3
        """)
  }

  @Test("One group of micro-batches runs all forward first, or alternates from Megatron-Core 0.10")
  func singleGroup() throws {
    let early = try PipelineShape(.interleaved(virtualStages: 2), stages: 2, microBatches: 2)
    #expect(early.orderText(rank: 1) == "F0@1 F1@1 F0@3 F1@3 B0@3 B1@3 B0@1 B1@1")
    let late = try PipelineShape(
      .interleaved(virtualStages: 2), stages: 2, microBatches: 2, singleGroupOrder: .alternating)
    #expect(late.orderText(rank: 1) == "F0@1 F1@1 F0@3 B0@3 F1@3 B1@3 B0@1 B1@1")
    #expect(late.orderText(rank: 0) == early.orderText(rank: 0))
    let twoGroups = try PipelineShape(
      .interleaved(virtualStages: 2), stages: 2, microBatches: 4, singleGroupOrder: .alternating)
    #expect(
      try twoGroups == PipelineShape(.interleaved(virtualStages: 2), stages: 2, microBatches: 4))
  }

  @Test("Every rank runs each micro-batch forward and backward through its chunks exactly once")
  func completeness() throws {
    var random = SplitMix(seed: 1)
    for family in ScheduleFamily.allCases {
      for _ in 0..<50 {
        let shape = try family.randomShape(stages: 8, using: &random)
        for rank in 0..<shape.stages {
          let order = shape.order(rank: rank)
          let forward = order.filter(\.kind.isForward)
          #expect(forward.count == shape.microBatches * shape.virtualStages)
          #expect(Set(order).count == order.count)
          for kinds: Set<PassKind> in [
            [.backward, .overlappedBackward, .inputGradient],
            [.backward, .overlappedBackward, .weightGradient],
          ] {
            let passes = order.filter { kinds.contains($0.kind) }
            #expect(passes.count == forward.count)
            #expect(Set(passes.map(\.pass)) == Set(forward.map(\.pass)))
          }
          #expect(
            order.allSatisfy { shape.rank(ofChunk: $0.chunk, microBatch: $0.microBatch) == rank })
          #expect(order.allSatisfy { (0..<shape.microBatches).contains($0.microBatch) })
        }
      }
    }
  }

  @Test("Counts that no schedule can run are refused in words")
  func refusals() {
    expectRefusal(.gpipe, 0, 4, "the number of pipeline stages is 0, but must be at least 1")
    expectRefusal(
      .oneForwardOneBackward, 2, -1, "the number of micro-batches is -1, but must be at least 1")
    expectRefusal(
      .interleaved(virtualStages: 1), 2, 4,
      "the number of interleaved virtual stages is 1, but must be at least 2")
    expectRefusal(
      .interleaved(virtualStages: 2), 1, 4,
      "the number of pipeline stages of an interleaved schedule is 1, but must be at least 2")
    expectRefusal(
      .interleaved(virtualStages: 2), 4, 6,
      "the number of micro-batches of an interleaved schedule is 6, but must be a multiple of its 4 stages"
    )
    expectRefusal(
      .dualPipe, 3, 8, "the number of pipeline stages of DualPipe is 3, but must be even")
    expectRefusal(
      .dualPipe, 4, 9, "the number of micro-batches of DualPipe is 9, but must be even")
    expectRefusal(
      .dualPipeV, 4, 7,
      "the number of micro-batches of DualPipe is 7, but must be at least twice its 4 stages")
    expectRefusal(
      .gpipe, 1 << 40, 1 << 40,
      "a pipeline has more than 16777216 operations a step; fewer, larger micro-batches are needed")
  }

  private func expectRefusal(
    _ schedule: Schedule, _ stages: Int, _ microBatches: Int, _ message: String
  ) {
    let error = #expect(throws: PipelineShapeError.self) {
      try PipelineShape(schedule, stages: stages, microBatches: microBatches)
    }
    #expect(error?.description == message)
  }
}

extension PipelineOperation {
  /// The operation whatever its kind.
  fileprivate var pass: [Int] { [microBatch, chunk] }
}

extension PipelineShape {
  func orderText(rank: Int) -> String {
    order(rank: rank).map(\.description).joined(separator: " ")
  }
}
