import ClusterTopology
import CostModel
import ExpertPlacement
import ModelDescription
import ParallelismVocabulary

/// What is known of how busy experts are.
public enum RoutingKnowledge: Sendable {
  /// Statistics of these layers of the model.
  case statistics(RoutingStatistics, layers: [Int])
  /// An assumption in their place.
  case powerLaw(exponent: Double)

  /// What each way to divide the experts is priced with: experts placed at once by the statistics, or
  /// in their order under the assumption.
  public func uses(
    of model: ModelDescription, on cluster: ClusterTopology, under stack: Stack
  ) -> [ExpertUse] {
    switch self {
    case .statistics(let statistics, _):
      return statistics.uses(
        ranks: cluster.deviceCount,
        domain: cluster.nodeGroups.map(\.scaleUp.accelerators).max() ?? 1,
        sendsOnce: stack.timing.sendsOncePerNode)
    case .powerLaw(let exponent):
      guard let (_, loads) = Self.powerLaw(exponent, of: model) else { return [] }
      return loads.usesInOrder(ranks: cluster.deviceCount)
    }
  }

  /// The layers with most experts, and their loads by the law.
  static func powerLaw(
    _ exponent: Double, of model: ModelDescription
  ) -> (layers: [Int], loads: ExpertLoads)? {
    guard let experts = model.expertCounts.max() else { return nil }
    let layers = model.layers(withExperts: experts)
    return (layers, .powerLaw(exponent: exponent, layers: layers, experts: experts))
  }
}
