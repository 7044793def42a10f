/// What the search minimises in place of the step's time, so that every improvement counts.
///
/// The time itself sees the slowest pipeline and the slowest link only, and lets all others drift
/// until they are as slow. The guide adds a mean of the D pipelines that counts slow ones most, and by
/// how much links exceed the least exchange that the bound allows:
/// ```
/// (1 − mean) · max_d pipeline_d + mean · (Σ_d pipeline_d⁸ / D)^(1/8)
///     + max_p exchange_p + excess · Σ [link − target]+ / D
/// ```
struct Guide: Sendable {
  /// The mean's weight against the slowest pipeline's.
  var mean = 0.5
  /// The weight of the seconds by which links exceed the target.
  var excess = 1.5
  /// The exchange that no mapping stays below, in seconds.
  var target: Double

  /// The time itself.
  static let time = Guide(mean: 0, excess: 0, target: 0)
}
