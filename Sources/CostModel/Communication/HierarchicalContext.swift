import ClusterTopology
import ModelDescription

/// How the ranks of a sequence divide its attention between two exchanges: neighbours exchange heads for
/// segments (all-to-all), and keys and values travel round between their groups (ring).
///
/// The faster exchange serves as many ranks as it can: neighbours are the most context ranks whose tensor
/// ranks lie in a scale-up domain with theirs, and over which all heads divide.
/// - Source: Fang and Zhao 2024, "USP", arXiv 2405.07719; Megatron-Core's `a2a+p2p`, whose
///   `hierarchical_context_parallel_sizes` state both sizes.
public struct HierarchicalContext: Sendable, Hashable {
  /// Ranks that exchange heads, next to each other among the ranks of a sequence.
  public let exchanging: Int
  /// Groups of these, between which keys and values travel round.
  public let rounds: Int

  /// - Returns: `nil` where one of the two exchanges would have nothing to do.
  public init?(
    context: Int, tensor: Int, model: ModelDescription, cluster: ClusterTopology
  ) {
    let counts = model.sharedHeads.union(cluster.nodeGroups.map(\.scaleUp.accelerators))
    let most = (2..<max(2, context)).last { exchanging in
      context.isMultiple(of: exchanging)
        && counts.allSatisfy { $0.isMultiple(of: tensor * exchanging) }
    }
    guard let most else { return nil }
    exchanging = most
    rounds = context / most
  }
}
