import Foundation
import ParallelismVocabulary
import PublishedRuns
import Testing

@testable import Reports
@testable import ScoredRuns

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The page of predictions against measured runs")
struct ValidationPageTests {
  /// The elements of a page and its text, as an XML parser reads them.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var attributes: [String] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements[name, default: 0] += 1
      self.attributes += attributes.map { "\($0)=\($1)" }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
  }

  private func read(_ html: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = reader
    let isWellFormed = parser.parse()
    try #require(isWellFormed, "\(String(describing: parser.parserError))")
    return reader
  }

  @Test("the page is well formed and stands alone: no scripts, no other files")
  func standsAlone() throws {
    let html = try ValidationReportTests.report(isCrossValidated: true).html()
    let page = try read(html)
    #expect(page.elements["script"] == nil && page.elements["link"] == nil)
    #expect(page.elements["img"] == nil && page.elements["iframe"] == nil)
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("url(h"))
    #expect(
      page.attributes.filter { $0.hasPrefix("href=") }.allSatisfy { $0.hasPrefix("href=#") })
    #expect(html.contains("prefers-color-scheme:dark"))
  }

  @Test("every scored step and every peak is a point that tells its run")
  func points() throws {
    let html = try ValidationReportTests.report().html()
    // Six steps and five peaks; two swatches beside the steps and one beside the peaks.
    let page = try read(html)
    #expect(page.elements["use"] == 11 + 3)
    #expect(page.text.contains("t1d32: 12.0 s for 11.0 s, +9.1 %"))
    #expect(page.text.contains("t1d32: stage 0, allocated 51.0 GiB for 50.0 GiB, +2.0 %"))
    #expect(page.text.contains("recompute none: not stated"))
    #expect(page.text.contains("ran out of memory, but predicted to fit: 1 of 1: too-big"))
  }

  @Test("what a file says is text, whatever it looks like")
  func escapes() throws {
    var hostile = ScoredRun(
      id: "<script>alert('1')</script>", source: "a & b \"c\"", stack: "]]>@1",
      accelerator: "x\u{0}\u{1B}<b>", predicted: 2, assumptions: ["</td></table>&nbsp;"])
    hostile.peaks = [(nil, .device, 1, 2)]
    let html = ValidationReport(
      [try hostile.prediction()],
      leftOut: [LeftOutRun(id: "x", source: "<i>", reason: "<img src=x>\u{202E}")]
    ).html(title: "<title>")
    let page = try read(html)
    #expect(page.elements["script"] == nil && page.elements["img"] == nil)
    #expect(page.elements["i"] == nil && page.elements["table"] == 4)
    #expect(page.text.contains("<script>alert('1')</script>"))
    #expect(page.text.contains("<img src=x>\\u202e"))
  }

  @Test("2,000 runs of 30 sources stay under 600 KB, and each source has a mark of its own")
  func size() throws {
    let predictions = try (0..<2000).map { index in
      try ScoredRun(
        id: "source-\(index % 30)-t\(index % 8)p4d2-L\(index)h1024-gb64mb\(index % 4)",
        source: "source-\(index % 30)", measured: 0.1 + Double(index % 700),
        predicted: 0.11 + Double(index % 690)
      ).prediction()
    }
    let report = ValidationReport(predictions)
    let html = report.html()
    #expect(html.utf8.count < 600_000)
    #expect(try read(html).elements["use"] == 2000 + 30)
    let marks = ValidationPage(report: report, title: "").marks.values
    #expect(Set(marks.map { "\($0.shape) \($0.colour)" }).count == 30)
    #expect(report.html() == html)
  }

  @Test("a report of nothing is a page without plots")
  func nothing() throws {
    let page = try read(ValidationReport([]).html())
    #expect(page.elements["section"] == nil)
    #expect(page.text.contains("Records: 0, of 0 sources"))
  }

  @Test("a single run is in the middle of its plot, between marked values")
  func single() throws {
    let page = try read(ValidationReport([try ScoredRun().prediction()]).html())
    #expect(page.elements["use"] == 2)
    #expect(page.attributes.contains("x=349") && page.attributes.contains("y=291"))
    #expect(page.text.contains("1 s"))
  }

  @Test("axes are marked at decades, and between them only where few are on show")
  func ticks() {
    let narrow = ValidationScatter.Tick.seconds(1...50)
    #expect(
      narrow.filter { (1...50).contains($0.value) }.map(\.label) == [
        "1 s", "2 s", "5 s", "10 s", "20 s", "50 s",
      ])
    let wide = ValidationScatter.Tick.seconds(0.0001...1000)
    #expect(
      wide.filter { (0.0001...1000).contains($0.value) && !$0.label.isEmpty }.map(\.label) == [
        "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s", "1,000 s",
      ])
    #expect(
      ValidationScatter.Tick.gibibytes.map(\.label).prefix(6) == [
        "64 MiB", "128 MiB", "256 MiB", "512 MiB", "1 GiB", "2 GiB",
      ])
  }
}
