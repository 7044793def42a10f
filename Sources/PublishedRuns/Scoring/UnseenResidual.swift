import CostModel
import Quantities

/// How a measured step compares with the prediction of a fit that had not seen its layout.
public struct UnseenResidual: Hashable, Sendable {
  /// The run; its residuals from several splits count as one.
  public let run: String
  public let regime: RunRegime
  /// Measured over predicted, above zero.
  public let ratio: Double

  /// - Returns: `nil` unless the ratio is finite and above zero.
  public init?(run: String, regime: RunRegime, ratio: Double) {
    guard ratio > 0, ratio.isFinite else { return nil }
    self.run = run
    self.regime = regime
    self.ratio = ratio
  }

  /// - Returns: `nil` where the step is not scored.
  public init?(_ prediction: PredictedRun) {
    guard let measured = prediction.scoredStep else { return nil }
    self.init(
      run: prediction.run.id, regime: RunRegime(prediction.run),
      ratio: measured / prediction.step)
  }
}
