import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import Testing

@testable import Planner

extension ClusterTopology {
  /// DGX H100 nodes on one InfiniBand fabric.
  static func h100Nodes(_ count: Int) throws -> ClusterTopology {
    try ClusterFile.parse(ClusterFile.template(node: "DGX-H100", nodes: count)).topology
  }

  /// The cluster whose accelerators have another memory.
  func with(memory: Bytes) throws -> ClusterTopology {
    var groups = nodeGroups
    for index in groups.indices { groups[index].accelerator.visibleMemory = memory }
    return try ClusterTopology(name: name, nodeGroups: groups, fabrics: fabrics)
  }
}

extension ModelDescription {
  static func llama(hidden: Int, intermediate: Int, heads: Int, layers: Int) throws
    -> ModelDescription
  {
    try described(
      """
      { "architecture": { "hiddenSize": \(hidden), "vocabularySize": 128256, "layers": \(layers),
        "attention": { "heads": \(heads), "keyValueHeads": 8 },
        "feedForward": { "intermediateSize": \(intermediate) } } }
      """)
  }

  /// The model of a model file's text.
  static func described(_ text: String) throws -> ModelDescription {
    try ModelFile.parse(Array(text.utf8), file: "model.json").model
  }

  static func llama8B() throws -> ModelDescription {
    try llama(hidden: 4096, intermediate: 14336, heads: 32, layers: 32)
  }

  static func llama70B() throws -> ModelDescription {
    try llama(hidden: 8192, intermediate: 28672, heads: 64, layers: 80)
  }
}

extension PlanInputs {
  static func unread(_ workload: TrainingWorkload) -> PlanInputs {
    PlanInputs(
      cluster: Document(name: "cluster", file: "cluster.json", content: .object([])),
      model: Document(name: "model", file: "model.json", content: .object([])),
      workload: Workload(workload))
  }
}

/// The workload of a model, where `PlanInputs` has one of its own.
typealias TrainingWorkload = Workload

extension PlanRequest {
  func outcome() throws -> PlanOutcome { try makePlan(self, inputs: .unread(workload)) }

  /// The plan, which must be there.
  func plan() throws -> LaunchPlan {
    guard case .planned(let plan) = try outcome() else {
      throw MissingPlan()
    }
    return plan
  }

  /// The explanation, which must be there.
  func explanation() throws -> Infeasibility {
    guard case .infeasible(let explanation) = try outcome() else { throw MissingPlan() }
    return explanation
  }
}

struct MissingPlan: Error {}
