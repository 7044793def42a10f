import PublishedRuns
import Testing

@Suite("Measured runs")
struct MeasuredRunTests {
  @Test("A file without runs leaves nothing out")
  func empty() {
    #expect(MeasuredRuns().leftOut.isEmpty)
  }
}
