import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities

/// Everything of a frame that the price of a layer depends on; frames that agree in it share prices.
struct LayerShape: Hashable, Sendable {
  var tensor: Int
  var context: Int
  var expert: Int
  var expertTensor: Int
  /// Replicas that gather a layer's weights when it runs, and reduce its gradients; 1 where none do.
  var shardedOver: Int
  /// Whether gathered weights stay whole until the backward pass, which then gathers none.
  var keepsGathered = false
  /// Groups of such replicas, which add up the gradients of their shards; 1 where none do.
  var stateReplicas = 1
  var microBatchSize: Int
  var contextMethod: ContextMethod?
  var sequenceParallel: Bool
  /// The links of the groups, as the mapping places them.
  var tensorLinks: GroupLinks
  var contextLinks: GroupLinks
  /// How the ranks of a sequence divide into those that exchange heads and those that form rings, with
  /// the links of both, under the hierarchical method.
  var hierarchy: ContextHierarchy?
  var expertLinks: GroupLinks
  var expertTensorLinks: GroupLinks
  var shardingLinks: GroupLinks
  var stateReplicaLinks = GroupLinks.alone

  /// The blocks of keys and values that pass a rank one after the other.
  var contextBlocks: Int {
    switch contextMethod {
    case .ring: context
    case .hierarchical: hierarchy?.sizes.rounds ?? 1
    case .allGather, .allToAll, nil: 1
    }
  }

  /// Tokens of a micro-batch that one context rank holds.
  func tokens(_ workload: Workload) -> Double {
    Double(microBatchSize) * Double(workload.sequenceLength) / Double(context)
  }

  /// The share of those tokens that a tensor rank serves between the cut operators.
  var tokenShare: Double { sequenceParallel ? 1 / Double(tensor) : 1 }
}

/// The two exchanges of hierarchical context parallelism, and the links of each.
struct ContextHierarchy: Hashable, Sendable {
  var sizes: HierarchicalContext
  var exchange: GroupLinks
  var ring: GroupLinks
}
