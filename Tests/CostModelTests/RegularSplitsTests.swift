import Testing

@testable import CostModel

@Suite("Where a stage holds several chunks, the larger chunks are neighbours")
struct RegularSplitsTests {
  @Test("Ten layers in eight chunks: the larger chunks in every place, the ends maybe smaller")
  func small() {
    // The share is one layer, of which no end can give anything away.
    let splits = RegularSplits(layers: 10, chunks: 8).sizes
    #expect(splits.count == 7)
    #expect(splits.first == [2, 2, 1, 1, 1, 1, 1, 1])
    #expect(splits.last == [1, 1, 1, 1, 1, 1, 2, 2])
  }

  @Test("Eight layers in four chunks: even, or one end's layer anywhere else")
  func whole() {
    #expect(
      RegularSplits(layers: 8, chunks: 4).sizes == [
        [2, 2, 2, 2],
        [1, 3, 2, 2], [1, 2, 3, 2], [1, 2, 2, 3],
        [3, 2, 2, 1], [2, 3, 2, 1], [2, 2, 3, 1],
        [1, 3, 3, 1],
      ])
    #expect(RegularSplits(layers: 8, chunks: 4, evenly: true).sizes == [[2, 2, 2, 2]])
  }

  @Test("Llama 3's 126 layers in 64 chunks have one layer at either end and two elsewhere")
  func llama() {
    let splits = RegularSplits(layers: 126, chunks: 64).sizes
    #expect(splits.contains([1] + Array(repeating: 2, count: 62) + [1]))
  }

  @Test("Every split has all layers, stands once and keeps the declared sizes")
  func invariants() {
    for chunks in 2...24 {
      let frame = Frame.of(
        pipeline: 1, batch: 1, schedule: .interleaved(virtualStages: chunks))
      for layers in chunks...60 {
        let splits = RegularSplits(layers: layers, chunks: chunks).sizes
        #expect(!splits.isEmpty)
        #expect(Set(splits).count == splits.count, "\(layers) layers in \(chunks) chunks")
        for sizes in splits {
          #expect(sizes.count == chunks)
          #expect(sizes.reduce(0, +) == layers)
          #expect(
            sizes.indices.allSatisfy {
              frame.chunkSizes($0, layers: layers).contains(sizes[$0])
            }, "\(sizes)")
        }
      }
    }
  }
}
