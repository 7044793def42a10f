import CostModel
import PublishedRuns
import Quantities
import Testing

@testable import PublishedRuns

@Suite("A cross-validation predicts every run by a fit that saw none of its layout")
struct CrossValidationTests {
  /// Two layouts, each measured twice; the second's repeats under another source.
  private func runs() throws -> [MeasuredRun] {
    let truth = try Calibration.defaults(with: ["generations.hopper.bf16": 1.4])
    let all = try SyntheticRuns.measured(under: truth)
    var runs = [all[0], all[0], all[9], all[9]]
    for (index, factor) in [1.0, 1.02, 2, 2.04].enumerated() {
      runs[index].id = "\(index)"
      runs[index].measured.step = factor * (try #require(runs[index].measured.step))
    }
    runs[3].source = "elsewhere"
    return runs
  }

  @Test("Its predictions are those of a fit to the other layout alone, in each of three splits")
  func unseen() throws {
    let runs = try runs()
    let validation = CrossValidation(MeasuredRuns(runs: runs), iterations: 4)
    #expect(validation.replays.count == 3)
    for (own, other) in [([0, 1], [2, 3]), ([2, 3], [0, 1])] {
      let fitted = CoefficientFit(runs: other.map { runs[$0] }, start: .defaults)
        .fitted(iterations: 4)
      for index in own {
        let expected = try runs[index].prediction(under: fitted).step
        // A fit that saw the layout itself would predict otherwise.
        let seen = CoefficientFit(runs: runs, start: .defaults).fitted(iterations: 4)
        #expect(abs(try runs[index].prediction(under: seen).step / expected - 1) > 0.05)
        for replay in validation.replays {
          let prediction = try #require(replay.first { $0.run.id == runs[index].id })
          #expect(prediction.step == expected)
        }
      }
    }
    for replay in validation.replays {
      #expect(replay.map(\.run.id).sorted() == ["0", "1", "2", "3"])
    }
  }

  @Test("Progress counts six fits")
  func progress() throws {
    var counts: [Int] = []
    _ = CrossValidation(MeasuredRuns(runs: try runs()), iterations: 1) { counts.append($0) }
    #expect(counts == Array(1...6))
  }
}
