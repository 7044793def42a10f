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
  /// - Parameters:
  ///   - limit: what the recursion need not exceed; its result is exact below.
  ///   - multipliers: the weights of the schedule's canonical path rows.
  func proof(
    _ rule: Certificate.Rule, of prices: FramePrices, limit: Seconds,
    multipliers: [Certificate.Multiplier] = []
  ) -> FrameProof {
    let isInterleaved = prices.frame.schedule.isInterleaved
    switch rule {
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
    case .multipliers: return mixture(multipliers, of: prices)
    case .infeasible:
      let fits =
        isInterleaved
        ? prices.ranksBound() != .exceedsMemory && !MixedPaths.nothingFits(prices)
        : prices.someSplitFits
      return fits ? .step(.zero) : .nothingFits
    }
  }

  private func mixture(
    _ multipliers: [Certificate.Multiplier], of prices: FramePrices
  ) -> FrameProof {
    guard let shape = PipelineCache.shape(of: prices.frame) else {
      return .notApplicable("is for schedules that can run")
    }
    let rows = pipelines.pathRows(shape).rows
    let sum = multipliers.reduce(0) { $0 + $1.weight }
    guard multipliers.allSatisfy({ rows.indices.contains($0.row) }) else {
      return .notApplicable("names a row beyond the \(rows.count) of the schedule")
    }
    guard multipliers.allSatisfy({ $0.weight >= 0 }) else {
      return .notApplicable("has a weight below 0")
    }
    guard sum.agrees(with: 1) else {
      return .notApplicable("has weights that add up to \(sum), not to 1")
    }
    let mixed = MixedPaths(prices, multipliers.map { (rows[$0.row], $0.weight) })
    return .step(prices.step(makespan: mixed.bound))
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
