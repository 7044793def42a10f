import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Quantities

extension LaunchPlan {
  /// Six layers on eight devices: two stages of two chunks, two ways of tensor, two replicas.
  static func sample() throws(PlanFaults) -> LaunchPlan { try SamplePlan().plan() }
}

/// The parts of a small plan, which a test changes before it makes the plan.
struct SamplePlan {
  var formatVersion = FormatVersion.current
  var parallelism = LaunchPlan.Parallelism(
    degrees: ParallelismDegrees(tensor: 2, data: 2, pipeline: 2),
    schedule: .interleaved(virtualStages: 2), sequenceParallel: true, microBatchSize: 1,
    microBatches: 4, sharding: .optimizer)
  var stages = [
    LaunchPlan.Stage(
      stage: 0, chunks: [.embedding, .layers(0..<2), .layers(4..<5)],
      recompute: Recompute(modules: [.coreAttention], fullLayers: 1)),
    LaunchPlan.Stage(stage: 1, chunks: [.layers(2..<4), .layers(5..<6), .head]),
  ]
  var hosts = [LaunchPlan.Hosts(nodeGroup: "pod \"a\"", firstNode: 0, nodes: 1)]
  var step = Seconds(2)
  var bound = Seconds(1.5)
  var closures = [
    Certificate.Closure(rule: .memory, frames: 3),
    Certificate.Closure(rule: .closedForm, frames: 38),
    Certificate.Closure(rule: .enumeration, frames: 1),
  ]

  func plan() throws(PlanFaults) -> LaunchPlan {
    try LaunchPlan(
      formatVersion: formatVersion, name: "sample",
      stack: LaunchPlan.Stack(name: "megatron-core", version: "0.16"), inputs: inputs,
      parallelism: parallelism,
      stageGroups: [LaunchPlan.StageGroup(uniform: parallelism, nodeGroup: "pod \"a\"")],
      stages: stages, mapping: LaunchPlan.Mapping(hosts: hosts), prediction: prediction,
      certificate: certificate,
      alternatives: [
        LaunchPlan.Alternative(
          parallelism: SamplePlan().parallelism, stages: SamplePlan().stages, step: Seconds(2.25),
          reason: "longer bubble")
      ],
      assumptions: ["precision bf16: not given"])
  }

  private var inputs: PlanInputs {
    PlanInputs(
      cluster: .init(
        name: "small", file: "cluster.json",
        content: ["name": "small", "z": 1, "a": [1.5, nil, true]]),
      model: .init(name: "six", file: "model.json", content: [:]),
      workload: .init(
        globalBatch: 8, sequenceLength: 1000, precision: .bf16, optimizer: "adam"))
  }

  private var prediction: LaunchPlan.Prediction {
    LaunchPlan.Prediction(
      step: step, tokensPerSecondPerDevice: 500, modelFlopsUtilization: 0.4,
      breakdown: Parts([.compute: Seconds(1.25), .pipelineBubble: Seconds(0.75)]),
      memory: [0, 1].map { stage in
        LaunchPlan.StageMemory(
          stage: stage, peak: .gibibytes(48), capacity: .gibibytes(79),
          parts: Parts([.weights: .gibibytes(40), .activations: .gibibytes(8)]))
      })
  }

  private var certificate: Certificate {
    Certificate(
      objective: step, bound: bound,
      scope: .init(
        stack: "megatron-core@0.16", devices: 8, pins: .init(tensor: 2), tensor: [2],
        context: [1], contextMethods: [], expert: [1], expertTensor: [1], pipeline: [1, 2, 4],
        virtualStages: [1, 2], schedules: ["1f1b", "interleaved"], microBatchSizes: [1, 2, 4],
        shardings: [.none, .optimizer], recompute: ["none", "full"],
        split: "every contiguous split", mapping: "identity order", frames: 42),
      parts: [.init(name: .schedule, objective: step, bound: bound, rule: "least over frames")],
      evidence: .init(
        closures: closures,
        frames: [
          .init(
            degrees: parallelism.degrees, schedule: parallelism.schedule, microBatchSize: 1,
            sharding: .optimizer, contextMethod: nil, sequenceParallel: true, rule: .enumeration,
            bound: bound)
        ]))
  }
}
