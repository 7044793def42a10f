import ParallelismVocabulary
import Testing

@testable import PublishedRuns
@testable import ScoredRuns

@Suite("Ranking of layouts")
struct RankingTests {
  private func group(_ measured: [Double], _ predicted: [Double]) -> RankedGroup {
    RankedGroup(source: "table", measured: measured, predicted: predicted)
  }

  @Test("regret is what the predicted best takes beyond the measured best")
  func regret() {
    #expect(group([10, 12, 15, 20, 30], [3, 2, 4, 5, 6]).regret.isNear(0.2))
    #expect(group([10, 12, 15, 20, 30], [1, 2, 3, 4, 5]).regret == 0)
  }

  @Test("choices that tie in prediction count with the mean of their times")
  func ties() {
    #expect(group([10, 20, 15, 20, 30], [1, 1, 4, 5, 6]).regret.isNear(0.5))
  }

  @Test("the best measured is among five only where fewer than five are predicted as good")
  func bestAmongFive() {
    #expect(group([1, 2, 3, 4, 5, 6], [5, 1, 2, 3, 4, 6]).hasBestAmongFive)
    #expect(!group([1, 2, 3, 4, 5, 6], [6, 1, 2, 3, 4, 5]).hasBestAmongFive)
    // A tie with the fifth is no place among five.
    #expect(!group([1, 2, 3, 4, 5, 6], [5, 1, 2, 3, 4, 5]).hasBestAmongFive)
    // Either of two best will do.
    #expect(group([1, 1, 3, 4, 5, 6], [6, 1, 2, 3, 4, 5]).hasBestAmongFive)
  }

  /// One job on 32 devices by seven layouts; the measured time of each is its tensor degree.
  private func layouts(_ change: (inout ScoredRun) -> Void = { _ in }) -> [ScoredRun] {
    [(1, 32), (2, 16), (4, 8), (8, 4), (16, 2)].map { tensor, data in
      var run = ScoredRun(
        id: "t\(tensor)", degrees: ParallelismDegrees(tensor: tensor, data: data),
        measured: Double(tensor), predicted: Double(tensor))
      // Frameworks pad the vocabulary by the tensor degree; the job is the same.
      run.vocabulary = 1024 * tensor
      change(&run)
      return run
    }
  }

  private func ranking(_ runs: [ScoredRun]) throws -> RankingScore {
    ValidationSummary(try runs.map { try $0.prediction() }).ranking
  }

  @Test("five layouts of one job are a group, four are not")
  func groups() throws {
    #expect(try ranking(layouts()).groups == 1)
    #expect(try ranking(layouts()).spearman == 1)
    #expect(try ranking(Array(layouts().dropLast())).groups == 0)
  }

  @Test("another batch, length, stack, source, device or model is another job")
  func jobs() throws {
    let changes: [(inout ScoredRun) -> Void] = [
      { $0.globalBatch = 128 }, { $0.sequenceLength = 4096 }, { $0.stack = "other@1" },
      { $0.source = "other" }, { $0.accelerator = "other" }, { $0.layers = 8 },
    ]
    for change in changes {
      var runs = layouts()
      change(&runs[0])
      #expect(try ranking(runs).groups == 0)
    }
  }

  @Test("repeats of a layout are one choice with the median of their times")
  func repeats() throws {
    var runs = Array(layouts().dropLast())
    runs += [runs[0], runs[0]]
    runs[4].id = "again"
    runs[5].id = "and again"
    #expect(try ranking(runs).groups == 0)

    runs = layouts()
    runs += [runs[0], runs[0]]
    runs[5].measured = 3
    runs[6].measured = 8
    let groups = RankedGroup.groups(try runs.map { try $0.prediction() })
    #expect(groups.map(\.measured) == [[3, 2, 4, 8, 16]])
    #expect(groups.map(\.regret) == [0.5])
  }

  @Test("runs that failed or whose step is assumed are no choice")
  func unscored() throws {
    var runs = layouts()
    runs[0].isStepAssumed = true
    #expect(try ranking(runs).groups == 0)
    runs[0].isStepAssumed = false
    runs[0].measured = nil
    #expect(try ranking(runs).groups == 0)
  }

  @Test("groups are averaged, overall and by source, and count once over replays")
  func averages() throws {
    let good = layouts()
    let bad = layouts {
      $0.source = "other"
      $0.predicted = 1 / $0.predicted
    }
    let predictions = try (good + bad).map { try $0.prediction() }
    let summary = ValidationSummary(replays: [predictions, predictions])
    #expect(summary.ranking.groups == 2)
    #expect(summary.ranking.meanRegret == 7.5)
    #expect(summary.ranking.p90Regret == 15)
    #expect(summary.ranking.spearman == 0)
    #expect(summary.ranking.bestAmongFive == 1)
    #expect(summary.rankingBySource["table"]?.meanRegret == 0)
    #expect(summary.rankingBySource["other"]?.spearman == -1)
    #expect(summary.rankingBySource["other"]?.groups == 1)
  }
}
