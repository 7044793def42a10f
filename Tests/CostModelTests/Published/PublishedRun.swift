import ClusterTopology
import Foundation
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

/// A training run that somebody measured and published, as the reference data hold it.
struct PublishedRun: Decodable {
  struct Model: Decodable {
    var layers, hidden, heads, kv_heads, head_dim, ffn, vocab, seq: Int?
    var gated_mlp, tied_embeddings: Bool?
    var moe: Experts?
  }
  struct Experts: Decodable {}
  struct Hardware: Decodable {
    var gpu: String
    var gpus: Int?
  }
  struct Parallel: Decodable {
    var tp, pp, dp, cp, vpp, microbatch, globalbatch: Int?
    var sp: Bool?
    var recompute, precision, zero: String?

    private enum CodingKeys: CodingKey {
      case tp, pp, dp, cp, vpp, microbatch, globalbatch, sp, recompute, precision, zero
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      func whole(_ key: CodingKeys) -> Int? { try? values.decode(Int.self, forKey: key) }
      tp = whole(.tp)
      pp = whole(.pp)
      dp = whole(.dp)
      cp = whole(.cp)
      vpp = whole(.vpp)
      microbatch = whole(.microbatch)
      globalbatch = whole(.globalbatch)
      sp = try? values.decode(Bool.self, forKey: .sp)
      recompute = try? values.decode(String.self, forKey: .recompute)
      precision = try? values.decode(String.self, forKey: .precision)
      zero = whole(.zero).map(String.init) ?? (try? values.decode(String.self, forKey: .zero))
    }
  }
  struct Derived: Decodable { var step_time_s: Double? }

  var id: String
  var source: String
  /// `pretrain`, or absent for it.
  var workload: String?
  var model: Model
  var hardware: Hardware
  var parallel: Parallel
  var derived: Derived

  /// All development runs, or `nil` where the reference data are absent.
  static let all: [PublishedRun]? = {
    guard let data = FileManager.default.contents(atPath: file("validation/runs-train.jsonl"))
    else { return nil }
    return data.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(PublishedRun.self, from: Data($0))
    }
  }()

  /// A file of the reference data that lie beside the repository.
  static func file(_ path: String) -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("../shared/" + path).path
  }
}

/// A plan with everything pinned, and what it was measured to take.
struct PinnedRun {
  var name: String
  var cluster: ClusterTopology
  var model: ModelDescription
  var workload: Workload
  var stack: Stack
  var frame: Frame
  var recompute: RecomputePolicy
  var measured: Double

  func predict() throws -> StepPrediction {
    let costs = try CostModel(
      model: model, cluster: cluster, workload: workload, stack: stack, recompute: recompute)
    let pricer = FramePricer(costs)
    let prices = pricer.prices(of: frame)
    let shape = try #require(PipelineCache.shape(of: frame))
    let policy = costs.pinnedPolicy ?? 0
    let isFull = policy == costs.policies.count - 1
    let choice = StageRecompute(
      policy: isFull ? 0 : policy, fullLayers: isFull ? model.layers.count : 0)
    return prices.predict(
      .launched(layers: model.layers.count, frame: frame, recompute: choice),
      with: pricer.pipelines.simulator(shape))
  }
}

extension LayerSplit {
  /// As launchers split: evenly, or, where the layers and two more divide, with one less at either
  /// end, beside the embedding and the head.
  static func launched(layers: Int, frame: Frame, recompute: StageRecompute) -> LayerSplit {
    let chunks = frame.chunks
    guard !layers.isMultiple(of: chunks), (layers + 2).isMultiple(of: chunks), chunks > 1 else {
      return .even(layers: layers, frame: frame, recompute: recompute)
    }
    let share = (layers + 2) / chunks
    let inner = (1..<chunks).map { $0 * share - 1 }
    return LayerSplit(
      boundaries: [0] + inner + [layers],
      recompute: Array(repeating: recompute, count: frame.degrees.pipeline))
  }
}

