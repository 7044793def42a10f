import ClusterTopology
import InputFiles
import LaunchPlan
import Launchers
import ModelDescription
import ParallelismVocabulary
import Quantities

/// A small plan with all that an emitter needs; a test changes what it is about.
///
/// It is Llama 3 8B on 16 devices of the nodes `a01` and `a02`, unless changed.
struct SampleLaunch {
  var stack = "torchtitan"
  var version = "0.2"
  var model = SampleModel.llama
  var modelName = "Llama-3-8B"
  var clusterName = "two nodes"
  var hosts = ["a01", "a02"]
  var isNamed = true
  var vendor = "NVIDIA"
  var fabrics = #"[ { "name": "ib", "kind": "infiniband" } ]"#
  var degrees = ParallelismDegrees(tensor: 4, data: 2, pipeline: 2)
  var schedule = Schedule.oneForwardOneBackward
  var layers = [15, 17]
  var sharding = Sharding.parameters
  var stateReplicas = 1
  var contextMethod: ContextMethod?
  var recompute: [Recompute] = []
  var rankOrder: [Axis] = [.tensor, .context, .data, .pipeline]
  var deviceOrder: [Int]?
  var exceptions: [LaunchPlan.MovedRank] = []
  var precision = Precision.bf16
  var image: String?
  /// The node groups, where there is not one, `pod`; each with two nodes.
  var groups: [String] = []

  func launch() throws -> Launch {
    let plan = try plan()
    let text = Array(model.utf8)
    return try Launch(
      plan: plan, model: ModelFile.parse(text, file: "model.json").model,
      cluster: ClusterFile.parse(cluster).topology, identity: "0123456789abcdef",
      command: "plan emit plan.json --target x", image: image)
  }

  private func plan() throws -> LaunchPlan {
    let parallelism = LaunchPlan.Parallelism(
      degrees: degrees, schedule: schedule, sequenceParallel: degrees.tensor > 1,
      microBatchSize: 1, microBatches: 8, sharding: sharding,
      stateReplicas: stateReplicas, contextMethod: contextMethod)
    let document = try JSONDocument.parse(model, file: "model.json", dialect: .python)
    return try LaunchPlan(
      stack: LaunchPlan.Stack(name: stack, version: version),
      inputs: PlanInputs(
        cluster: .init(name: clusterName, file: "cluster.json", content: [:]),
        model: .init(name: modelName, file: "model.json", content: document.root.value),
        workload: .init(
          globalBatch: degrees.data * 8, sequenceLength: 8192, precision: precision,
          optimizer: "adam")),
      parallelism: parallelism,
      stageGroups: [LaunchPlan.StageGroup(uniform: parallelism, nodeGroup: "pod")],
      stages: stages,
      mapping: LaunchPlan.Mapping(
        rankOrder: rankOrder,
        hosts: runs,
        deviceOrder: deviceOrder, exceptions: exceptions),
      expertPlacement: model == SampleModel.llama ? nil : .init(),
      prediction: prediction, certificate: certificate)
  }

  private var runs: [LaunchPlan.Hosts] {
    groups.isEmpty
      ? [LaunchPlan.Hosts(nodeGroup: "pod", firstNode: 0, nodes: hosts.count)]
      : groups.map { LaunchPlan.Hosts(nodeGroup: $0, firstNode: 0, nodes: 2) }
  }

  /// One chunk of every stage a round, the rounds alike.
  private var stages: [LaunchPlan.Stage] {
    let rounds = schedule.virtualStages
    var runs = [[Range<Int>]](repeating: [], count: degrees.pipeline)
    var first = 0
    for round in 0..<rounds {
      for stage in 0..<degrees.pipeline {
        let width = layers[round * degrees.pipeline + stage]
        runs[stage].append(first..<first + width)
        first += width
      }
    }
    return (0..<degrees.pipeline).map { stage in
      var chunks: [LaunchPlan.Chunk] = stage == 0 ? [.embedding] : []
      chunks += runs[stage].map(LaunchPlan.Chunk.layers)
      if stage == degrees.pipeline - 1 { chunks.append(.head) }
      return LaunchPlan.Stage(
        stage: stage, chunks: chunks,
        recompute: recompute.isEmpty ? .none : recompute[stage])
    }
  }

