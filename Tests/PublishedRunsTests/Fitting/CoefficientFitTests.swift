import CostModel
import PublishedRuns
import Quantities
import Testing

@testable import PublishedRuns

@Suite("Coefficients are fitted to measured steps")
struct CoefficientFitTests {
  private static let truth = [
    "generations.hopper.bf16": 1.4, "stacks.megatron-core@0.16.perMicroBatch": 0.004,
    "stacks.megatron-core@0.16.tensorExposed": 0.9,
  ]

  private static let sought = Coefficient.all.filter { truth.keys.contains($0.name) }

  private func fit(_ runs: [MeasuredRun]) -> Calibration {
    CoefficientFit(runs: runs, coefficients: Self.sought, start: .defaults).fitted()
  }

  @Test("The coefficients under which runs were priced are found through 1 % of noise, to 7 %")
  func recovery() throws {
    let truth = try Calibration.defaults(with: Self.truth)
    let found = fit(try SyntheticRuns.measured(under: truth, noise: 0.01))
    #expect(Self.sought.count == 3)
    for coefficient in Self.sought {
      let ratio = coefficient.value(in: found) / coefficient.value(in: truth)
      #expect(abs(ratio - 1) < 0.07, "\(coefficient.name): \(ratio)")
      // The prior's mean is far away.
      #expect(abs(coefficient.defaultValue / coefficient.value(in: truth) - 1) > 0.2)
    }
  }

  @Test("A run that no value explains, five times as slow, moves no coefficient by more than 4 %")
  func outlier() throws {
    let truth = try Calibration.defaults(with: Self.truth)
    var runs = try SyntheticRuns.measured(under: truth, noise: 0.01)
    let before = fit(runs)
    runs[7].measured.step = 5 * (try #require(runs[7].measured.step))
    let after = fit(runs)
    for coefficient in Self.sought {
      let ratio = coefficient.value(in: after) / coefficient.value(in: before)
      #expect(abs(ratio - 1) < 0.04, "\(coefficient.name): \(ratio)")
    }
  }

  @Test("The same runs give the same coefficients, to the last bit")
  func deterministic() throws {
    let runs = try SyntheticRuns.measured(under: .defaults(with: Self.truth), noise: 0.05)
    let (one, two) = (fit(runs), fit(runs))
    for coefficient in Coefficient.all {
      #expect(coefficient.value(in: one) == coefficient.value(in: two))
    }
  }

  @Test("Runs that are met already leave every coefficient where it starts")
  func fixedPoint() throws {
    let fit = CoefficientFit(
      runs: try SyntheticRuns.measured(under: .defaults), start: .defaults)
    let found = fit.fitted()
    for coefficient in fit.coefficients {
      let ratio = coefficient.value(in: found) / coefficient.defaultValue
      #expect(abs(ratio - 1) < 1e-6, "\(coefficient.name)")
    }
    #expect(fit.meanError(at: .defaults) < 1e-12)
  }

  @Test("Each step of the fit lowers its cost, and the mean error with it")
  func progress() throws {
    let truth = try Calibration.defaults(with: Self.truth)
    let runs = try SyntheticRuns.measured(under: truth, noise: 0.01)
    let fit = CoefficientFit(runs: runs, coefficients: Self.sought, start: .defaults)
    var costs: [Double] = []
    let found = fit.fitted { costs.append($0.cost) }
    #expect(costs.count > 1)
    #expect(costs == costs.sorted(by: >))
    #expect(fit.meanError(at: .defaults) > 0.1)
    #expect(fit.meanError(at: found) < 0.01)
  }

  @Test("Only coefficients of the runs' own hardware, network and stack are fitted")
  func concerned() throws {
    let fit = CoefficientFit(
      runs: try SyntheticRuns.measured(under: .defaults), start: .defaults)
    let owners = Set(fit.coefficients.map { $0.name.split(separator: ".").prefix(2) })
    #expect(
      owners == [
        ["generations", "hopper"], ["networks", "infiniband-400"], ["stacks", "megatron-core@0"],
      ])
    for coefficient in fit.coefficients {
      #expect(fit.runs(concernedBy: coefficient) == fit.runs.count)
    }
    let foreign = try #require(Coefficient.named("generations.volta.bf16"))
    #expect(fit.runs(concernedBy: foreign) == 0)
  }

  @Test("Runs without a step, with an assumed one, or that failed, are not fitted to")
  func untimed() throws {
    var runs = Array(try SyntheticRuns.measured(under: .defaults).prefix(4))
    runs[0].measured.step = nil
    runs[1].measured.isStepAssumed = true
    runs[2].measured.outcome = .failed
    let fit = CoefficientFit(runs: runs, start: .defaults)
    #expect(fit.runs.map(\.id) == [runs[3].id])
  }

  @Test("From 12 on, 16 times as many runs of a source weigh 4 times as much together")
  func weights() {
    func together(_ runs: Int) -> Double {
      let weight = CoefficientFit.weight(ofEachAmong: runs)
      return Double(runs) * weight * weight
    }
    #expect(abs(together(20) - 20) < 1e-9)
    #expect(abs(together(320) - 80) < 1e-9)
    #expect(CoefficientFit.weight(ofEachAmong: 1) == CoefficientFit.weight(ofEachAmong: 12))
  }
}
