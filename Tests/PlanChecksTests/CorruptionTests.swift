import ClusterTopology
import InputFiles
import LaunchPlan
import ParallelismVocabulary
import PlanChecks
import Quantities
import SeededRandom
import Testing

@Suite("Whatever is changed in a valid plan, the check refuses it")
struct CorruptionTests {
  /// The parts of a plan that a check derives again.
  private static let parts = [
    "parallelism", "stageGroups", "stages", "mapping", "prediction", "certificate",
  ]

  /// Sentences for people, and numbers that may be other than they are and still true.
  private static func isFree(_ steps: [JSONValue.Step]) -> Bool {
    switch steps.last {
    case .key("split"), .key("mapping"): true
    // No plan costs less also where steps may take a little longer.
    case .key("longestStepSeconds"): true
    // A part's rule is a sentence; that of evidence is not.
    case .key("rule"): steps.contains(.key("parts"))
    default: false
    }
  }

  /// Another value of the same kind, or of none.
  private static func corrupted(
    _ value: JSONValue, at steps: [JSONValue.Step], using random: inout SplitMix
  ) -> JSONValue {
    // A frame's bound may be less than its rule proves; more is never true.
    let onlyRises = steps.contains(.key("evidence")) && steps.last == .key("boundSeconds")
    switch value {
    case .integer(let count):
      if onlyRises { return .number(1.3 * Double(count)) }
      // A byte among billions is below the rounding of sums.
      if count > 1_000_000 { return .integer(2 * count) }
      return .integer(
        [count + 1, count - 1, 2 * count + 3, -count - 1].randomElement(using: &random) ?? 0)
    case .number(let number):
      let factors = onlyRises ? [1.3, 2] : [0.5, 0.999, 1.001, 2, -1]
      return .number((factors.randomElement(using: &random) ?? 1) * number + (number == 0 ? 1 : 0))
    case .bool(let flag): return .bool(!flag)
    case .string(let text):
      let others = [
        "gpipe", "1f1b", "interleaved:2", "none", "optimizer", "ring", "tensor", "data", "toy2",
        "memory", "closedForm", "recursion", "normalisation", "",
      ]
      return .string(others.filter { $0 != text }.randomElement(using: &random) ?? "x")
    case .null: return .integer(2)
    case .array, .object: return .null
    }
  }

  @Test("Of 320 plans with one value changed, none passes, and certificates fail as such")
  func values() throws {
    let free = try #require(
      try SearchedPlan(.toys(memory: .gibibytes(8)), .mixed(layers: 12), gap: 0.01))
    let mixed = try #require(
      try SearchedPlan(.twoKinds(memory: .gibibytes(8)), .dense(layers: 12), gap: 0.1))
    let cheapest = try #require(
      try SearchedPlan(
        .twoKinds(memory: .gibibytes(8), prices: (2, 5)), .dense(layers: 12),
        goal: Goal(.cost, longestStep: Seconds(10)), gap: 0.1))
    let kinds = try corrupt(free, turns: 140).union(corrupt(.uneven(), turns: 60))
      .union(corrupt(mixed, turns: 60)).union(corrupt(cheapest, turns: 60))
    #expect(kinds.count > 12, "only \(kinds.sorted())")
  }

  /// What the check says of a plan with one value changed, turn by turn.
  private func corrupt(_ searched: SearchedPlan, turns: Int) throws -> Set<String> {
    let document = try searched.plan.json()
    #expect(searched.check(edited: document)?.isEmpty == true)
    var random = SplitMix(seed: 2_026)
    let byPart = Self.parts.map { part in
      document.value(at: part)?.leaves(at: [.key(part)]).filter { !Self.isFree($0.steps) } ?? []
    }
    #expect(byPart.allSatisfy { !$0.isEmpty })
    var kinds: Set<String> = []
    for turn in 0..<turns {
      let leaves = byPart[turn % byPart.count]
      let leaf = try #require(leaves.randomElement(using: &random))
      let value = Self.corrupted(leaf.value, at: leaf.steps, using: &random)
      let edited = try #require(document.editing(leaf.steps[...]) { _ in value })
      // The reader refuses a document that contradicts itself.
      guard let violations = searched.check(edited: edited) else { continue }
      #expect(!violations.isEmpty, "\(leaf.steps) may be \(value) instead of \(leaf.value)")
      if leaf.steps.first == .key("certificate") {
        let broken = violations.filter(\.isCertificate)
        #expect(!broken.isEmpty, "\(leaf.steps) = \(value): \(violations.map(\.message))")
      }
      kinds.formUnion(violations.map(\.code))
    }
    return kinds
  }

  @Test("Of 100 plans with an entry of a list left out or doubled, none passes")
  func entries() throws {
    let free = try #require(
      try SearchedPlan(.toys(memory: .gibibytes(8)), .mixed(layers: 12), gap: 0.01))
    let uneven = try SearchedPlan.uneven()
    let paths = [
      "certificate.evidence.frames", "certificate.evidence.closures", "certificate.scope.tensor",
      "certificate.scope.schedules", "certificate.scope.microBatchSizes", "certificate.parts",
      "certificate.scope.recompute", "stages", "stages[0].chunks", "stageGroups", "mapping.hosts",
      "prediction.memory",
    ]
    var random = SplitMix(seed: 11)
    for turn in 0..<100 {
      let path = paths[turn % paths.count]
      let searched = path == "certificate.evidence.frames" ? uneven : free
      let edited = try #require(
        searched.plan.json().editing(path) { list in
          guard case .array(var entries) = list,
            let index = entries.indices.randomElement(using: &random)
          else { return nil }
          if Bool.random(using: &random) {
            entries.remove(at: index)
          } else {
            entries.insert(entries[index], at: index)
          }
          return .array(entries)
        })
      let violations = searched.check(edited: edited)
      #expect(violations?.isEmpty != true, "\(path) may have an entry more or less")
    }
  }

  @Test("No count, however large or small, ends the program or passes")
  func extremes() throws {
    let searched = try #require(
      try SearchedPlan(.toys(memory: .gibibytes(8)), .mixed(layers: 12), gap: 0.01))
    let document = try searched.plan.json()
    var random = SplitMix(seed: 5)
    let counts = (Self.parts + ["alternatives"]).flatMap { part in
      document.value(at: part)?.leaves(at: [.key(part)]) ?? []
    }.filter { if case .integer = $0.value { !Self.isFree($0.steps) } else { false } }
    for _ in 0..<300 {
      let leaf = try #require(counts.randomElement(using: &random))
      let extreme = [Int.max, .min, 0, -1, 1 << 31].randomElement(using: &random) ?? 0
      if leaf.value == .integer(extreme) { continue }
      let edited = try #require(document.editing(leaf.steps[...]) { _ in .integer(extreme) })
      let violations = searched.check(edited: edited)
      #expect(violations?.isEmpty != true, "\(leaf.steps) may be \(extreme)")
    }
  }
}
