import Testing

@testable import PublishedRuns

@Suite("Statistics of a sample")
struct SampleStatisticsTests {
  @Test("a percentile lies between the nearest two values, in proportion")
  func percentiles() {
    #expect([4, 1, 3, 2].percentile(0.5) == 2.5)
    #expect([0, 10].percentile(0.9) == 9)
    #expect((1...11).map(Double.init).percentile(0.9) == 10)
    #expect([7].percentile(0.9) == 7)
    #expect([3, 1, 2].percentile(0) == 1)
    #expect([3, 1, 2].percentile(1) == 3)
  }

  @Test("of nothing there is no mean, median or percentile")
  func nothing() {
    #expect([Double]().mean == nil)
    #expect([Double]().median == nil)
    #expect([Double]().percentile(0.9) == nil)
  }

  @Test("equal values share the mean of their ranks")
  func ties() {
    #expect([30, 10, 20, 20].ranks == [4, 1, 2.5, 2.5])
    #expect([5, 5, 5].ranks == [2, 2, 2])
  }

  @Test("ranks agree at 1, oppose at −1, and a constant has no correlation")
  func correlation() {
    #expect([1, 2, 3].rankCorrelation(with: [10, 20, 90]) == 1)
    #expect([1, 2, 3].rankCorrelation(with: [9, 8, 1]) == -1)
    #expect([1, 1, 1].rankCorrelation(with: [1, 2, 3]) == nil)
    #expect([Double]().rankCorrelation(with: []) == nil)
    // Without ties, 1 − 6 Σd² / (n³ − n): here d² adds up to 2 of n = 4.
    #expect([1, 2, 3, 4].rankCorrelation(with: [2, 1, 3, 4]) == 0.8)
  }
}
