import ClusterTopology
import CostModel
import Foundation
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import PublishedRuns
@testable import ScoredRuns

@Suite("Intervals of predictions")
struct ErrorIntervalTests {
  private let regime = RunRegime(stack: "x@1", architecture: .hopper, size: .oneNode)

  private func residuals(
    _ ratios: [Double], _ regime: RunRegime? = nil, prefix: String = ""
  ) -> [UnseenResidual] {
    ratios.enumerated().compactMap {
      UnseenResidual(run: prefix + "\($0)", regime: regime ?? self.regime, ratio: $1)
    }
  }

  @Test("of 99 runs, the 97th and the third smallest ratios are the ends")
  func twoSided() throws {
    // ⌈100 · 0.965⌉ = 97, and as many from above.
    let ratios = (1...99).map { 0.5 + Double($0) / 100 }
    let interval = try #require(
      ErrorIntervalTable.interval(of: residuals(ratios.shuffled()), basis: .measured))
    #expect(interval.above == ratios[96] && interval.below == ratios[2])
    #expect(interval.runs == 99 && interval.basis == .measured)
  }

  @Test("of 14 runs, the largest deviation is on either side; of 13 there is no interval")
  func few() throws {
    let ratios = Array(repeating: 1.01, count: 13)
    let interval = try #require(
      ErrorIntervalTable.interval(of: residuals(ratios + [0.8]), basis: .measured))
    #expect(interval.above == 1.25 && interval.below == 0.8)
    #expect(ErrorIntervalTable.interval(of: residuals(ratios), basis: .measured) == nil)
  }

  @Test("three residuals of one run count as one run")
  func repeatedRuns() throws {
    let once = residuals((1...99).map { 0.5 + Double($0) / 100 })
    let interval = ErrorIntervalTable.interval(of: once, basis: .measured)
    #expect(ErrorIntervalTable.interval(of: once + once + once, basis: .measured) == interval)
    let few = residuals(Array(repeating: 1.1, count: 13))
    #expect(ErrorIntervalTable.interval(of: few + few + few, basis: .measured) == nil)
  }

  @Test("an interval always holds the prediction itself")
  func ends() throws {
    let interval = try #require(
      ErrorIntervalTable.interval(
        of: residuals((1...99).map { 1 + Double($0) / 100 }), basis: .measured))
    #expect(interval.below == 1 && interval.above == 1.97)
    #expect(interval.range(around: Seconds(2)) == Seconds(2)...Seconds(3.94))
  }

  @Test("a thin regime has its stack's interval, widened, but never less than its own residuals")
  func thinRegime() throws {
    let many = RunRegime(stack: "x@1", architecture: .hopper, size: .manyNodes)
    let common = residuals(Array(repeating: 1.1, count: 40))
    let table = ErrorIntervalTable(common + residuals([1.02], many, prefix: "far"))
    #expect(
      table.interval(of: regime) == ErrorInterval(below: 1, above: 1.1, basis: .measured, runs: 40))
    // 1.1 to the power of 1.25, rounded up.
    #expect(
      table.interval(of: many) == ErrorInterval(below: 1, above: 1.127, basis: .stack, runs: 41))
    let wider = ErrorIntervalTable(
      residuals(Array(repeating: 1.1, count: 100)) + residuals([1.5, 0.5], many, prefix: "far"))
    #expect(wider.interval(of: many).above == 1.5 && wider.interval(of: many).below == 0.5)
  }

  @Test("a regime that a measured stack never ran in has the stack's interval")
  func unseenRegime() {
    let table = ErrorIntervalTable(residuals(Array(repeating: 0.9, count: 40)))
    let other = RunRegime(stack: "x@1", architecture: .ampere, size: .severalNodes)
    #expect(
      table.interval(of: other) == ErrorInterval(below: 0.876, above: 1, basis: .stack, runs: 40))
  }

  @Test("a thin stack has the interval of all stacks, widened more; an unmeasured one the default")
  func stacks() {
    let thin = RunRegime(stack: "thin@1", architecture: .ampere, size: .oneNode)
    let unknown = RunRegime(stack: "unknown@1", architecture: .ampere, size: .oneNode)
    let table = ErrorIntervalTable(
      residuals(Array(repeating: 1.2, count: 40)) + residuals([1.1], thin, prefix: "thin"))
    // 1.2 to the power of 1.5.
    #expect(
      table.interval(of: thin) == ErrorInterval(below: 1, above: 1.315, basis: .allStacks, runs: 41)
    )
    #expect(table.interval(of: unknown) == .unmeasured)
    #expect(ErrorInterval.unmeasured.below == 0.65 && ErrorInterval.unmeasured.above == 1.5)
    #expect(ErrorIntervalTable([]).interval(of: thin) == .unmeasured)
    #expect(ErrorIntervalTable(residuals([9, 1], thin)).interval(of: thin).above == 9)
  }

  /// Errors as cross-validation sees them: a skewed Student's t of three degrees of freedom, on a
  /// logarithmic scale.
  private func heavyTailed(_ generator: inout SplitMix) -> Double {
    func normal() -> Double {
      let (radius, angle) = (
        Double.random(in: 1e-12..<1, using: &generator),
        Double.random(in: 0..<1, using: &generator)
      )
      return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
    }
    let chi = (0..<3).reduce(0.0) { sum, _ in
      let value = normal()
      return sum + value * value
    }
    let t = normal() / (chi / 3).squareRoot()
    return exp(0.02 + 0.05 * (t > 0 ? 1.6 * t : t))
  }

  @Test(
    "at least 93 % of unseen heavy-tailed errors are inside, however few runs there were",
    arguments: [14, 20, 27, 28, 60, 300])
  func coverage(runs: Int) {
    var generator = SplitMix(seed: UInt64(runs))
    var inside = 0
    let (trials, draws) = (300, 200)
    for _ in 0..<trials {
      let table = ErrorIntervalTable(
        residuals((0..<runs).map { _ in heavyTailed(&generator) }))
      let interval = table.interval(of: regime)
      for _ in 0..<draws {
        let ratio = heavyTailed(&generator)
        if interval.below <= ratio, ratio <= interval.above { inside += 1 }
      }
    }
    // Three standard errors of the mean over the trials, whose coverage scatters by up to 7 %.
    #expect(
      Double(inside) / Double(trials * draws) >= 0.93 - 3 * 0.07 / Double(trials).squareRoot())
  }

  @Test("at least 90 % are inside where every regime is too thin for an interval of its own")
  func thinCoverage() {
    var generator = SplitMix(seed: 5)
    let regimes = Architecture.allCases.prefix(6).flatMap { architecture in
      RunRegime.Size.allCases.map {
        RunRegime(stack: "x@1", architecture: architecture, size: $0)
      }
    }
    var (inside, draws) = (0, 0)
    for _ in 0..<100 {
      // A regime has a bias of its own, of 3 % either way.
      let biases = regimes.map { _ in Double.random(in: 0.97...1.03, using: &generator) }
      let table = ErrorIntervalTable(
        zip(regimes, biases).flatMap { regime, bias in
          residuals(
            (0..<5).map { _ in bias * heavyTailed(&generator) }, regime, prefix: "\(regime)")
        })
      for (regime, bias) in zip(regimes, biases) {
        let interval = table.interval(of: regime)
        for _ in 0..<20 {
          let ratio = bias * heavyTailed(&generator)
          if interval.below <= ratio, ratio <= interval.above { inside += 1 }
          draws += 1
        }
      }
    }
    #expect(Double(inside) / Double(draws) >= 0.9)
  }

  @Test("sizes are one node, up to 64, and more, by the nodes that the job needs")
  func sizes() throws {
    #expect(
      [1, 2, 64, 65].map(RunRegime.Size.init) == [
        .oneNode, .severalNodes, .severalNodes, .manyNodes,
      ])
    let cluster = try ScoredRun(degrees: ParallelismDegrees(data: 1024)).run().cluster
    #expect(
      [1, 8, 9, 512, 513].map { RunRegime(stack: "x", cluster: cluster, devices: $0).size }
        == [.oneNode, .oneNode, .severalNodes, .severalNodes, .manyNodes])
  }

  @Test("a table survives JSON, and factors on one side of 1 are refused")
  func json() throws {
    let table = ErrorIntervalTable(residuals((1...99).map { 0.5 + Double($0) / 100 }))
    let data = try JSONEncoder().encode(table)
    #expect(try JSONDecoder().decode(ErrorIntervalTable.self, from: data) == table)
    let bad = #"{"below": 1.2, "above": 1.5, "basis": "measured", "runs": 3}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ErrorInterval.self, from: Data(bad.utf8))
    }
  }

  @Test("a step that is not scored leaves no residual")
  func unscored() throws {
    #expect(UnseenResidual(try ScoredRun(measured: 3, predicted: 2).prediction())?.ratio == 1.5)
    #expect(UnseenResidual(try ScoredRun(measured: nil).prediction()) == nil)
    #expect(UnseenResidual(try ScoredRun(measured: 1, isStepAssumed: true).prediction()) == nil)
    #expect(UnseenResidual(run: "a", regime: regime, ratio: .infinity) == nil)
  }
}
