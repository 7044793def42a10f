import ParallelismVocabulary
import Testing

@testable import CostModel

@Suite("Schedules that divide the backward pass run their published orders")
struct DividedOrderTests {
  private func order(
    _ schedule: Schedule, _ stages: Int, _ microBatches: Int, rank: Int
  ) throws -> String {
    try PipelineShape(schedule, stages: stages, microBatches: microBatches).orderText(rank: rank)
  }

  @Test("Zero-bubble H1 warms up as 1F1B does and delays weight gradients by the rank")
  func h1() throws {
    #expect(
      try order(.zeroBubbleH1, 2, 3, rank: 0)
        == "F0@0 F1@0 I0@0 W0@0 F2@0 I1@0 W1@0 I2@0 W2@0")
    #expect(
      try order(.zeroBubbleH1, 2, 3, rank: 1)
        == "F0@1 I0@1 F1@1 I1@1 W0@1 F2@1 I2@1 W1@1 W2@1")
  }

  @Test("Zero-bubble H2 warms up with 2(p − 1 − rank) more forward passes")
  func h2() throws {
    #expect(
      try order(.zeroBubbleH2, 2, 4, rank: 0)
        == "F0@0 F1@0 F2@0 I0@0 W0@0 F3@0 I1@0 W1@0 I2@0 W2@0 I3@0 W3@0")
    #expect(
      try order(.zeroBubbleH2, 2, 4, rank: 1)
        == "F0@1 I0@1 F1@1 I1@1 F2@1 I2@1 W0@1 F3@1 I3@1 W1@1 W2@1 W3@1")
  }

  @Test("Zero-bubble V runs through chunks r and 2p − 1 − r")
  func v() throws {
    #expect(
      try order(.zeroBubbleV, 2, 3, rank: 0) == """
        F0@0 F1@0 F2@0 F0@3 I0@3 W0@3 F1@3 I1@3 W1@3 I0@0 W0@0 F2@3 I2@3 W2@3 \
        I1@0 W1@0 I2@0 W2@0
        """)
    #expect(
      try order(.zeroBubbleV, 2, 3, rank: 1) == """
        F0@1 F0@2 F1@1 F1@2 I0@2 W0@2 F2@1 I0@1 W0@1 F2@2 I1@2 W1@2 I1@1 I2@2 \
        I2@1 W1@1 W2@2 W2@1
        """)
  }

  @Test("A step of few micro-batches runs zero-bubble V without those it lacks")
  func shortV() throws {
    #expect(
      try order(.zeroBubbleV, 2, 1, rank: 0) == "F0@0 F0@3 I0@3 W0@3 I0@0 W0@0")
  }

  @Test("DualPipe runs half of the micro-batches from either end, and overlaps passes of both")
  func dualPipe() throws {
    #expect(
      try order(.dualPipe, 2, 6, rank: 0) == """
        F0@0 F3@1 F1@0 B3@1 F4@1+ B0@0 F2@0+ B4@1 F5@1+ B1@0 B5@1 I2@0 W2@0
        """)
    #expect(
      try order(.dualPipe, 2, 6, rank: 1) == """
        F3@0 F0@1 F4@0 B0@1 F1@1+ B3@0 F5@0+ B1@1 F2@1+ B4@0 B2@1 I5@0 W5@0
        """)
  }

  @Test("DualPipeV runs the same order on half the ranks, there and back")
  func dualPipeV() throws {
    #expect(
      try order(.dualPipeV, 2, 4, rank: 0) == """
        F0@0 F1@0 F2@0 F0@3 I0@3 W0@3 F1@3 F3@0+ B1@3 F2@3+ B0@0 B2@3 F3@3+ B1@0 \
        B3@3 I2@0 W2@0 I3@0 W3@0
        """)
    #expect(
      try order(.dualPipeV, 2, 4, rank: 1) == """
        F0@1 F0@2 F1@1 F1@2 F2@1 B0@2 F2@2+ B0@1 F3@1+ B1@2 F3@2+ B1@1 \
        B2@2 B2@1 I3@2 I3@1 W3@2 W3@1
        """)
  }

  @Test("Chunks of a V turn on the last rank, and DualPipe holds each chunk twice")
  func placement() throws {
    let v = try PipelineShape(.zeroBubbleV, stages: 3, microBatches: 4)
    #expect((0..<3).map { v.chunks(ofRank: $0) } == [[0, 5], [1, 4], [2, 3]])
    #expect((0..<6).map { v.rank(ofChunk: $0, microBatch: 0) } == [0, 1, 2, 2, 1, 0])
    let dual = try PipelineShape(.dualPipe, stages: 4, microBatches: 8)
    #expect(dual.chunks == 4)
    #expect((0..<4).map { dual.chunks(ofRank: $0) } == [[0, 3], [1, 2], [2, 1], [3, 0]])
    #expect((0..<4).map { dual.rank(ofChunk: $0, microBatch: 3) } == [0, 1, 2, 3])
    #expect((0..<4).map { dual.rank(ofChunk: $0, microBatch: 4) } == [3, 2, 1, 0])
  }
}