extension PinnedRun {
  /// A run of the reference data; `nil` where it leaves out what a prediction needs.
  init?(_ run: PublishedRun, stack: Stack) throws {
    let parallel = run.parallel
    guard run.model.moe == nil, run.workload ?? "pretrain" == "pretrain",
      let measured = run.derived.step_time_s,
      let layers = run.model.layers, let hidden = run.model.hidden, let heads = run.model.heads,
      let width = run.model.ffn, let vocabulary = run.model.vocab, let length = run.model.seq,
      let batch = parallel.globalbatch, let size = parallel.microbatch,
      let devices = run.hardware.gpus, let node = Self.nodes[run.hardware.gpu]
    else { return nil }
    let (tensor, context, pipeline) = (parallel.tp ?? 1, parallel.cp ?? 1, parallel.pp ?? 1)
    let data = devices / (tensor * context * pipeline)
    guard batch.isMultiple(of: data * size), data > 0 else { return nil }
    let chunks = parallel.vpp ?? 1
    name = run.id
    cluster = try node.cluster(devices: devices)
    model = try .native(
      """
      "hiddenSize": \(hidden), "vocabularySize": \(vocabulary), "layers": \(layers),
      "tiedHead": \(run.model.tied_embeddings ?? false),
      "attention": { "heads": \(heads), "keyValueHeads": \(run.model.kv_heads ?? heads),
        "headSize": \(run.model.head_dim ?? hidden / heads), "fused": \(stack != .megatron2021) },
      "feedForward": { "kind": "\(run.model.gated_mlp == true ? "gated" : "plain")",
        "intermediateSize": \(width) }
      """)
    workload = Workload(
      globalBatch: batch, sequenceLength: length, precision: Self.precision(parallel.precision))
    self.stack = stack
    let sharding: Sharding =
      switch parallel.zero {
      case "3": .parameters
      case let text? where text.hasPrefix("FSDP"): .parameters
      case "0": .none
      default: .optimizer
      }
    frame = .of(
      tensor: tensor, context: context, data: data, pipeline: pipeline, batch: batch,
      microBatchSize: size,
      schedule: chunks > 1 ? .interleaved(virtualStages: chunks) : .oneForwardOneBackward,
      sharding: sharding,
      sequenceParallel: tensor > 1 && parallel.sp != false)
    recompute =
      switch parallel.recompute {
      case "full": .full
      case let text? where text.contains("attention core"): .modules([.coreAttention])
      default: .modules([])
      }
    self.measured = measured
  }

  private static func precision(_ text: String?) -> Precision {
    switch text?.lowercased() {
    // Cells with two figures hold current scaling first.
    case let text? where text.contains("fp8") && text.contains("current scaling"): .fp8
    case let text? where text.contains("mx") || text.contains("variant 2"): .mxfp8
    case let text? where text.contains("fp8"): .fp8
    case let text? where text.contains("nvfp4"): .nvfp4
    default: .bf16
    }
  }

  /// The node of a card, its network, and how many cards of a rack a job uses.
  private struct Node {
    var preset: String
    var kind = Fabric.Kind.infiniband
    var domain: Int?
    var gigabitsPerSecond: Double?

    func cluster(devices: Int) throws -> ClusterTopology {
      var group = try NodeGroup.of(preset, nodes: 1, gigabitsPerSecond: gigabitsPerSecond)
      group.nodes = (devices + group.acceleratorsPerNode - 1) / group.acceleratorsPerNode
      group.names = .generated(prefix: "n", count: group.nodes)
      if let domain { group.scaleUp.accelerators = domain }
      return try ClusterTopology(
        name: "published", nodeGroups: [group], fabrics: [Fabric(name: "network", kind: kind)])
    }
  }

  // Racks of 72 run jobs on 64 of their cards, so that groups of powers of two stay inside.
  private static let nodes = [
    "A100-80GB-SXM (Selene)": Node(preset: "DGX-A100-80GB"),
    "H100-80GB": Node(preset: "DGX-H100"),
    "A100-40GB": Node(preset: "DGX-A100-40GB", kind: .roce),
    "A100-80GB": Node(preset: "DGX-A100-80GB", kind: .roce),
    "B200-180GB": Node(preset: "DGX-B200"),
    "B300-288GB": Node(preset: "DGX-B300"),
    "GB200-192GB": Node(preset: "GB200-NVL72", domain: 64),
    "GB300-288GB": Node(preset: "GB300-NVL72", domain: 64),
  ]
}

extension Stack {
  /// Megatron-LM 2.x, which ran the tables of Narayanan et al. 2021 and Korthikanti et al. 2022:
  /// nothing overlaps, attention stores its scores, kernels are launched one by one.
  static let megatron2021: Stack = {
    var stack = Stack.megatronCore
    stack.name = "megatron-lm"
    stack.version = "2"
    stack.timing.tensorExposed = 1
    stack.timing.gradientResidual = 1
    stack.timing.gradientExposed = 0
    stack.timing.launch = .microseconds(900)
    stack.timing.launchBackwardShare = 0.83
    stack.memory = .megatronBefore
    return stack
  }()
}
