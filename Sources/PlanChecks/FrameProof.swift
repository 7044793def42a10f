import CostModel
import LaunchPlan
import Quantities

/// What a rule proves about one frame, computed again.
enum FrameProof: Equatable {
  /// No split's step is shorter.
  case step(Seconds)
  /// No split fits in memory.
  case nothingFits
  /// The rule says nothing about such a frame, and why.
  case notApplicable(String)

  /// The step as a number: infinite where nothing fits, and nothing at all where the rule is silent.
  var value: Double {
    switch self {
    case .step(let bound): bound.value
    case .nothingFits: .infinity
    case .notApplicable: -.infinity
    }
  }
}

extension FramePricer {
  /// What a rule proves about a frame.
  ///
  /// - Parameter limit: what the recursion need not exceed; its result is exact below.
  func proof(
    _ rule: Certificate.Rule, of prices: FramePrices, limit: Seconds
  ) -> FrameProof {
    let isInterleaved = prices.frame.schedule.isInterleaved
    switch rule {
    case .work: return .notApplicable("is for all frames of some degrees together")
    case .memory, .closedForm: return FrameProof(prices.closedFormBound())
    case _ where prices.frame.schedule.dividesBackward:
      return .notApplicable("is for schedules that do not divide the backward pass")
    case .ranks:
      guard isInterleaved else { return .notApplicable("is for interleaved schedules") }
      return FrameProof(prices.ranksBound())
    case .recursion:
      guard !isInterleaved else { return .notApplicable("is for one chunk a stage") }
      let bound = NestedPaths(prices: prices, limit: prices.makespan(step: limit)).bound
      return .step(prices.step(makespan: bound))
    case .labels:
      guard prices.frame.schedule == .oneForwardOneBackward else {
        return .notApplicable("is for 1F1B with one chunk a stage")
      }
      let bound = UnbeatenPaths(prices: prices, limit: prices.makespan(step: limit)).bound
      return .step(prices.step(makespan: bound))
    case .enumeration:
      guard isInterleaved || prices.frame.degrees.pipeline == 2 else {
        return .notApplicable("is for several chunks a stage, or two stages")
      }
      let bound = simulatedBound(of: prices)
      return bound == .infinity ? .nothingFits : .step(prices.step(makespan: bound))
    case .infeasible:
      let fits =
        isInterleaved
        ? prices.ranksBound() != .exceedsMemory && simulatedBound(of: prices) < .infinity
        : prices.someSplitFits
      return fits ? .step(.zero) : .nothingFits
    }
  }

  /// Seconds of makespan that no split of a frame with several chunks a stage, or two stages, beats.
  private func simulatedBound(of prices: FramePrices) -> Double {
    guard let shape = PipelineCache.shape(of: prices.frame) else { return .infinity }
    return SimulatedSplits(
      prices: prices, simulator: pipelines.simulator(shape),
      evenly: !model.stack.capabilities.supportsUnevenStages
    ).bound
  }
}

extension WorkBound {
  /// The quick bound of a family as it counts, or the better one where that falls short of a claim.
  func proof(
    of family: FrameFamily, reaching claim: Seconds, counted: (Seconds) -> Seconds
  ) -> Seconds {
    let quick = counted(step(of: family))
    return quick.value.isBelow(claim.value)
      ? max(quick, counted(stepWithExchanges(of: family))) : quick
  }
}

extension FrameProof {
  init(_ bound: FrameBound) {
    switch bound {
    case .exceedsMemory: self = .nothingFits
    case .step(let step): self = .step(step)
    }
  }
}
