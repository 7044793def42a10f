import Foundation
import InputFiles
import PublishedRuns
import Testing

/// The files of the examples, sorted.
enum PublishedExamples {
  private static let folder: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("examples/published-runs")
  }()

  static func files() throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "jsonl" }
      .sorted { $0.path < $1.path }
  }
}

@Suite("The published runs among the examples")
struct ExamplesTests {
  @Test("560 runs of 27 sources are read from our own form, a source a file, each with its origin")
  func all() throws {
    var count = 0
    var ids: Set<String> = []
    let files = try PublishedExamples.files()
    for file in files {
      let runs = try MeasuredRuns.read(path: file.path)
      #expect(runs.leftOut.isEmpty, "\(file.lastPathComponent)")
      count += runs.runs.count
      for run in runs.runs {
        #expect(run.source + ".jsonl" == file.lastPathComponent, "\(run.id)")
        #expect(run.citation.count > 10, "\(run.id)")
        ids.insert(run.id)
      }
    }
    #expect(files.count == 27)
    #expect(count == 560)
    #expect(ids.count == count)
  }

  @Test("Writing the runs of a file gives its bytes")
  func bytes() throws {
    for file in try PublishedExamples.files() {
      let lines = try MeasuredRuns.read(path: file.path).runs
        .map { JSONText.compact(try #require($0.json)) + "\n" }
      #expect(
        try String(contentsOf: file, encoding: .utf8) == lines.joined(),
        "\(file.lastPathComponent)")
    }
  }

  @Test(
    "A run among the examples is what its record in the collection is read as",
    .enabled(
      if: ReferenceData.exists(ReferenceData.collected)
        && ReferenceData.exists(ReferenceData.simuMax), ReferenceData.hint))
  func records() throws {
    let collected =
      try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.collected)).runs
      + MeasuredRuns.read(path: ReferenceData.path(ReferenceData.simuMax)).runs
    let known = Dictionary(collected.map { ($0.id, $0) }) { first, _ in first }
    for file in try PublishedExamples.files() {
      for run in try MeasuredRuns.read(path: file.path).runs {
        let record = try #require(known[run.id], "\(run.id)")
        #expect(record.json == run.json, "\(run.id)")
      }
    }
  }
}
