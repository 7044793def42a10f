import CostModel
import Quantities

/// By what argument a frame is known to be no better than its bound.
public enum ClosingRule: String, CaseIterable, Sendable, Codable, Hashable {
  /// The sum of its ranks' needs exceeds the sum of their memory.
  case memory
  /// The closed formula of its schedule.
  case closedForm
  /// What each rank of an interleaved pipeline must do and hold by itself.
  case ranks
  /// The recursion over stages and layers.
  case recursion
  /// The same paths, kept together for every split that may be best.
  case labels
  /// Every split of a frame with several chunks a stage, or with two stages, simulated.
  case enumeration
  /// No split fits in memory, by the recursion or by what each rank must hold.
  case infeasible
}

/// What is known of one frame whose splits were looked at.
public struct FrameResult: Sendable {
  public var frame: Frame
  /// The bound by closed formula, which put it in its place in the queue.
  public var closedForm: Seconds
  /// No split's step is shorter; infinite where none fits.
  public var bound: Seconds
  public var rule: ClosingRule
  /// The bound by what each rank must do and hold, where the splits were looked at as well.
  public var ranks: Seconds?
  /// The best split found, and its step.
  public var best: (split: LayerSplit, step: Seconds)?

  /// Puts seconds for which another share of the cluster costs as much in their place.
  mutating func scale(by factor: Double) {
    (closedForm, bound) = (factor * closedForm, factor * bound)
    ranks = ranks.map { factor * $0 }
    best = best.map { ($0.split, factor * $0.step) }
  }

  /// Takes a better bound; one that is better by rounding alone is still the old rule's.
  mutating func raise(to bound: Seconds, by rule: ClosingRule) {
    guard bound > self.bound else { return }
    if bound > (1 + 1e-9) * self.bound { self.rule = rule }
    self.bound = bound
  }
}
