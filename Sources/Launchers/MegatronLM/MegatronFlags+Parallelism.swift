import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension MegatronFlags {
  /// The options for degrees, schedule, layout, batch, sharding and precision of a plan.
  /// - Source: Megatron-LM `megatron/training/arguments.py`, Megatron-Core 0.19.
  static func parallelism(of launch: Launch, faults: inout [String]) -> MegatronFlags {
    var flags = MegatronFlags()
    let plan = launch.plan
    let parallelism = plan.parallelism
    flags.set("--tensor-model-parallel-size", parallelism.tensor)
    if parallelism.sequenceParallel { flags.set("--sequence-parallel") }
    flags.set("--pipeline-model-parallel-size", parallelism.pipeline)
    flags.pipeline(plan, faults: &faults)
    flags.context(launch)
    flags.experts(launch)
    flags.order(of: plan, faults: &faults)
    flags.batch(plan)
    flags.sharding(plan, faults: &faults)
    flags.precision(plan, faults: &faults)
    return flags
  }

  // MARK: Pipeline

  private mutating func pipeline(_ plan: LaunchPlan, faults: inout [String]) {
    let parallelism = plan.parallelism
    guard parallelism.pipeline > 1 else { return }
    switch parallelism.schedule {
    case .oneForwardOneBackward, .interleaved: break
    default:
      faults.append(
        "the schedule \(parallelism.schedule.name) does not exist there; it runs 1f1b and "
          + "interleaved")
    }
    set("--pipeline-model-parallel-layout", PipelineLayout(plan).text)
  }

  private mutating func context(_ launch: Launch) {
    let parallelism = launch.plan.parallelism
    guard parallelism.context > 1, let method = parallelism.contextMethod else { return }
    set("--context-parallel-size", parallelism.context)
    switch method {
    case .ring: set("--cp-comm-type", "p2p")
    case .allGather: set("--cp-comm-type", "all_gather")
    case .allToAll: set("--cp-comm-type", "a2a")
    case .hierarchical:
      set("--cp-comm-type", "a2a+p2p")
      let sizes = HierarchicalContext(
        context: parallelism.context, tensor: parallelism.tensor, model: launch.model,
        cluster: launch.cluster)
      if let sizes {
        set(
          "--hierarchical-context-parallel-sizes",
          all: [sizes.exchanging, sizes.rounds].map(String.init))
      }
    }
  }

  /// Megatron cuts experts as all matrices unless it is told otherwise.
  private mutating func experts(_ launch: Launch) {
    guard launch.model.hasRoutedExperts else { return }
    set("--expert-model-parallel-size", launch.plan.parallelism.expert)
    set("--expert-tensor-parallel-size", launch.plan.parallelism.expertTensor)
  }

  /// Megatron numbers ranks by tensor, context, data, pipeline, or with the last two exchanged.
  private mutating func order(of plan: LaunchPlan, faults: inout [String]) {
    let cut = plan.mapping.rankOrder.filter { $0 != .expert }
    switch cut {
    case [.tensor, .context, .data, .pipeline]: break
    case [.tensor, .context, .pipeline, .data]: set("--use-tp-pp-dp-mapping")
    default:
      faults.append(
        "it numbers ranks by tensor, context, data, pipeline or tensor, context, pipeline, data, "
          + "not by \(cut.map(\.rawValue).joined(separator: ", "))")
    }
  }

  // MARK: Step

  private mutating func batch(_ plan: LaunchPlan) {
    set("--micro-batch-size", plan.parallelism.microBatchSize)
    set("--global-batch-size", plan.inputs.workload.globalBatch)
  }

  private mutating func sharding(_ plan: LaunchPlan, faults: inout [String]) {
    let parallelism = plan.parallelism
    switch parallelism.sharding {
    case .none:
      if parallelism.data * parallelism.context > 1 { set("--overlap-grad-reduce") }
    case .optimizer:
      set("--use-distributed-optimizer")
      if parallelism.stateGroups > 1 {
        set("--num-distributed-optimizer-instances", parallelism.stateGroups)
      }
      set("--overlap-grad-reduce")
      set("--overlap-param-gather")
    case .gradients, .parameters:
      if parallelism.stateGroups > 1 {
        faults.append(
          "Megatron-FSDP shares out weights over all replicas here, not in "
            + "\(parallelism.stateGroups) groups")
      }
      let isWhole = parallelism.sharding == .parameters
      set("--use-megatron-fsdp")
      set("--data-parallel-sharding-strategy", isWhole ? "optim_grads_params" : "optim_grads")
      set("--use-distributed-optimizer")
      set("--overlap-grad-reduce")
      set("--overlap-param-gather")
      set("--no-gradient-accumulation-fusion")
      set("--ckpt-format", "fsdp_dtensor")
    }
    if plan.inputs.workload.optimizerPlace == .host {
      if parallelism.sharding > .optimizer || plan.inputs.workload.optimizer != "adam" {
        faults.append(
          "it keeps Adam's state alone in the hosts' memory, and without sharding gradients or weights"
        )
      }
      set("--use-distributed-optimizer")
      set("--use-precision-aware-optimizer")
      set("--optimizer-cpu-offload")
      set("--optimizer-offload-fraction", "1.0")
      set("--overlap-cpu-optimizer-d2h-h2d")
    }
    switch plan.inputs.workload.optimizer {
    case "adam": break
    case "sgd": set("--optimizer", "sgd")
    case let other: faults.append("the optimiser \(other) has no option")
    }
    if plan.inputs.workload.adapterRank != nil {
      faults.append("it trains all weights; adapters of a low rank have no option")
    }
  }

  private mutating func precision(_ plan: LaunchPlan, faults: inout [String]) {
    switch plan.inputs.workload.precision {
    case .fp32: break
    case .fp16: set("--fp16")
    case .bf16: set("--bf16")
    case .fp8:
      set("--bf16")
      set("--fp8-format", "hybrid")
      set("--fp8-recipe", "tensorwise")
    case .mxfp8:
      set("--bf16")
      set("--fp8-format", "e4m3")
      set("--fp8-recipe", "mxfp8")
    case .nvfp4:
      set("--bf16")
      set("--fp4-format", "e2m1")
      set("--fp4-recipe", "nvfp4")
    case .tf32, .int8:
      faults.append(
        "the precision \(plan.inputs.workload.precision.rawValue) has no option for training")
    }
  }
}

