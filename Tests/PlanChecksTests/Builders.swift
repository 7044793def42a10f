import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary
import Quantities

/// What training asks for, where `PlanInputs` has a workload of its own.
typealias TrainingWorkload = Workload

extension ClusterTopology {
  /// Nodes of toy accelerators on one InfiniBand fabric.
  static func toys(
    nodes: Int = 1, perNode: Int = 4, memory: Bytes = .gibibytes(64), oversubscription: Int = 1
  ) throws -> ClusterTopology {
    try ClusterFile.parse(
      """
      { "name": "toys", "fabrics": [ { "name": "ib", "kind": "infiniband", "levels": [
            { "nodesPerSwitch": 1, "oversubscription": \(oversubscription) } ] } ],
        "nodeGroups": [ { "name": "toy", "nodes": \(nodes), "acceleratorsPerNode": \(perNode),
          "accelerator": { "name": "toy", "visibleMemoryGiB": \(memory.gibibytes),
            "peakTeraFLOPS": { "bf16": 60 }, "memoryGigabytesPerSecond": 800 },
          "scaleUp": { "kind": "nvswitch", "accelerators": \(perNode), "gigabytesPerSecond": 100 },
          "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 200 } } ] }
      """
    ).topology
  }
}

extension ClusterTopology {
  /// Nodes of two kinds of toy accelerator, the slower ones with more memory.
  static func twoKinds(
    fast: Int = 1, slow: Int = 2, perNode: Int = 2, memory: Bytes = .gibibytes(16),
    prices: (slow: Double, fast: Double)? = nil
  ) throws -> ClusterTopology {
    func group(
      _ name: String, _ nodes: Int, memory: Bytes, teraflops: Int, price: Double?
    ) -> String {
      """
      { "name": "\(name)", "nodes": \(nodes), "acceleratorsPerNode": \(perNode),
        "accelerator": { "name": "\(name) toy", "visibleMemoryGiB": \(memory.gibibytes),
          "peakTeraFLOPS": { "bf16": \(teraflops) }, "memoryGigabytesPerSecond": 800 },
        "scaleUp": { "kind": "nvswitch", "accelerators": \(perNode), "gigabytesPerSecond": 100 },
        "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 200 }
        \(price.map { ", \"pricePerNodeHour\": \($0)" } ?? "") }
      """
    }
    let groups = [
      group("slow", slow, memory: 1.5 * memory, teraflops: 60, price: prices?.slow),
      group("fast", fast, memory: memory, teraflops: 180, price: prices?.fast),
    ]
    return try ClusterFile.parse(
      """
      { "name": "two kinds", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ \(groups.joined(separator: ", ")) ] }
      """
    ).topology
  }
}

/// A model as its native file, which plans hold by value.
struct TinyModel {
  var description: ModelDescription
  var content: JSONValue

  private init(layers: String, further: String = "") throws {
    let text = """
      { "name": "tiny", "architecture": { "hiddenSize": 2048, "vocabularySize": 16384,
        "layers": \(layers)\(further) } }
      """
    description = try ModelFile.parse(Array(text.utf8), file: "model.json").model
    content = try JSONDocument.parse(text, file: "model.json").root.value
  }

  private static let dense =
    #""attention": { "heads": 16, "keyValueHeads": 8 }, "feedForward": { "intermediateSize": 8192 }"#
  private static let experts =
    #""attention": { "heads": 16, "keyValueHeads": 8 }, "#
    + #""feedForward": { "count": 8, "perToken": 2, "intermediateSize": 2048 }"#

  static func dense(layers: Int = 6) throws -> TinyModel {
    try TinyModel(layers: "[ { \"count\": \(layers), \(dense) } ]")
  }

  /// Dense layers, then as many with experts.
  static func mixed(layers: Int = 6) throws -> TinyModel {
    try TinyModel(
      layers: """
        [ { "count": \(layers / 2), \(dense) }, { "count": \(layers - layers / 2), \(experts) } ]
        """)
  }

  static func predictingFurther() throws -> TinyModel {
    try TinyModel(
      layers: "[ { \"count\": 6, \(dense) } ]",
      further: ", \"multiTokenPrediction\": [ { \(dense) } ]")
  }
}

extension PlanInputs {
  init(_ cluster: ClusterTopology, _ model: TinyModel, _ workload: TrainingWorkload) {
    self.init(
      cluster: Document(name: cluster.name, file: "cluster.json", content: cluster.normalised),
      model: Document(name: "tiny", file: "model.json", content: model.content),
      workload: Workload(workload))
  }
}
