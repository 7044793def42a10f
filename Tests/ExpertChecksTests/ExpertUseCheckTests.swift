import ExpertPlacement
import InputFiles
import ParallelismVocabulary
import SeededRandom
import Testing

@testable import ExpertChecks

@Suite("The use of expert ranks that plans are priced with is worked out again")
struct ExpertUseCheckTests {
  /// A trace in NumPy's form.
  private static func file(tokens: Int, seed: UInt64) -> TextFile {
    var random = SplitMix(seed: seed)
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(tokens), 2, 3), }"
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.utf8.count), 0]
    bytes += Array(header.utf8)
    for _ in 0..<(tokens * 6) {
      let word = random.next()
      // Low numbers are busier.
      bytes.append(UInt8(min(word % 12, (word >> 32) % 12)))
    }
    return TextFile(file: "trace.npy", bytes: bytes)
  }

  private static func findings(_ uses: [ExpertUse], _ files: [TextFile], tokens: Bool) throws
    -> [String]
  {
    try ExpertUseCheck(files, experts: 12, countsTokens: tokens).findings(uses, ranks: 6, domain: 4)
      .map(\.description)
  }

  @Test("60 random traces, alone and as two workloads, give what the planner prices with")
  func random() throws {
    for seed in 0..<60 as Range<UInt64> {
      var files = [Self.file(tokens: 20 + Int(seed), seed: seed)]
      if seed % 3 == 0 { files.append(Self.file(tokens: 31, seed: seed + 100)) }
      let statistics = try RoutingStatistics(
        files.map { try RoutingStatistics($0, experts: 12) })
      for tokens in [true, false] {
        let uses = statistics.uses(ranks: 6, domain: 4, sendsOnce: tokens)
        #expect(uses.map(\.ranks).last == 6)
        #expect(try Self.findings(uses, files, tokens: tokens) == [])
      }
    }
  }

  @Test("counts of pairs in place of the tokens give what the planner prices with, too")
  func pairs() throws {
    for seed in 0..<20 as Range<UInt64> {
      let trace = try RoutingStatistics(Self.file(tokens: 50, seed: seed), experts: 12)
      let counts = try #require(trace.routes?.pairs).counts.map { matrix in
        (0..<12).map { Array(matrix[($0 * 12)..<($0 * 12 + 12)]) }
      }
      let load = trace.loads.workloads[0].layers
      let text = """
        { "kind": "routing", "layers": [0, 1], "experts": 12, "topK": 3, "load": \(load),
          "pairs": \(counts) }
        """
      let file = TextFile(file: "routing.json", bytes: Array(text.utf8))
      let uses = try RoutingStatistics(file).uses(ranks: 6, domain: 4, sendsOnce: true)
      #expect(uses[0].ranksReached != nil)
      #expect(try Self.findings(uses, [file], tokens: true) == [])
    }
  }

  @Test("a number that was changed, one that is missing, and ranks that no plan has are told")
  func corrupted() throws {
    let files = [Self.file(tokens: 40, seed: 7)]
    let statistics = try RoutingStatistics(files[0], experts: 12)
    let uses = statistics.uses(ranks: 6, domain: 4, sendsOnce: true)
    var changed = uses
    changed[0].imbalance *= 1.001
    #expect(
      try Self.findings(changed, files, tokens: true)[0].hasPrefix(
        "inputs.workload.expertUse has imbalance "))
    changed = uses
    changed[1].ranksReached = nil
    #expect(
      try Self.findings(changed, files, tokens: true)[0].hasPrefix(
        "inputs.workload.expertUse has ranksReached absent for 2 ranks, but the routing gives "))
    #expect(
      try Self.findings(Array(uses.dropFirst()), files, tokens: true) == [
        "inputs.workload.expertUse has nothing for 2 ranks"
      ])
    #expect(
      try Self.findings(uses + [ExpertUse(experts: 12, ranks: 5)], files, tokens: true) == [
        "inputs.workload.expertUse has 12 experts on 5 ranks, which no plan has"
      ])
  }
}