/// Where embedding, layers, further predictors and head stand, in Megatron's notation:
/// `Et*19|t*21|t*20|t*20L`, virtual stages one round of the pipeline after another.
struct PipelineLayout: Sendable, Hashable {
  let text: String

  init(_ plan: LaunchPlan) {
    let rounds = plan.parallelism.virtualStages
    var chunks: [String] = []
    for round in 0..<rounds {
      for stage in plan.stages { chunks.append(Self.chunk(stage, round: round, of: rounds)) }
    }
    text = chunks.joined(separator: "|")
  }

  /// What a stage holds in one round: the embedding stands in the first, the head in the last.
  private static func chunk(_ stage: LaunchPlan.Stage, round: Int, of rounds: Int) -> String {
    var text = ""
    if round == 0, stage.chunks.contains(.embedding) { text += "E" }
    let runs = stage.layerRuns
    if runs.indices.contains(round), !runs[round].isEmpty {
      text += runs[round].count == 1 ? "t" : "t*\(runs[round].count)"
    }
    guard round == rounds - 1 else { return text }
    for case .multiTokenPrediction(let layers) in stage.chunks {
      text += String(repeating: "m", count: layers)
    }
    if stage.chunks.contains(.head) { text += "L" }
    return text
  }
}

extension MegatronFlags {
  /// The options for what a stage computes again or offloads; none where it keeps everything.
  ///
  /// Both are local to a rank, so that the options of one stage need not be those of another: every
  /// process reads its own.
  static func recompute(of stage: LaunchPlan.Stage, faults: inout [String]) -> MegatronFlags {
    var flags = MegatronFlags()
    let recompute = stage.recompute
    let longest = stage.layerRuns.map(\.count).max() ?? 0
    if !recompute.offload.isEmpty {
      let names = recompute.offload.sorted().flatMap {
        $0.megatronNames(besides: recompute.modules)
      }
      flags.set("--fine-grained-activation-offloading")
      flags.set("--offload-modules", all: names)
      // Below a mebi-element tensors would stay, among them keys of few heads.
      flags.set("--min-offloaded-tensor-size", 65_536)
    }
    if recompute.fullLayers > 0 {
      if !recompute.modules.isEmpty, recompute.fullLayers < longest {
        faults.append(
          "stage \(stage.stage) recomputes \(recompute.fullLayers) whole layers and modules of the "
            + "others, but a rank has one granularity")
      }
      flags.set("--recompute-granularity", "full")
      if recompute.fullLayers >= longest {
        flags.set("--recompute-method", "uniform")
        flags.set("--recompute-num-layers", 1)
      } else {
        flags.set("--recompute-method", "block")
        flags.set("--recompute-num-layers", recompute.fullLayers)
      }
      return flags
    }
    guard !recompute.modules.isEmpty else { return flags }
    let names = recompute.modules.sorted().map { module in
      module.megatronName
        ?? {
          faults.append(
            "stage \(stage.stage) recomputes \(module.rawValue), which is not one of its modules")
          return module.rawValue
        }()
    }
    flags.set("--recompute-granularity", "selective")
    flags.set("--recompute-modules", all: names)
    return flags
  }
}

extension OffloadModule {
  /// The names among `--offload-modules`. Experts that run again as a whole keep nothing that could go.
  func megatronNames(besides recomputed: Set<RecomputeModule>) -> [String] {
    switch self {
    case .attention: ["attn_norm", "qkv_linear", "core_attn", "attn_proj"]
    case .experts: ["mlp_norm"] + (recomputed.contains(.experts) ? [] : ["expert_fc1", "moe_act"])
    }
  }
}

extension RecomputeModule {
  /// The name among `--recompute-modules`.
  var megatronName: String? {
    switch self {
    case .coreAttention: "core_attn"
    case .feedForward: "mlp"
    case .experts: "moe"
    case .sharedExperts: "shared_experts"
    case .expertActivation: "moe_act"
    case .latentProjection: "mla_up_proj"
    case .normalisation: "layernorm"
    case .alternateProducts: nil
    }
  }
}
