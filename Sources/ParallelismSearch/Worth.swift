import CostModel
import ParallelismVocabulary
import Quantities

/// What steps count for under a goal: their time, or the time for which the whole cluster would cost as
/// much; infinite where they take too long.
struct Worth: Sendable {
  private let model: CostModel
  private let goal: Goal
  /// The price of all nodes.
  private let whole: Double

  init(_ model: CostModel, _ goal: Goal) {
    self.model = model
    self.goal = goal
    whole = model.hourlyPrice
  }

  /// The share of the cluster's price that a frame's nodes have; 1 where only time counts.
  func share(of frame: Frame) -> Double { share(of: FrameFamily(frame)) }

  private func share(of family: FrameFamily) -> Double {
    goal.measure == .time ? 1 : model.hourlyPrice(of: family) / whole
  }

  /// What a step of a frame counts for.
  func value(of step: Seconds, _ frame: Frame) -> Seconds {
    value(of: step, FrameFamily(frame))
  }

  /// What a step of any frame of a family counts for.
  func value(of step: Seconds, _ family: FrameFamily) -> Seconds {
    step > goal.longestStep ?? .infinity ? .infinity : share(of: family) * step
  }

  /// Steps of a frame that count for less than `value` are shorter than this: where only steps of some length
  /// will do, by more than rounding may add to it.
  func step(worth value: Seconds, _ frame: Frame) -> Seconds {
    let longest = goal.longestStep.map { (1 + 1e-9) * $0 } ?? .infinity
    return min(longest, 1 / share(of: frame) * value)
  }
}
