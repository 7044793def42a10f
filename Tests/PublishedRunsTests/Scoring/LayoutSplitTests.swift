import ParallelismVocabulary
import Testing

@testable import PublishedRuns
@testable import ScoredRuns

@Suite("Splits by layout")
struct LayoutSplitTests {
  /// Sixty layouts of two stacks, the first twenty of them measured twice.
  private func runs() throws -> [MeasuredRun] {
    let once = try (0..<60).map { index in
      try ScoredRun(
        id: "\(index)", stack: index % 3 == 0 ? "rare@1" : "common@1", layers: index + 1
      ).run()
    }
    var again = Array(once.prefix(20))
    for index in again.indices {
      again[index].id += " again"
      again[index].source = "elsewhere"
      again[index].stack = "renamed@1"
      again[index].model.vocabularySize *= 2
    }
    return once + again
  }

  @Test("every run is unseen once in a split, and repeats of a layout stay on one side")
  func halves() throws {
    let runs = try runs()
    let splits = LayoutSplit.three(of: runs)
    #expect(splits.count == 3)
    for split in splits {
      #expect(split.folds.count == 2)
      #expect(split.folds.flatMap(\.unseen).sorted() == Array(runs.indices))
      for fold in split.folds {
        #expect((fold.seen + fold.unseen).sorted() == Array(runs.indices))
        let seen = Set(fold.seen.map { RunLayout(runs[$0]) })
        #expect(fold.unseen.allSatisfy { !seen.contains(RunLayout(runs[$0])) })
      }
    }
  }

  @Test("the halves hold equally many layouts of each stack, give or take one")
  func strata() throws {
    let runs = try runs()
    for split in LayoutSplit.three(of: runs) {
      for stack in ["rare@1", "common@1"] {
        let counts = split.folds.map { fold in
          fold.unseen.count { runs[$0].stack == stack }
        }
        #expect((counts[0] - counts[1]).magnitude <= 1)
      }
    }
  }

  @Test("the splits differ from one another and are the same every time")
  func determinism() throws {
    let runs = try runs()
    #expect(LayoutSplit.three(of: runs) == LayoutSplit.three(of: runs))
    #expect(Set(LayoutSplit.three(of: runs)).count == 3)
    // As this seed splits on every machine.
    let few = LayoutSplit(Array(0..<8), strata: Array(repeating: "x", count: 8), seed: 1)
    #expect(few.folds[0].unseen == [1, 4, 6, 7])
  }

  @Test("a single layout is unseen by a fit that saw nothing")
  func single() throws {
    let split = LayoutSplit(["a"], strata: ["x"], seed: 7)
    #expect(split.folds.map(\.unseen.count).sorted() == [0, 1])
  }

  @Test("any dimension, degree, size, device or format makes another layout")
  func layouts() throws {
    let first = RunLayout(try ScoredRun().run())
    let changes: [(inout ScoredRun) -> Void] = [
      { $0.layers = 8 }, { $0.sequenceLength = 4096 }, { $0.degrees.tensor = 2 },
      { $0.degrees.pipeline = 2 }, { $0.degrees.data = 4 }, { $0.degrees.context = 2 },
      { $0.degrees.expert = 2 }, { $0.microBatchSize = 2 }, { $0.globalBatch = 128 },
      { $0.accelerator = "other" },
    ]
    for change in changes {
      var run = ScoredRun()
      change(&run)
      #expect(RunLayout(try run.run()) != first)
    }
    let same = ScoredRun(
      id: "other", source: "other", stack: "other@1", vocabulary: 2048, measured: 3)
    #expect(RunLayout(try same.run()) == first)
  }
}
