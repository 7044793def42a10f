import CostModel
import ParallelismVocabulary
import PublishedRuns
import Quantities
import SeededRandom
import Testing

@testable import PublishedRuns

/// Runs of a small model on two nodes of H100, whose steps a calibration sets.
enum SyntheticRuns {
  /// Thirty layouts: two lengths, three batches, five ways to cut the model.
  static func layouts() throws -> [MeasuredRun] {
    var runs: [MeasuredRun] = []
    for length in [2048, 8192] {
      for batch in [64, 128, 256] {
        for (tensor, data, pipeline) in [(1, 16, 1), (2, 8, 1), (8, 2, 1), (2, 4, 2), (4, 2, 2)] {
          var text = RunText.whole
            .replacing(#""hiddenSize":1024"#, with: #""hiddenSize":4096"#)
            .replacing(#""intermediateSize":4096"#, with: #""intermediateSize":14336"#)
            .replacing(#""heads":16"#, with: #""heads":32"#)
            .replacing(#""globalBatch":64"#, with: "\"globalBatch\":\(batch)")
            .replacing(#""sequenceLength":2048"#, with: "\"sequenceLength\":\(length)")
            .replacing(
              #""tensor":2,"data":4,"pipeline":2"#,
              with: "\"tensor\":\(tensor),\"data\":\(data),\"pipeline\":\(pipeline)"
            )
            .replacing(#""sequenceParallel":true,"#, with: "")
            .replacing(#""id":"a""#, with: "\"id\":\"\(length) \(batch) \(tensor) \(pipeline)\"")
          text = text.replacing(#""microBatchSize":2"#, with: #""microBatchSize":1"#)
          runs.append(try #require(try MeasuredRuns.parse(text).runs.first))
        }
      }
    }
    return runs
  }

  /// The same runs, each measured to take what a calibration predicts, but for some noise.
  ///
  /// - Parameter noise: the most by which a step is off, as a share.
  static func measured(
    under calibration: Calibration, noise: Double = 0, seed: UInt64 = 1
  ) throws -> [MeasuredRun] {
    var random = SplitMix(seed: seed)
    return try layouts().map { run in
      var copy = run
      // Each weighs for itself: a source of many rows weighs as the square root of their number.
      copy.source = run.id
      let share = 2 * Double(random.next() % 10_000) / 10_000 - 1
      copy.measured.step =
        (1 + noise * share) * (try run.prediction(under: calibration).step)
      return copy
    }
  }
}

extension Calibration {
  /// The defaults with some coefficients by name.
  static func defaults(with values: [String: Double]) throws -> Calibration {
    var calibration = Calibration.defaults
    for (name, value) in values {
      try #require(Coefficient.named(name)).set(value, in: &calibration)
    }
    return calibration
  }
}
