import Foundation
import Testing

@testable import InputFiles

@Suite("Published files")
struct PublishedFilesTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/hf-configs").path

  static var paths: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
  }

  @Test(
    "Every model configuration is read, and is the same after it was written",
    .enabled(if: !paths.isEmpty, "the reference data in ../shared/hf-configs is not here"))
  func configurations() throws {
    for path in Self.paths {
      let limit = InputLimit(kind: "a model file", mebibytes: 16)
      let value = try JSONDocument.read(path: path, limit: limit, dialect: .python).root
        .value
      for text in [JSONText.compact(value), JSONText.pretty(value)] {
        #expect(try JSONDocument.parse(text, file: path).root.value == value)
      }
    }
  }
}
