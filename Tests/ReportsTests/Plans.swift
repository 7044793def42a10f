import ClusterTopology
import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Quantities

/// Llama-3.1-70B on 8 nodes of 8 devices, with round figures; a test changes what it is about.
struct SamplePlan {
  var name: String?
  var degrees = ParallelismDegrees(tensor: 8, data: 2, pipeline: 4)
  var schedule = Schedule.interleaved(virtualStages: 5)
  var microBatches = 64
  var step = Seconds(5)
  var bound = Seconds(4.95)
  var recompute = [Recompute](repeating: .none, count: 4)
  var gibibytes: [Double] = [70, 60, 60, 64]
  var hosts = [LaunchPlan.Hosts(nodeGroup: "pod", firstNode: 0, nodes: 8)]
  var exceptions: [LaunchPlan.MovedRank] = []
  var alternatives: [LaunchPlan.Alternative] = []
  /// The least step in any order of hosts.
  var boundOfOrders: Seconds?
  var pricePerHour: Double?
  var assumptions = ["sequence length 8,192: not given; the model allows more"]

  var parallelism: LaunchPlan.Parallelism {
    LaunchPlan.Parallelism(
      degrees: degrees, schedule: schedule, sequenceParallel: degrees.tensor > 1,
      microBatchSize: 1, microBatches: microBatches, sharding: .optimizer)
  }

  func plan() throws(PlanFaults) -> LaunchPlan {
    let parallelism = parallelism
    return try LaunchPlan(
      name: name, stack: LaunchPlan.Stack(name: "megatron-core", version: "0.16"),
      inputs: PlanInputs(
        cluster: .init(name: "8-dgx-h100", file: "cluster.json", content: [:]),
        model: .init(name: "llama-3.1-70b", file: "model.json", content: [:]),
        workload: .init(
          globalBatch: degrees.data * microBatches, sequenceLength: 8192, precision: .bf16,
          optimizer: "adam")),
      parallelism: parallelism,
      stageGroups: [LaunchPlan.StageGroup(uniform: parallelism, nodeGroup: "pod")],
      stages: stages, mapping: LaunchPlan.Mapping(hosts: hosts, exceptions: exceptions),
      prediction: LaunchPlan.Prediction(
        step: step,
        tokensPerSecondPerDevice: Double(degrees.data * microBatches * 8192) / step.value
          / Double(degrees.devices),
        modelFlopsUtilization: 0.4125, breakdown: breakdown, memory: memory,
        pricePerHour: pricePerHour),
      certificate: certificate, alternatives: alternatives, assumptions: assumptions)
  }

  /// Runs of equal length, one a virtual stage.
  var stages: [LaunchPlan.Stage] {
    let layers = 80 / degrees.pipeline / schedule.virtualStages
    return (0..<degrees.pipeline).map { stage in
      var chunks: [LaunchPlan.Chunk] = stage == 0 ? [.embedding] : []
      for chunk in 0..<schedule.virtualStages {
        let first = (chunk * degrees.pipeline + stage) * layers
        chunks.append(.layers(first..<first + layers))
      }
      if stage == degrees.pipeline - 1 { chunks.append(.head) }
      return LaunchPlan.Stage(stage: stage, chunks: chunks, recompute: recompute[stage])
    }
  }

  private var breakdown: Parts<LaunchPlan.StepPart, Seconds> {
    Parts([
      .compute: 0.6 * step, .tensorCommunication: 0.12 * step, .pipelineBubble: 0.2 * step,
      .gradientReduction: 0.06 * step, .optimizer: 0.015 * step, .perStep: 0.005 * step,
    ])
  }

  private var memory: [LaunchPlan.StageMemory] {
    gibibytes.enumerated().map { stage, amount in
      LaunchPlan.StageMemory(
        stage: stage, peak: .gibibytes(amount), capacity: .gibibytes(79.6),
        parts: Parts([
          .weights: .gibibytes(5), .gradients: .gibibytes(10),
          .activations: .gibibytes(amount - 15),
        ]))
    }
  }

  private var certificate: Certificate {
    Certificate(
      objective: step, bound: bound,
      scope: .init(
        stack: "megatron-core@0.16", devices: degrees.devices, pins: .init(), tensor: [1, 2, 4, 8],
        context: [1, 2, 4], contextMethods: [.ring], expert: [1], expertTensor: [1],
        pipeline: [1, 2, 4, 8, 16], virtualStages: [1, 2, 4, 5],
        schedules: ["1f1b", "interleaved"],
        microBatchSizes: [1, 2, 4, 8], shardings: [.none, .optimizer],
        recompute: ["none", "feedForward", "full"], split: "every contiguous split of the layers",
        mapping: "identity order", frames: 9870),
      parts: boundOfOrders.map {
        [Certificate.Part(name: .mapping, objective: step, bound: $0, rule: "least over all")]
      } ?? [],
      evidence: .init(
        closures: [
          .init(rule: .memory, frames: 3000), .init(rule: .closedForm, frames: 6868),
          .init(rule: .recursion, frames: 2), .init(rule: .enumeration, frames: 0),
        ], frames: []))
  }
}

extension ClusterTopology {
  /// Nodes of eight devices in one group named `pod`.
  static func pod(nodes: Int) throws(InputFaults) -> ClusterTopology {
    try ClusterFile.parse(
      """
      { "name": "pod", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ { "name": "pod", "nodes": \(nodes), "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } } ] }
      """
    ).topology
  }
}
