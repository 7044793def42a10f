import ClusterImport
import ClusterTopology
import CostModel
import ParallelismVocabulary

/// What another planner chose on its own inputs, and what it says of it.
struct PeerCase {
  let name: String
  /// Files and folders below the folder of instances, in the order of `plan import profiles`.
  var named: [String] = []
  var folders: [String]
  var accelerators: [String: String] = [:]
  var nodes: [String: Int] = [:]
  /// A model file, where the planner's files do not tell the model.
  var model: String?
  /// The software whose overlaps and memory ours is predicted with.
  var stack: Stack
  /// Their step, in seconds under their own cost model, and the CPU seconds in which they found it.
  let figure: Double
  let seconds: Double
  /// Their plan; `nil` where our frames cannot say it.
  var layout: Layout?

  /// A plan of theirs in our terms.
  struct Layout {
    var tensor = 1
    var data: Int
    var microBatchSize: Int
    var microBatches: Int
    var sharding = Sharding.none
    /// By stage, without embedding and head.
    var layers: [Int]
    /// The first layers of every stage that are recomputed whole.
    var fullLayers = 0
    /// The accelerators of the stages in order, on mixed clusters.
    var order: [String]?

    /// The cluster with its groups in the order of the stages.
    func ordered(_ cluster: ClusterTopology) -> ClusterTopology {
      guard let order else { return cluster }
      let groups = order.compactMap { name in
        cluster.nodeGroups.firstIndex { $0.accelerator.name == name }
      }
      return cluster.reordered(groups: groups) ?? cluster
    }

    var given: GivenLayout {
      let frame = Frame(
        degrees: ParallelismDegrees(tensor: tensor, data: data, pipeline: layers.count),
        microBatchSize: microBatchSize, microBatches: microBatches,
        schedule: .oneForwardOneBackward, sharding: sharding, sequenceParallel: tensor > 1)
      return GivenLayout(
        frame: frame, chunkLayers: layers,
        recompute: layers.map { _ in Recompute(modules: [], fullLayers: fullLayers) })
    }
  }
}

extension PeerCase {
  /// Galvatron on its shipped profile of Llama-2-7B, Metis on its five clusters, Sailor on its four.
  ///
  /// Figures and times were measured by running each planner; those with T4 or two nodes of Galvatron
  /// rest on synthetic profiles.
  static let all = galvatron + metis + sailor

  private static let galvatron = [
    PeerCase(
      name: "galvatron-8", named: ["galvatron/l7b_b16.yaml"], folders: ["galvatron"],
      accelerators: ["": "A100-SXM-40GB"], stack: .megatronCore, figure: 1.0860, seconds: 93.9,
      layout: Layout(
        data: 8, microBatchSize: 2, microBatches: 1, sharding: .parameters, layers: [32],
        fullLayers: 20)),
    PeerCase(
      name: "galvatron-8-batch-64", named: ["galvatron/l7b.yaml"], folders: ["galvatron"],
      accelerators: ["": "A100-SXM-40GB"], stack: .megatronCore, figure: 4.1896, seconds: 189,
      layout: Layout(
        data: 8, microBatchSize: 8, microBatches: 1, sharding: .parameters, layers: [32],
        fullLayers: 32)),
    PeerCase(
      name: "galvatron-16", named: ["galvatron/l7b_2n.yaml"],
      folders: ["galvatron/hw_2nodes_synthetic_sp", "galvatron"],
      accelerators: ["": "A100-SXM-40GB"], stack: .megatronCore, figure: 0.5427, seconds: 132,
      layout: Layout(
        tensor: 4, data: 4, microBatchSize: 4, microBatches: 1, sharding: .optimizer, layers: [32])),
  ]

  private static let metis = [
    metis(
      "metis-16-a100", "host_a100x16", figure: 2.4241, seconds: 1.3,
      Layout(data: 16, microBatchSize: 4, microBatches: 2, layers: [8])),
    metis(
      "metis-4-t4-12-a100", "host_t4_a100", figure: 3.8023, seconds: 3.9,
      Layout(
        tensor: 2, data: 4, microBatchSize: 1, microBatches: 32, layers: [5, 3],
        order: ["A100-SXM-80GB", "T4"])),
    metis(
      "metis-8-t4-8-a100", "host_2t4_2a100", figure: 4.4657, seconds: 3.6,
      Layout(
        data: 8, microBatchSize: 1, microBatches: 16, layers: [1, 7],
        order: ["T4", "A100-SXM-80GB"])),
    metis(
      "metis-32-a100", "host_a100x32", figure: 1.2823, seconds: 0.27,
      Layout(data: 32, microBatchSize: 4, microBatches: 1, layers: [8])),
    metis(
      "metis-16-t4-16-a100", "host_4t4_4a100", figure: 2.3582, seconds: 0.38,
      Layout(
        data: 16, microBatchSize: 1, microBatches: 8, layers: [1, 7],
        order: ["T4", "A100-SXM-80GB"])),
  ]

  private static func metis(
    _ name: String, _ hosts: String, figure: Double, seconds: Double, _ layout: Layout
  ) -> PeerCase {
    PeerCase(
      name: name, named: ["metis/\(hosts)", "metis/clusterfile.json"],
      folders: ["metis/prof_a100_t4syn"], model: gpt, stack: megatronDeepSpeed, figure: figure,
      seconds: seconds, layout: layout)
  }

  private static let sailor = [
    sailor(
      "sailor-32-a100", ["A100-40": 8], figure: 8.097, seconds: 0.04,
      Layout(tensor: 4, data: 8, microBatchSize: 8, microBatches: 16, layers: [24])),
    sailor(
      "sailor-128-a100", ["A100-40": 32], figure: 2.467, seconds: 0.09,
      Layout(tensor: 4, data: 32, microBatchSize: 8, microBatches: 4, layers: [24])),
    // Replicas of one stage lie on different accelerators with tensor degrees of their own.
    sailor("sailor-32-a100-96-v100", ["A100-40": 8, "V100-16": 24], figure: 5.260, seconds: 0.93),
    sailor(
      "sailor-128-a100-384-v100", ["A100-40": 32, "V100-16": 96], figure: 1.902, seconds: 4.07),
  ]

  private static func sailor(
    _ name: String, _ nodes: [String: Int], figure: Double, seconds: Double, _ layout: Layout? = nil
  ) -> PeerCase {
    PeerCase(
      name: name, folders: ["sailor/profiles/OPT-350", "sailor"], nodes: nodes,
      stack: megatronDeepSpeed, figure: figure, seconds: seconds, layout: layout)
  }

  private static let megatronDeepSpeed = Stack.named("megatron-deepspeed@1.1.5") ?? .megatronCore

  /// The model of Metis's profile: eight layers of 4,096, half precision.
  private static let gpt = """
    { "name": "gpt-1.5b",
      "architecture": {
        "hiddenSize": 4096, "vocabularySize": 51200, "layers": 8, "learnedPositions": 1024,
        "tiedHead": true, "normalisation": "layer",
        "attention": { "heads": 32, "bias": true, "fused": false },
        "feedForward": { "kind": "plain", "intermediateSize": 16384, "bias": true } },
      "workload": { "globalBatch": 128, "sequenceLength": 1024, "precision": "fp16" } }
    """
}
