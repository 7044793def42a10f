import ModelDescription
import Testing

@testable import SequenceScattering

@Suite("Batches are drawn from a histogram of lengths as often as it counts them")
struct PolicyTests {
  @Test("a seed gives one batch, and 100,000 draws the shares within 1 %")
  func drawing() throws {
    let histogram = try #require(
      LengthHistogram([.init(tokens: 700, count: 1), .init(tokens: 128, count: 3)]))
    #expect(histogram.batch(of: 50, seed: 7) == histogram.batch(of: 50, seed: 7))
    #expect(histogram.batch(of: 50, seed: 7) != histogram.batch(of: 50, seed: 8))
    let drawn = histogram.batch(of: 100_000, seed: 1)
    #expect(Set(drawn) == [128, 700])
    let share = Double(drawn.count { $0 == 700 }) / 100_000
    #expect(abs(share - 0.25) < 0.01)
  }
}
