/// How far a set of predictions is off, in relative errors: predicted over measured, less one.
///
/// Every figure is `nil` of no runs.
public struct ErrorScore: Hashable, Sendable {
  /// The runs that are scored.
  public let runs: Int
  /// The mean absolute error.
  public let mean: Double?
  /// The median absolute error.
  public let median: Double?
  /// The mean signed error: above zero where predictions are too high.
  public let bias: Double?
  /// The absolute error that nine in ten predictions stay below, interpolated between the nearest
  /// two where it falls between them.
  public let p90: Double?

  /// - Parameters:
  ///   - signed: one error a prediction.
  ///   - absolute: their magnitudes, unless a prediction stands for several that may cancel.
  ///   - runs: how many runs they belong to, where some were predicted more than once.
  init(_ signed: [Double], absolute: [Double]? = nil, runs: Int? = nil) {
    let absolute = absolute ?? signed.map(\.magnitude)
    self.runs = runs ?? signed.count
    mean = absolute.mean
    median = absolute.median
    bias = signed.mean
    p90 = absolute.percentile(0.9)
  }
}
