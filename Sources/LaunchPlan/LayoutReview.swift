import Quantities

/// What a given layout costs, and which single changes of it are worth making.
public struct LayoutReview: Sendable {
  /// The layout as a plan; its certificate speaks of all layer splits and recomputations under its
  /// degrees and options.
  public var plan: LaunchPlan
  /// What of the layout does not hold, a sentence each; empty where it runs.
  public var violations: [String]
  /// Choices that were freed one by one, the greatest gain first.
  public var changes: [Change]

  public init(plan: LaunchPlan, violations: [String], changes: [Change]) {
    self.plan = plan
    self.violations = violations
    self.changes = changes
  }

  /// What is best when one choice is free and all others stay.
  public struct Change: Sendable, Hashable {
    /// In words: `micro-batch 2 instead of 1`.
    public var words: String
    public var parallelism: LaunchPlan.Parallelism
    public var step: Seconds
    /// The share of the step that is saved; negative where nothing else of the choice is as fast.
    public var gain: Double

    public init(
      words: String, parallelism: LaunchPlan.Parallelism, step: Seconds, gain: Double
    ) {
      self.words = words
      self.parallelism = parallelism
      self.step = step
      self.gain = gain
    }
  }
}
