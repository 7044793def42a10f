import ParallelismVocabulary
import Testing

@testable import CostModel

@Suite("Frames have a fixed order, and chunks a declared range of layers")
struct FrameTests {
  @Test("Fewer stages come first, then fewer ways of every other axis, then the options")
  func order() {
    let sorted: [Frame] = [
      .of(data: 8, batch: 8), .of(data: 8, batch: 8, microBatchSize: 2),
      .of(data: 8, batch: 8, schedule: .gpipe), .of(tensor: 2, data: 4, batch: 8),
      .of(tensor: 2, context: 2, data: 2, batch: 8, contextMethod: .ring),
      .of(tensor: 2, context: 2, data: 2, batch: 8, contextMethod: .allToAll),
      .of(data: 4, pipeline: 2, batch: 8),
      .of(data: 4, pipeline: 2, batch: 8, schedule: .interleaved(virtualStages: 2)),
    ]
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test("One chunk a stage may hold any number of layers that leaves one for each other")
  func anyNumber() {
    let frame = Frame.of(data: 2, pipeline: 4, batch: 8)
    #expect(frame.chunkSizes(0, layers: 32) == 1...29)
    #expect(frame.chunkSizes(3, layers: 4) == 1...1)
  }

  @Test("Interleaved chunks hold the even share or one more, and the ends also one less")
  func interleaved() {
    let frame = Frame.of(
      data: 2, pipeline: 4, batch: 8, schedule: .interleaved(virtualStages: 2))
    #expect(frame.chunks == 8)
    #expect(frame.chunkSizes(0, layers: 32) == 3...5)
    #expect(frame.chunkSizes(1, layers: 32) == 4...5)
    #expect(frame.chunkSizes(7, layers: 32) == 3...5)
    #expect(frame.chunkSizes(0, layers: 34) == 3...5)
    #expect(frame.chunkSizes(1, layers: 34) == 4...5)
  }
}
