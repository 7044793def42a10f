import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Planner

@testable import Launchers

/// What a launch is made of, in files as users write them.
struct LaunchSample {
  var cluster = """
    { "name": "pod", "nodeGroups": [ { "name": "pod", "nodes": 2, "names": "a[1-2]",
      "node": "DGX-H100" } ] }
    """
  var model = """
    { "name": "small", "architecture": { "hiddenSize": 2048, "vocabularySize": 32000,
      "layers": 16, "attention": { "heads": 16, "keyValueHeads": 8 },
      "feedForward": { "intermediateSize": 8192 } } }
    """
  var workload = Workload(globalBatch: 64, sequenceLength: 4096)
  var stack = Stack.megatronCore
  var pins = Pins(
    tensor: 4, data: 2, pipeline: 2, schedule: "1f1b", microBatchSize: 1, sharding: .optimizer,
    rankOrder: .pipelineOutermost)
  var name: String?
  var command = "plan emit plan.json --target all"

  /// The best plan under the pins.
  func plan() throws -> LaunchPlan {
    let topology = try ClusterFile.parse(cluster, file: "cluster.json").topology
    let description = try ModelFile.parse(Array(model.utf8), file: "config.json").model
    let outcome = try makePlan(
      PlanRequest(
        cluster: topology, model: description, workload: workload, stack: stack, pins: pins,
        name: name),
      inputs: PlanInputs(
        cluster: .init(
          name: topology.name, file: "cluster.json", content: topology.normalised),
        model: .init(
          name: description.name, file: "config.json",
          content: try JSONDocument.parse(model, file: "config.json").root.value),
        workload: .init(workload)))
    guard case .planned(let plan) = outcome else { throw NoPlan() }
    return plan
  }

  /// The launch of that plan.
  ///
  /// - Parameter edit: a change of the document, as mappings that no search makes yet need it.
  func launch(_ edit: (LaunchPlan) throws -> LaunchPlan = { $0 }) throws -> Launch {
    let plan = try edit(try plan())
    return try Launch(
      plan: plan, model: try ModelFile.parse(Array(model.utf8), file: "config.json").model,
      cluster: try ClusterFile.parse(cluster, file: "cluster.json").topology,
      identity: "0123456789abcdef", command: command)
  }

  struct NoPlan: Error {}
}

extension LaunchPlan {
  /// The plan with other stages or another mapping.
  func with(stages: [Stage]? = nil, mapping: Mapping? = nil) throws -> LaunchPlan {
    try LaunchPlan(
      formatVersion: formatVersion, name: name, stack: stack, inputs: inputs,
      parallelism: parallelism, stageGroups: stageGroups, stages: stages ?? self.stages,
      mapping: mapping ?? self.mapping, expertPlacement: expertPlacement,
      sequenceScattering: sequenceScattering, prediction: prediction,
      certificate: certificate, alternatives: alternatives, assumptions: assumptions)
  }
}

extension LaunchTarget {
  /// The text of the file that starts the launch.
  func mainText(_ launch: Launch) throws -> String {
    try emit(launch).files.first.map(\.text) ?? ""
  }
}
