import SeededRandom

/// Runs cut into two halves that share no layout, so that each can be predicted by a fit that has
/// seen only the other.
public struct LayoutSplit: Hashable, Sendable {
  /// The runs that a fit may see and those that it then predicts, by their indices, ascending.
  public struct Fold: Hashable, Sendable {
    public let seen: [Int]
    public let unseen: [Int]
  }

  /// Each half predicted by the other: every run is unseen in exactly one fold.
  public let folds: [Fold]

  /// The three splits of a cross-validation.
  ///
  /// The layouts of each stack are put in a random order and dealt to the halves in turn, so that
  /// the halves hold as many layouts of a stack, give or take one. A layout that several stacks ran
  /// counts for the first of them. The same runs in the same order are split in the same way.
  public static func three(of runs: [MeasuredRun]) -> [LayoutSplit] {
    let layouts = runs.map(RunLayout.init)
    return (1...3).map { seed in
      LayoutSplit(layouts, strata: runs.map(\.stack), seed: UInt64(seed))
    }
  }

  /// - Parameters:
  ///   - layouts: one a run.
  ///   - strata: one a run; the layouts of each are halved.
  init<Layout: Hashable>(_ layouts: [Layout], strata: [String], seed: UInt64) {
    precondition(layouts.count == strata.count, "every run has a layout and a stratum")
    var firstRuns: [(stratum: String, run: Int)] = []
    var isKnown: Set<Layout> = []
    for (run, layout) in layouts.enumerated() where isKnown.insert(layout).inserted {
      firstRuns.append((strata[run], run))
    }
    var generator = SplitMix(seed: seed)
    let shuffled = firstRuns.map { (first: $0, key: generator.next()) }
      .sorted {
        ($0.first.stratum, $0.key, $0.first.run) < ($1.first.stratum, $1.key, $1.first.run)
      }

    var halfOfLayout: [Layout: Int] = [:]
    var half = 0
    var stratum: String?
    for (first, key) in shuffled {
      // Each stratum starts on a random side, or the odd layouts would all fall on one.
      if first.stratum != stratum {
        stratum = first.stratum
        half = Int(key % 2)
      }
      halfOfLayout[layouts[first.run]] = half
      half = 1 - half
    }
    let halves = (0...1).map { half in
      layouts.indices.filter { halfOfLayout[layouts[$0]] == half }
    }
    folds = [
      Fold(seen: halves[0], unseen: halves[1]), Fold(seen: halves[1], unseen: halves[0]),
    ]
  }
}
