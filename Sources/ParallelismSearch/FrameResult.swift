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

extension FrameResult {
  /// The result by the simplest rule that closes the frame at a step.
  ///
  /// Rules are asked in their order, but before the best plan is known: what the recursion follows then it
  /// need not follow at the end, and may close a frame that took labels, or every split, before.
  ///
  /// - Parameter share: that of the plan's nodes in the price of all (see `SearchResult.share`).
  public func simplest(
    for step: Seconds, share: Double, in space: SearchSpace, _ pricer: FramePricer
  ) -> FrameResult {
    var result = self
    if let ranks, ranks >= step {
      (result.bound, result.rule) = (ranks, .ranks)
    } else if rule == .labels || rule == .enumeration, frame.schedule.virtualStages == 1,
      bound >= step
    {
      let prices = pricer.prices(of: frame)
      let worth = Worth(space.model, space.goal)
      let limit = prices.makespan(step: worth.step(worth: share * step, frame))
      if StageRecursion(prices, limit: limit).bound >= (1 - 1e-9) * limit {
        result.rule = .recursion
      }
    }
    return result
  }
}
