import InputFiles
import ModelDescription
import Testing

/// Configurations with the counts that transformers 5.23 gives them.
struct TransformersCounts: CustomTestStringConvertible, Sendable {
  var name: String
  var total: Int
  var active: Int?
  var vision: Int
  var configuration: String

  var testDescription: String { name }

  /// The entries of a table: each a line of name and counts, then a configuration, then a blank
  /// line.
  static func parse(_ table: String) -> [TransformersCounts] {
    let lines = table.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split(separator: "").compactMap { entry in
      guard let head = entry.first?.split(separator: " "), head.count == 4,
        let total = Int(head[1]), let vision = Int(head[3])
      else { return nil }
      return TransformersCounts(
        name: String(head[0]), total: total, active: Int(head[2]), vision: vision,
        configuration: entry.dropFirst().joined(separator: "\n"))
    }
  }

  static let all = [
    dense, experts, hybrids, releasedDense, releasedExperts, releasedHybrids,
  ].flatMap(parse)
}

@Suite("Hugging Face configurations are counted as transformers 5.23 counts them")
struct TransformersCountsTests {
  @Test("the table holds 136 configurations")
  func tableIsWhole() {
    #expect(TransformersCounts.all.count == 136)
  }

  @Test(
    "total, active and vision parameters are equal to the last digit",
    arguments: TransformersCounts.all)
  func countsAreEqual(_ entry: TransformersCounts) throws {
    let file = try ModelFile.parse(Array(entry.configuration.utf8), file: "config.json")
    let parameters = file.model.parameters
    #expect(parameters.total == entry.total)
    if let active = entry.active { #expect(parameters.active == active) }
    #expect(parameters.vision == entry.vision)
    #expect(parameters.byPart.values.reduce(0, +) == parameters.total)
  }
}
