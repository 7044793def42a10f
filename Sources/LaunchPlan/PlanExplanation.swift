import ParallelismVocabulary
import Quantities

/// Where the time and the memory of a plan's step go, and what a better part would buy.
public struct PlanExplanation: Sendable, Equatable {
  /// What the cost model predicts now, which may differ from what the plan states.
  public var step: Seconds
  public var tokensPerSecondPerDevice: Double
  /// The parts of the step on its busiest stage.
  public var breakdown: Parts<LaunchPlan.StepPart, Seconds>
  public var busiestStage: BusyStage
  public var fullestStage: LaunchPlan.StageMemory
  /// Most gain first; those after which no plan fits come last.
  public var sensitivities: [Sensitivity]
  /// What a gain is a share of: a token's time, or its price.
  public var measure: Goal.Measure
  /// How hard it was planned again, as the end of a sentence: `looking at 100 layouts at most`.
  public var effort: String

  public init(
    step: Seconds, tokensPerSecondPerDevice: Double,
    breakdown: Parts<LaunchPlan.StepPart, Seconds>, busiestStage: BusyStage,
    fullestStage: LaunchPlan.StageMemory, sensitivities: [Sensitivity],
    measure: Goal.Measure = .time, effort: String
  ) {
    self.measure = measure
    self.step = step
    self.tokensPerSecondPerDevice = tokensPerSecondPerDevice
    self.breakdown = breakdown
    self.busiestStage = busiestStage
    self.fullestStage = fullestStage
    self.sensitivities = sensitivities
    self.effort = effort
  }

  /// The stage that has most to do, and what its passes consist of.
  public struct BusyStage: Sendable, Equatable {
    public var stage: Int
    public var layers: Int
    /// Kinds of work with their time in a step, the longest first.
    public var consumers: [Consumer]

    public init(stage: Int, layers: Int, consumers: [Consumer]) {
      self.stage = stage
      self.layers = layers
      self.consumers = consumers
    }
  }

  /// One kind of work.
  public struct Consumer: Sendable, Hashable {
    /// In camel case: `tensorCommunication`.
    public var name: String
    public var time: Seconds

    public init(name: String, time: Seconds) {
      self.name = name
      self.time = time
    }
  }
}

/// What one change of the machines, the software or the batch does to a plan.
public struct Sensitivity: Sendable, Hashable {
  /// The change in words: `network twice as fast`.
  public var change: String
  /// Whether the batch or the devices change, so that steps cannot be compared with one another.
  public var changesScale: Bool
  public var outcome: Outcome

  public init(change: String, changesScale: Bool = false, outcome: Outcome) {
    self.change = change
    self.changesScale = changesScale
    self.outcome = outcome
  }

  public enum Outcome: Sendable, Hashable {
    /// The same plan, priced again.
    case repriced(After)
    /// The best plan that was found after the change, which may be the same.
    case replanned(After, Replan)
    /// No plan was found, and why, as a clause.
    case none(reason: String)
  }

  /// What a step costs after the change.
  public struct After: Sendable, Hashable {
    public var step: Seconds
    public var tokensPerSecondPerDevice: Double
    /// The share of the time of each token that is saved; negative where it takes longer.
    public var gain: Double
    /// The need and the memory of the device that is fullest.
    public var peak: Bytes
    public var capacity: Bytes

    public init(
      step: Seconds, tokensPerSecondPerDevice: Double, gain: Double, peak: Bytes, capacity: Bytes
    ) {
      self.step = step
      self.tokensPerSecondPerDevice = tokensPerSecondPerDevice
      self.gain = gain
      self.peak = peak
      self.capacity = capacity
    }
  }

  /// What the plan becomes.
  public struct Replan: Sendable, Hashable {
    public var parallelism: LaunchPlan.Parallelism
    /// How much of the plan is another.
    public var extent: Extent

    public init(parallelism: LaunchPlan.Parallelism, extent: Extent) {
      self.parallelism = parallelism
      self.extent = extent
    }

    public enum Extent: Sendable, Hashable {
      /// Nothing but the number of micro-batches, where the batch changed.
      case nothing
      /// Layers move between stages, or are recomputed otherwise.
      case stages
      case layout
      /// Nothing, and the devices that joined stay idle: no layout of all of them is faster.
      case idle
    }
  }

  /// What a step costs after the change; `nil` where there is no plan.
  public var after: After? {
    switch outcome {
    case .repriced(let after), .replanned(let after, _): after
    case .none: nil
    }
  }

  public var isReplanned: Bool { if case .repriced = outcome { false } else { true } }

  /// The least share of a step that is worth a line.
  public static let leastGain = 0.001

  /// Whether the change matters: it gains or loses a thousandth, or leaves no plan.
  public var matters: Bool { after.map { abs($0.gain) >= Self.leastGain } ?? true }
}
