import InputFiles
import SeededRandom
import Testing

@testable import ClusterTopology

@Suite("Whatever stands in a cluster file")
struct ClusterMutationTests {
  @Test("one to three values replaced by others end in a cluster or in faults with their places")
  func replacedValues() throws {
    let values = [
      "0", "-1", "1e308", "9223372036854775807", "1e-320", "0.5", "null", "true", "\"\"",
      "\"ib\"", "[]", "{}", "\"a[1-99999999999]\"", "\"a[1-\"", "1048576", "1024",
      "[\"a\",\"a\"]",
    ]
    let text = ClusterFileTests.pods + "}"
    let places = text.matches(of: #/: ("[^"]*"|[0-9.]+)/#).map { $0.output.1 }
    #expect(places.count > 30)
    var random = SplitMix(seed: 3)
    var refused = 0
    for _ in 0..<2_000 {
      let targets = Set((0..<3).map { _ in Int.random(in: places.indices, using: &random) })
      var mutated = ""
      var next = text.startIndex
      for target in targets.sorted() {
        mutated += text[next..<places[target].startIndex]
        mutated += values.randomElement(using: &random) ?? "0"
        next = places[target].endIndex
      }
      mutated += text[next...]
      do throws(InputFaults) {
        _ = ClusterSummary(try ClusterFile.parse(mutated)).text
      } catch {
        refused += 1
        #expect(!error.faults.isEmpty)
        for fault in error.faults { #expect(fault.position != nil) }
      }
    }
    #expect((1_000..<2_000).contains(refused))
  }
}
