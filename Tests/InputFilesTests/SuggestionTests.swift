import Testing

@testable import InputFiles

@Suite("Names that were probably meant")
struct SuggestionTests {
  static let keys = ["name", "nodes", "gigabitsPerSecond", "memoryGiB", "acceleratorsPerNode"]

  @Test(
    "A misspelt name finds its original, and a strange one none",
    arguments: [
      ("gigabitPerSecond", "gigabitsPerSecond"), ("gigabits_per_second", "gigabitsPerSecond"),
      ("ndoes", "nodes"), ("Nodes", "nodes"), ("node", "nodes"), ("memoryGB", "memoryGiB"),
      ("accelerators-per-node", "acceleratorsPerNode"), ("colour", nil), ("", nil), ("x", nil),
    ] as [(String, String?)])
  func nearest(_ name: String, _ meant: String?) {
    #expect(Suggestion.nearest(to: name, among: Self.keys) == meant)
  }

  @Test("Of equally near names the earliest is suggested")
  func stableOrder() {
    #expect(Suggestion.nearest(to: "bat", among: ["cat", "hat"]) == "cat")
    #expect(Suggestion.nearest(to: "bat", among: ["hat", "cat"]) == "hat")
  }

  @Test(
    "Swapping two neighbours is one edit",
    arguments: [
      ("ab", "ba", 1), ("abc", "", 3), ("", "", 0), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distance(_ one: String, _ other: String, _ edits: Int) {
    #expect(Suggestion.distance(Array(one.unicodeScalars), Array(other.unicodeScalars)) == edits)
  }
}
