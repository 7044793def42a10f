import Testing

@testable import PublishedRuns
@testable import ScoredRuns

@Suite("Feasibility of measured runs")
struct FeasibilityTests {
  @Test("what ran out and what ran are told apart, and fragmentation is neither")
  func outcomes() throws {
    let runs = [
      ScoredRun(id: "seen", measured: nil, outcome: .outOfMemory, memoryUse: 1.2),
      ScoredRun(id: "missed", measured: nil, outcome: .outOfMemory, memoryUse: 1),
      ScoredRun(id: "alarm", memoryUse: 1.001),
      ScoredRun(id: "fine"), ScoredRun(id: "well"), ScoredRun(id: "good"),
      ScoredRun(id: "broken", measured: nil, outcome: .fragmented, memoryUse: 0.7),
      ScoredRun(id: "lost", measured: nil, outcome: .failed, memoryUse: 3),
    ]
    let score = ValidationSummary(try runs.map { try $0.prediction() }).feasibility
    #expect(score.outOfMemoryRows == 2)
    #expect(score.missedOutOfMemory == ["missed"])
    #expect(score.ranRows == 4)
    #expect(score.falseOutOfMemory == ["alarm"])
    #expect(score.falseOutOfMemoryShare == 0.25)
    #expect(score.fragmented == ["broken"])
  }

  @Test("a run that one of several replays gets wrong is wrong, once")
  func replays() throws {
    let summary = ValidationSummary(
      replays: [
        [try ScoredRun(memoryUse: 0.9).prediction()],
        [try ScoredRun(memoryUse: 1.1).prediction()],
      ])
    #expect(summary.feasibility.falseOutOfMemory == ["run"])
    #expect(summary.feasibility.ranRows == 1)
    #expect(summary.feasibility.falseOutOfMemoryShare == 1)
  }
}
