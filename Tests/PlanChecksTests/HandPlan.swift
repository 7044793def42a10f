import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary
import PlanChecks
import Quantities

/// A plan that is made by hand, with everything pinned: its space is its own frame, whose closed
/// formula is the certificate's bound. A test changes what it is about.
struct HandPlan {
  var cluster: ClusterTopology
  var model: TinyModel
  var workload = TrainingWorkload(globalBatch: 8, sequenceLength: 2_048)
  var stack = Stack.megatronCore
  var degrees = ParallelismDegrees(tensor: 2, pipeline: 2)
  var schedule = Schedule.oneForwardOneBackward
  var microBatchSize = 1
  var sharding = Sharding.none
  var stateReplicas = 1
  var contextMethod: ContextMethod?
  /// The layers of each chunk, in the order of the virtual stages.
  var sizes = [3, 3]
  var recompute: [Recompute]?
  var mapping: LaunchPlan.Mapping?
  var expertPlacement: LaunchPlan.ExpertPlacement?
  var encoderStage: Int?

  init(
    cluster: ClusterTopology? = nil, model: TinyModel? = nil,
    _ change: (inout HandPlan) -> Void = { _ in }
  ) throws {
    self.cluster = try cluster ?? .toys()
    self.model = try model ?? .dense()
    change(&self)
  }

  var microBatches: Int { workload.globalBatch / degrees.data / microBatchSize }

  var frame: Frame {
    Frame(
      degrees: degrees, microBatchSize: microBatchSize, microBatches: microBatches,
      schedule: schedule, sharding: sharding, stateReplicas: stateReplicas,
      contextMethod: contextMethod,
      sequenceParallel: degrees.tensor > 1)
  }

  /// The check against the plan's own cluster, model and workload, or against others.
  func check(
    on cluster: ClusterTopology? = nil, model: TinyModel? = nil, workload: TrainingWorkload? = nil
  ) throws -> CheckReport {
    PlanCheck.run(
      plan: try plan(), cluster: cluster ?? self.cluster,
      model: (model ?? self.model).description, workload: workload ?? self.workload)
  }

  func plan() throws -> LaunchPlan {
    let costs = try CostModel(
      model: model.description, cluster: cluster, workload: workload, stack: stack)
    let parallelism = LaunchPlan.Parallelism(
      degrees: degrees, schedule: schedule, sequenceParallel: degrees.tensor > 1,
      microBatchSize: microBatchSize, microBatches: microBatches, sharding: sharding,
      stateReplicas: stateReplicas,
      contextMethod: contextMethod)
    let prediction = predict(costs)
    return try LaunchPlan(
      stack: .init(name: stack.name, version: stack.version),
      inputs: PlanInputs(cluster, model, workload), parallelism: parallelism,
      stageGroups: [.init(uniform: parallelism, nodeGroup: nil)], stages: stages,
      mapping: mapping
        ?? .init(
          hosts: cluster.nodeGroups.map { .init(nodeGroup: $0.name, firstNode: 0, nodes: $0.nodes) }
        ),
      expertPlacement: expertPlacement ?? (degrees.expert > 1 ? .init() : nil),
      prediction: prediction, certificate: certificate(prediction.step, costs))
  }

  // MARK: Parts

  private var stages: [LaunchPlan.Stage] {
    let borders = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    return (0..<degrees.pipeline).map { stage in
      var chunks: [LaunchPlan.Chunk] = stage == 0 ? [.embedding] : []
      for chunk in stride(from: stage, to: sizes.count, by: degrees.pipeline) {
        chunks.append(.layers(borders[chunk]..<borders[chunk + 1]))
      }
      if stage == encoderStage { chunks.append(.encoder) }
      if stage == degrees.pipeline - 1 {
        let further = model.description.multiTokenPrediction.count
        if further > 0 { chunks.append(.multiTokenPrediction(layers: further)) }
        chunks.append(.head)
      }
      return LaunchPlan.Stage(
        stage: stage, chunks: chunks, recompute: recompute?[stage] ?? .none)
    }
  }

