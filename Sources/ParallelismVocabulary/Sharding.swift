/// What the replicas of a stage share out among themselves instead of each holding it whole.
///
/// - Source: Rajbhandari et al. 2020 (ZeRO), stages 1 to 3; stage 3 is what PyTorch calls FSDP.
public enum Sharding: String, CaseIterable, Codable, Sendable, Hashable, Comparable {
  case none
  /// ZeRO-1, the distributed optimiser: master weights and moments.
  case optimizer
  /// ZeRO-2: the optimiser's state and the gradients.
  case gradients
  /// ZeRO-3: the weights too, gathered when a layer runs.
  case parameters

  @inlinable public var stage: Int {
    switch self {
    case .none: 0
    case .optimizer: 1
    case .gradients: 2
    case .parameters: 3
    }
  }

  @inlinable public static func < (left: Sharding, right: Sharding) -> Bool {
    left.stage < right.stage
  }
}
