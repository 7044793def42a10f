import Quantities

/// The best plan for one size of cluster and one workload, among several that were asked for.
public struct SweepPoint: Sendable, Equatable {
  public var nodes: Int
  public var devices: Int
  public var sequenceLength: Int
  public var globalBatch: Int
  public var result: Result
  /// Whether no other point of the same workload is as fast on as few devices.
  public var isOnFront = false

  public enum Result: Sendable, Equatable {
    case planned(LaunchPlan)
    /// Why nothing fits, in a sentence.
    case infeasible(String)
    case stopped
  }

  public init(
    nodes: Int, devices: Int, sequenceLength: Int, globalBatch: Int, result: Result
  ) {
    self.nodes = nodes
    self.devices = devices
    self.sequenceLength = sequenceLength
    self.globalBatch = globalBatch
    self.result = result
  }

  public var plan: LaunchPlan? {
    if case .planned(let plan) = result { plan } else { nil }
  }

  /// Tokens of a step.
  public var tokens: Double { Double(globalBatch) * Double(sequenceLength) }

  /// Tokens a second on all devices.
  public var tokensPerSecond: Double? { plan.map { tokens / $0.prediction.step.value } }

  /// What a million tokens cost on the nodes that the plan uses, in the currency of the cluster's prices.
  public var pricePerMillionTokens: Double? { plan?.pricePerMillionTokens }

  /// The memory that the fullest device has left.
  public var headroom: Bytes? {
    plan.map { $0.prediction.memory.map { $0.capacity - $0.peak }.min() ?? .zero }
  }
}

extension [SweepPoint] {
  /// The points, marked where no other of the same workload has as few devices and as short a step.
  public var withFront: [SweepPoint] {
    map { point in
      var marked = point
      guard let step = point.plan?.prediction.step else { return marked }
      marked.isOnFront = !contains { other in
        guard let otherStep = other.plan?.prediction.step,
          other.sequenceLength == point.sequenceLength,
          other.globalBatch == point.globalBatch
        else { return false }
        return other.devices <= point.devices && otherStep <= step
          && (other.devices < point.devices || otherStep < step)
      }
      return marked
    }
  }
}
