import ParallelismVocabulary
import Quantities
import Testing

@testable import PublishedRuns
@testable import ScoredRuns

@Suite("The score of a source")
struct RunScoreTests {
  private func source(_ runs: [ScoredRun], leftOut: [LeftOutRun] = []) throws -> RunScore {
    let summary = ValidationSummary(try runs.map { try $0.prediction() }, leftOut: leftOut)
    return try #require(summary.sources["table"])
  }

  @Test("errors are predicted over measured, less one: half too much and a quarter too little")
  func errors() throws {
    let score = try source([
      ScoredRun(id: "a", measured: 2, predicted: 3), ScoredRun(id: "b", measured: 4, predicted: 3),
    ])
    #expect(score.rows == 2)
    #expect(score.stepTime.runs == 2)
    #expect(score.stepTime.mean == 0.375)
    #expect(score.stepTime.median == 0.375)
    #expect(score.stepTime.bias == 0.125)
    #expect(score.stepTime.p90 == 0.475)
  }

  @Test("an assumed step is a row that is not scored")
  func assumedStep() throws {
    let score = try source([
      ScoredRun(id: "a", measured: 2, predicted: 3),
      ScoredRun(id: "b", measured: 1, isStepAssumed: true, predicted: 9),
    ])
    #expect(score.rows == 2 && score.assumedRows == 1)
    #expect(score.stepTime.runs == 1 && score.stepTime.mean == 0.5)
    #expect(score.insideInterval == 0)
  }

  @Test("nothing to score gives no figure, and a record left out is a row")
  func nothing() throws {
    let score = try source(
      [ScoredRun(measured: nil)],
      leftOut: [LeftOutRun(id: "x", source: "table", reason: "no length")])
    #expect(score.rows == 2 && score.stepTime.runs == 0)
    #expect(score.stepTime == ErrorScore([]))
    #expect(score.stepTime.mean == nil && score.stepTime.median == nil)
    #expect(score.stepTime.bias == nil && score.stepTime.p90 == nil)
    #expect(score.insideInterval == nil && score.memory.mean == nil)
    #expect(score.memoryByKind.isEmpty)
  }

  @Test("a source all of whose records were left out has a score without figures")
  func onlyLeftOut() throws {
    let summary = ValidationSummary(
      [], leftOut: [LeftOutRun(id: "x", source: "elsewhere", reason: "no length")])
    #expect(summary.sources["elsewhere"]?.rows == 1)
    #expect(summary.sources["elsewhere"]?.stepTime.mean == nil)
    #expect(summary.ranking.groups == 0 && summary.ranking.meanRegret == nil)
    #expect(summary.feasibility.falseOutOfMemoryShare == nil)
  }

  @Test("the ends of an interval are inside it")
  func intervals() throws {
    let runs = [0.9, 1.1, 1.2, 0.5].enumerated().map {
      ScoredRun(id: "\($0)", measured: $1, predicted: 1, range: 0.9...1.1)
    }
    #expect(try source(runs).insideInterval == 0.5)
  }

  @Test("a run's memory counts once, by the mean of its peaks, and by kind")
  func memory() throws {
    let score = try source([
      ScoredRun(
        id: "a",
        peaks: [(0, .allocated, 10, 12), (1, .allocated, 10, 10), (0, .reserved, 20, 10)]),
      ScoredRun(id: "b", peaks: [(nil, .allocated, 10, 9)], staticMemory: (8, 10)),
      ScoredRun(id: "c"),
    ])
    #expect(score.memory.runs == 2)
    // The first has 20 %, 0 and −50 %, the second −10 %.
    #expect(try #require(score.memory.mean).isNear((0.7 / 3 + 0.1) / 2))
    #expect(try #require(score.memory.bias).isNear((-0.1 - 0.1) / 2))
    #expect(try #require(score.memoryByKind[.allocated]?.mean).isNear(0.1))
    #expect(score.memoryByKind[.reserved]?.runs == 1)
    #expect(score.memoryByKind[.reserved]?.bias == -0.5)
    #expect(score.memoryByKind[.device] == nil)
    #expect(score.staticMemory.runs == 1 && score.staticMemory.mean == 0.25)
  }

  @Test("several predictions of one run pool their errors, and the run counts once")
  func replays() throws {
    let summary = ValidationSummary(
      replays: [
        [try ScoredRun(measured: 1, predicted: 1.1).prediction()],
        [try ScoredRun(measured: 1, predicted: 1.3).prediction()],
      ])
    let score = try #require(summary.sources["table"])
    #expect(score.rows == 1 && score.stepTime.runs == 1)
    #expect(try #require(score.stepTime.mean).isNear(0.2))
    #expect(score.insideInterval == 1)
  }

  @Test("a prediction that is not a finite amount above zero is none")
  func impossible() throws {
    let run = try ScoredRun().run()
    let range = Seconds(1)...Seconds(2)
    #expect(PredictedRun(run, step: Seconds(1), stepRange: range, memoryUse: 1) != nil)
    #expect(PredictedRun(run, step: .infinity, stepRange: range, memoryUse: 1) == nil)
    #expect(PredictedRun(run, step: Seconds(.nan), stepRange: range, memoryUse: 1) == nil)
    #expect(PredictedRun(run, step: Seconds(0), stepRange: range, memoryUse: 1) == nil)
    #expect(PredictedRun(run, step: Seconds(1), stepRange: range, memoryUse: .nan) == nil)
    #expect(
      PredictedRun(
        run, step: Seconds(1), stepRange: range, staticBytes: Bytes(0), memoryUse: 1) == nil)
  }

  @Test("stacks are scored beside sources, and reasons are counted")
  func stacksAndReasons() throws {
    let summary = ValidationSummary(
      [
        try ScoredRun(id: "a", source: "one", stack: "x@1", predicted: 1.5).prediction(),
        try ScoredRun(id: "b", source: "two", stack: "x@1", predicted: 1.25).prediction(),
      ],
      leftOut: [
        LeftOutRun(id: "c", source: "one", reason: "no length"),
        LeftOutRun(id: "d", source: "two", reason: "no batch"),
        LeftOutRun(id: "e", source: "two", reason: "no batch"),
      ])
    #expect(summary.stacks.keys.sorted() == ["x@1"])
    #expect(summary.stacks["x@1"]?.stepTime.mean == 0.375)
    #expect(summary.leftOutReasons.map(\.reason) == ["no batch", "no length"])
    #expect(summary.leftOutReasons.map(\.runs) == [2, 1])
  }
}

extension Double {
  /// Whether two figures agree to nine digits.
  func isNear(_ other: Double) -> Bool {
    (self - other).magnitude <= 1e-9 * Swift.max(1, other.magnitude)
  }
}
