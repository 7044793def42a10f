import Testing

@testable import ClusterTopology

@Suite("Host lists stand for names as in Slurm")
struct HostListTests {
  private func names(_ text: String) throws -> [String] {
    let list = try HostList(text)
    return (0..<list.count).map { list[$0] }
  }

  @Test(
    "a notation stands for its names in order",
    arguments: [
      ("a", ["a"]),
      ("a[1-3]", ["a1", "a2", "a3"]),
      ("a[001-003,020],b7", ["a001", "a002", "a003", "a020", "b7"]),
      ("r[1-2]n[01-02]-ib", ["r1n01-ib", "r1n02-ib", "r2n01-ib", "r2n02-ib"]),
      ("a[9-11]", ["a9", "a10", "a11"]),
      ("[1,3]", ["1", "3"]),
      ("name with 'quotes'", ["name with 'quotes'"]),
    ])
  func expansion(text: String, expected: [String]) throws {
    #expect(try names(text) == expected)
  }

  @Test(
    "what cannot be expanded is refused with the reason",
    arguments: [
      ("a[1-", "has brackets with something else than ranges of numbers"),
      ("a[1-2", "has a '[' without its ']'"),
      ("a1-2]", "has a ']' without its '['"),
      ("a[3-1]", "has the range 3-1, which runs backwards"),
      ("a[x]", "has brackets with something else than ranges of numbers"),
      ("a,,b", "has an empty name"),
      ("", "has an empty name"),
      ("a[1-99999999]", "stands for more than the 1048576 names allowed"),
      ("a[1-2000]b[1-2000]", "stands for more than the 1048576 names allowed"),
      ("a[1-99999999999999999999]", "has brackets with something else than ranges of numbers"),
    ])
  func refusal(text: String, reason: String) {
    #expect(throws: HostList.Malformed(reason: reason)) { try HostList(text) }
  }

  @Test("generated names carry the width of the last index")
  func generated() {
    let names = NodeNames.generated(prefix: "pod", count: 11)
    #expect(names[0] == "pod-00")
    #expect(names[10] == "pod-10")
  }
}
