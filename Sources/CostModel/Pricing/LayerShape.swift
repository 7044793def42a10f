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
  /// Replicas that gather a layer's weights when it runs; 1 without full sharding.
  var shardedOver: Int
  var microBatchSize: Int
  var contextMethod: ContextMethod?
  var sequenceParallel: Bool
  /// The links of the groups, as the mapping places them.
  var tensorLinks: GroupLinks
  var contextLinks: GroupLinks
  var expertLinks: GroupLinks
  var expertTensorLinks: GroupLinks
  var shardingLinks: GroupLinks

  /// Tokens of a micro-batch that one context rank holds.
  func tokens(_ workload: Workload) -> Double {
    Double(microBatchSize) * Double(workload.sequenceLength) / Double(context)
  }

  /// The share of those tokens that a tensor rank serves between the cut operators.
  var tokenShare: Double { sequenceParallel ? 1 / Double(tensor) : 1 }
}
