/// What the search minimises in place of the step's time, so that every improvement counts.
///
/// The time itself sees the slowest pipeline and the slowest link only, and lets all others drift
/// until they are as slow. The guide adds the mean of the pipelines and how far links exceed the
/// least exchange that the bound allows:
/// ```
/// (1 − mean) · max_d pipeline_d + mean · avg_d pipeline_d + max_p exchange_p + excess · Σ [link − target]+
/// ```
struct Guide: Sendable {
  /// The mean's weight against the slowest pipeline's.
  var mean = 0.5
  /// The weight of each second by which a link's exchange exceeds the target.
  var excess = 0.05
  /// The exchange that no mapping stays below, in seconds.
  var target: Double
}