  /// The cost model's prediction, or a placeholder where it cannot follow the plan.
  private func predict(_ costs: CostModel) -> LaunchPlan.Prediction {
    let pricer = FramePricer(costs)
    let borders = sizes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let choices = (recompute ?? Array(repeating: .none, count: degrees.pipeline)).compactMap {
      stage in
      costs.policies.firstIndex(of: .modules(stage.modules)).map {
        StageRecompute(policy: $0, fullLayers: stage.fullLayers)
      }
    }
    let tokens = Double(workload.tokens) / Double(degrees.devices)
    guard borders.last == costs.model.layers.count, choices.count == degrees.pipeline,
      degrees.devices == cluster.deviceCount, let shape = PipelineCache.shape(of: frame)
    else {
      return LaunchPlan.Prediction(
        step: Seconds(1), tokensPerSecondPerDevice: tokens, modelFlopsUtilization: 0,
        breakdown: Parts([.compute: Seconds(1)]),
        memory: (0..<degrees.pipeline).map {
          .init(stage: $0, peak: .zero, capacity: costs.device.memory, parts: Parts())
        })
    }
    let split = LayerSplit(boundaries: borders, recompute: choices)
    let found = pricer.prices(of: frame).predict(split, with: pricer.pipelines.simulator(shape))
    return LaunchPlan.Prediction(
      step: found.step, tokensPerSecondPerDevice: tokens / found.step.value,
      modelFlopsUtilization: costs.modelFLOPsUtilization(
        step: found.step, devices: degrees.devices),
      breakdown: found.breakdown.parts,
      memory: found.memory.enumerated().map { stage, need in
        .init(stage: stage, peak: need.peak, capacity: costs.device.memory, parts: need.parts)
      })
  }

  private func certificate(_ step: Seconds, _ costs: CostModel) -> Certificate {
    var bound = step
    if case .step(let closedForm) = FramePricer(costs).prices(of: frame).closedFormBound() {
      bound = min(step, closedForm)
    }
    let methods = contextMethod.map { [$0] } ?? []
    return Certificate(
      objective: step, bound: bound,
      scope: .init(
        stack: stack.identity, devices: degrees.devices,
        pins: .init(
          tensor: degrees.tensor, context: degrees.context, expert: degrees.expert,
          expertTensor: degrees.expertTensor, data: degrees.data, pipeline: degrees.pipeline,
          virtualStages: schedule.virtualStages, schedule: schedule.name,
          microBatchSize: microBatchSize, sharding: sharding, stateReplicas: stateReplicas,
          contextMethod: contextMethod,
          sequenceParallel: degrees.tensor > 1, rankOrder: .pipelineOutermost),
        tensor: [degrees.tensor], context: [degrees.context], contextMethods: methods,
        expert: [degrees.expert], expertTensor: [degrees.expertTensor],
        pipeline: [degrees.pipeline], virtualStages: [schedule.virtualStages],
        schedules: [schedule.name], microBatchSizes: [microBatchSize], shardings: [sharding],
        recompute: costs.policies.map(\.name), split: "any", mapping: "identity", frames: 1),
      parts: [.init(name: .schedule, objective: step, bound: bound, rule: "closed formula")],
      evidence: .init(closures: [.init(rule: .closedForm, frames: 1)], frames: []))
  }
}

extension StepBreakdown {
  fileprivate var parts: Parts<LaunchPlan.StepPart, Seconds> {
    Parts([
      .compute: passes.compute, .recompute: passes.recompute, .tensorCommunication: passes.tensor,
      .contextCommunication: passes.context, .expertCommunication: passes.expert,
      .shardingCommunication: passes.sharding, .hostLaunch: passes.launch,
      .hostCopies: passes.hostCopies, .pipelineBubble: bubble, .stageHops: hops,
      .gradientReduction: gradientReduction,
      .optimizer: optimizer, .stragglers: stragglers, .perStep: perStep,
    ])
  }
}

extension StageMemory {
  fileprivate var parts: Parts<LaunchPlan.MemoryPart, Bytes> {
    Parts([
      .weights: weights, .gradients: gradients, .optimizer: optimizer, .activations: activations,
      .transient: transient, .reserve: reserve,
    ])
  }
}