  private var cluster: String {
    let names = JSONText.compact(.array(hosts.map(JSONValue.string)))
    let naming = isNamed ? #""names": \#(names),"# : ""
    let pods =
      groups.isEmpty
      ? [#"{ "name": "pod", "nodes": \#(hosts.count), \#(naming) \#(node(on: "ib")) }"#]
      : groups.map {
        #"{ "name": "\#($0)", "nodes": 2, "names": "\#($0)[1-2]", \#(node(on: $0 + "-net")) }"#
      }
    return """
      { "name": "c", "fabrics": \(fabrics), "nodeGroups": [ \(pods.joined(separator: ", ")) ] }
      """
  }

  private func node(on fabric: String) -> String {
    """
    "node": "DGX-H100",
    "accelerator": { "name": "A", "vendor": "\(vendor)", "visibleMemoryGiB": 79,
      "peakTeraFLOPS": { "bf16": 989 }, "memoryGigabytesPerSecond": 3350 },
    "nics": { "fabric": "\(fabric)", "perNode": 8, "gigabitsPerSecond": 400 }
    """
  }

  private var prediction: LaunchPlan.Prediction {
    LaunchPlan.Prediction(
      step: Seconds(2),
      tokensPerSecondPerDevice: Double(degrees.data * 8 * 8192) / 2 / Double(degrees.devices),
      modelFlopsUtilization: 0.4,
      breakdown: Parts([.compute: Seconds(2)]),
      memory: (0..<degrees.pipeline).map { stage in
        LaunchPlan.StageMemory(
          stage: stage, peak: .gibibytes(48), capacity: .gibibytes(79),
          parts: Parts([.weights: .gibibytes(48)]))
      })
  }

  private var certificate: Certificate {
    Certificate(
      objective: Seconds(2), bound: Seconds(1.5),
      scope: .init(
        stack: "\(stack)@\(version)", devices: degrees.devices, pins: .init(), tensor: [1],
        context: [1], contextMethods: [], expert: [1], expertTensor: [1], pipeline: [1],
        virtualStages: [1], schedules: ["1f1b"], microBatchSizes: [1], shardings: [.none],
        recompute: ["none"], split: "every split", mapping: "identity order", frames: 1),
      parts: [],
      evidence: .init(closures: [.init(rule: .closedForm, frames: 1)], frames: []))
  }
}

extension SampleLaunch {
  /// Without a pipeline, whose program is short.
  static var flat: SampleLaunch {
    var sample = SampleLaunch()
    sample.degrees = ParallelismDegrees(tensor: 4, data: 4)
    sample.layers = [32]
    return sample
  }

  /// Qwen3-30B-A3B, with its experts over all ranks.
  static var experts: SampleLaunch {
    var sample = SampleLaunch()
    sample.model = SampleModel.qwen
    sample.modelName = "Qwen3-30B-A3B"
    sample.degrees = ParallelismDegrees(tensor: 4, expert: 16, data: 4)
    sample.layers = [48]
    return sample
  }

  /// Two pods with cards that cannot reach each other, joined by Ethernet.
  static var twoPods: SampleLaunch {
    var sample = SampleLaunch.flat
    sample.groups = ["a", "b"]
    sample.degrees = ParallelismDegrees(tensor: 4, data: 8)
    sample.fabrics = """
      [ { "name": "a-net", "kind": "infiniband" }, { "name": "b-net", "kind": "roce" },
        { "name": "lan", "kind": "ethernet", "gigabitsPerSecond": 100, "connects": ["a", "b"] } ]
      """
    return sample
  }

  /// Names that would break out of whatever does not quote them.
  static var hostile: SampleLaunch {
    var sample = SampleLaunch.flat
    sample.modelName = Self.hostileName
    sample.clusterName = Self.hostileName
    sample.image = "image:" + Self.hostileName
    return sample
  }

  static let hostileName =
    "a\"b'c $(touch x) `id` $$\n\r\t\u{85}\u{2028}\u{2029}# x: {y} %s \u{7}\\ \u{FC}\u{1F642}\u{FEFF}\u{202E}"
}

/// Model files.
enum SampleModel {
  static let llama = """
    { "architecture": { "hiddenSize": 4096, "vocabularySize": 128256, "layers": 32,
      "attention": { "heads": 32, "keyValueHeads": 8 },
      "feedForward": { "intermediateSize": 14336 } } }
    """

  /// Qwen3-30B-A3B.
  static let qwen = """
    { "model_type": "qwen3_moe", "hidden_size": 2048, "num_hidden_layers": 48,
      "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "vocab_size": 151936,
      "intermediate_size": 6144, "moe_intermediate_size": 768, "num_experts": 128,
      "num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": [],
      "norm_topk_prob": true, "tie_word_embeddings": false, "max_position_embeddings": 40960,
      "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "hidden_act": "silu",
      "attention_bias": false }
    """
}

extension LaunchTarget {
  /// The files of a launch by name.
  func files(_ sample: SampleLaunch) throws -> [String: String] {
    try emit(sample.launch()).files.reduce(into: [:]) { $0[$1.name] = $1.text }
  }

  /// What the target says it cannot express; empty where it can.
  func faults(_ sample: SampleLaunch) throws -> [String] {
    let launch = try sample.launch()
    do {
      _ = try emit(launch)
      return []
    } catch {
      return error.sentences
    }
  }
}
