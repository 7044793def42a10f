import ClusterTopology
import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

extension ClusterTopology {
  /// Equal nodes of the catalogue on one network.
  static func nodes(
    _ count: Int, of preset: String, gigabitsPerSecond: Double? = nil,
    kind: Fabric.Kind? = nil, levels: [Fabric.Level] = [], measured: MeasuredBandwidth? = nil,
    health: ClusterHealth = .good
  ) throws -> ClusterTopology {
    try ClusterTopology(
      name: "test",
      nodeGroups: [.of(preset, nodes: count, gigabitsPerSecond: gigabitsPerSecond)],
      fabrics: [Fabric(name: "network", kind: kind ?? .infiniband, levels: levels)],
      measured: measured, health: health)
  }

  static func h100Nodes(_ count: Int) throws -> ClusterTopology {
    try nodes(count, of: "DGX-H100")
  }

  static func a100Nodes(_ count: Int) throws -> ClusterTopology {
    try nodes(count, of: "DGX-A100-80GB")
  }
}

extension NodeGroup {
  static func of(
    _ preset: String, name: String = "pod", nodes: Int, fabric: String = "network",
    gigabitsPerSecond: Double? = nil
  ) throws -> NodeGroup {
    let node = try #require(Catalogue.node(preset))
    let device = try #require(Catalogue.accelerator(node.accelerator))
    return NodeGroup(
      name: name, nodes: nodes, acceleratorsPerNode: node.acceleratorsPerNode,
      accelerator: device.accelerator, scaleUp: try #require(node.scaleUp),
      nics: node.nics.map {
        NICs(
          fabric: fabric, perNode: $0.perNode,
          rate: .gigabits(gigabitsPerSecond ?? $0.gigabitsPerSecond))
      })
  }
}

extension ModelDescription {
  /// The model of a native file with these members of its architecture.
  static func native(_ architecture: String) throws -> ModelDescription {
    let text = "{ \"name\": \"test\", \"architecture\": { \(architecture) } }"
    return try ModelFile.parse(Array(text.utf8), file: "model.json").model
  }

  static let llama8B = try? native(
    """
    "hiddenSize": 4096, "vocabularySize": 128256, "layers": 32,
    "attention": { "heads": 32, "keyValueHeads": 8 },
    "feedForward": { "intermediateSize": 14336 }
    """)

  static let llama70B = try? native(
    """
    "hiddenSize": 8192, "vocabularySize": 128256, "layers": 80,
    "attention": { "heads": 64, "keyValueHeads": 8 },
    "feedForward": { "intermediateSize": 28672 }
    """)

  static let mixtral = try? native(
    """
    "hiddenSize": 4096, "vocabularySize": 32000, "layers": 32,
    "attention": { "heads": 32, "keyValueHeads": 8 },
    "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 14336 }
    """)

  /// A GPT as Megatron-LM trained it: four hidden sizes wide, tied head, learned positions.
  static func gpt(
    layers: Int, hidden: Int, heads: Int, vocabulary: Int = 51200, fused: Bool = true
  ) throws -> ModelDescription {
    try native(
      """
      "hiddenSize": \(hidden), "vocabularySize": \(vocabulary), "layers": \(layers),
      "learnedPositions": 2048, "tiedHead": true, "normalisation": "layer",
      "attention": { "heads": \(heads), "bias": true, "fused": \(fused) },
      "feedForward": { "kind": "plain", "intermediateSize": \(4 * hidden), "bias": true }
      """)
  }
}

extension Frame {
  /// A frame whose micro-batches follow from the global batch.
  static func of(
    tensor: Int = 1, context: Int = 1, expert: Int = 1, expertTensor: Int = 1, data: Int = 1,
    pipeline: Int = 1, batch: Int, microBatchSize: Int = 1,
    schedule: Schedule = .oneForwardOneBackward, sharding: Sharding = .optimizer,
    contextMethod: ContextMethod? = nil, sequenceParallel: Bool? = nil
  ) -> Frame {
    Frame(
      degrees: ParallelismDegrees(
        tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
        pipeline: pipeline),
      microBatchSize: microBatchSize, microBatches: batch / data / microBatchSize,
      schedule: schedule, sharding: sharding,
      contextMethod: context > 1 ? contextMethod ?? .ring : nil,
      sequenceParallel: sequenceParallel ?? (tensor > 1))
  }
}

extension LayerSplit {
  /// As even as it gets, every stage with the same recomputation.
  static func even(
    layers: Int, frame: Frame, recompute: StageRecompute = .none
  ) -> LayerSplit {
    let chunks = frame.chunks
    return LayerSplit(
      boundaries: (0...chunks).map { $0 * layers / chunks },
      recompute: Array(repeating: recompute, count: frame.degrees.pipeline))
  }
}

extension Calibration {
  /// Networks at fixed shares of their line rates, whatever the shipped coefficients are.
  static let steady: Calibration = {
    var calibration = Calibration.defaults
    for (network, share) in [
      ("infiniband", 0.85), ("infiniband-400", 0.85), ("roce", 0.68), ("ethernet", 0.79),
    ] {
      Coefficient.named("networks.\(network)")?.set(share, in: &calibration)
    }
    return calibration
  }()
}
