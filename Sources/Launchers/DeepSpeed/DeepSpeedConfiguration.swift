import InputFiles
import LaunchPlan
import ParallelismVocabulary

/// A plan as DeepSpeed's configuration, with what it leaves to the user's script and what it cannot
/// run.
///
/// DeepSpeed builds no model: the script does, and with it the tensor, pipeline and expert groups.
/// - Source: DeepSpeed 0.19, `runtime/config.py`, `runtime/zero/config.py`, `runtime/pipe/module.py`,
///   `moe/layer.py`.
struct DeepSpeedConfiguration: Sendable {
  let launch: Launch
  private(set) var faults: [String] = []
  private(set) var warnings: [String] = []

  init(_ launch: Launch) {
    self.launch = launch
    checkOrder()
    checkWorkload()
    checkContext()
    checkExperts()
    checkPipeline()
    checkRecompute()
    describeScript()
  }

  private var plan: LaunchPlan { launch.plan }
  private var parallelism: LaunchPlan.Parallelism { launch.plan.parallelism }

  /// The document for stages that recompute all layers, or for those that keep all.
  ///
  /// DeepSpeed leaves keys alone that it does not know, so that the heading stands in one.
  func document(recomputing: Bool) -> String {
    var members: [JSONValue.Member] = [
      .init("plan", .array(launch.heading.map(JSONValue.string))),
      .init("train_batch_size", .integer(plan.inputs.workload.globalBatch)),
      .init("train_micro_batch_size_per_gpu", .integer(parallelism.microBatchSize)),
      .init("gradient_accumulation_steps", .integer(parallelism.microBatches)),
    ]
    switch plan.inputs.workload.precision {
    case .bf16: members.append(.init("bf16", ["enabled": true]))
    case .fp16: members.append(.init("fp16", ["enabled": true]))
    default: break
    }
    members.append(.init("zero_optimization", sharding))
    members.append(.init("optimizer", optimizer))
    if parallelism.context > 1 {
      members.append(.init("sequence_parallel_size", .integer(parallelism.context)))
    }
    if parallelism.pipeline > 1 {
      members.append(
        .init(
          "pipeline",
          [
            "stages": .integer(parallelism.pipeline),
            "activation_checkpoint_interval": .integer(recomputing ? 1 : 0),
          ]))
    }
    members.append(.init("wall_clock_breakdown", false))
    return JSONText.pretty(.object(members))
  }

  private var sharding: JSONValue {
    // What is on the host belongs to a stage of its own, also where there is one replica only.
    let isOnHost = plan.inputs.workload.optimizerPlace == .host
    let stage = max(parallelism.sharding.stage, isOnHost ? 1 : 0)
    var members: [JSONValue.Member] = [.init("stage", .integer(stage))]
    if isOnHost {
      members.append(.init("offload_optimizer", ["device": "cpu", "pin_memory": true]))
    }
    if parallelism.sharding != .none {
      members += [
        .init("overlap_comm", true), .init("contiguous_gradients", true),
        .init("reduce_scatter", true),
      ]
    }
    return .object(members)
  }

  private var optimizer: JSONValue {
    plan.inputs.workload.optimizer == "sgd"
      ? ["type": "SGD", "params": ["lr": 0.0001, "momentum": 0.9]]
      : [
        "type": "AdamW",
        "params": ["lr": 0.0001, "betas": [0.9, 0.95], "eps": 1e-8, "weight_decay": 0.1],
      ]
  }

  /// Whether each stage recomputes all its layers.
  var recomputing: [Bool] { plan.stages.map { $0.recompute.fullLayers > 0 } }

  // MARK: What it cannot run

  private mutating func checkOrder() {
    let order = plan.mapping.rankOrder.filter { $0 != .expert }
    if order != [.tensor, .context, .data, .pipeline] {
      faults.append(
        "it numbers ranks by tensor, context, data, pipeline, not by "
          + order.map(\.rawValue).joined(separator: ", "))
    }
  }

  private mutating func checkWorkload() {
    if parallelism.stateGroups > 1 {
      faults.append(
        "its ZeRO shares out state over all replicas, not in \(parallelism.stateGroups) groups")
    }
    let workload = plan.inputs.workload
    if ![.bf16, .fp16, .fp32].contains(workload.precision) {
      faults.append("the precision \(workload.precision.rawValue) has no key in its configuration")
    }
    if !["adam", "sgd"].contains(workload.optimizer) {
      faults.append("the optimiser \(workload.optimizer) has no key in its configuration")
    }
    if workload.optimizerPlace == .host, workload.optimizer != "adam" {
      faults.append("the only optimiser that it runs on the host is Adam")
    }
    if plan.offloadsActivations { faults.append("it keeps activations on the device") }
  }

  private mutating func checkContext() {
    guard parallelism.context > 1 else { return }
    if parallelism.contextMethod != .allToAll {
      faults.append("its sequence parallelism exchanges heads, and has no other context method")
    }
    if parallelism.pipeline > 1 {
      faults.append("its sequence parallelism does not go with its pipeline")
    }
  }

  private mutating func checkExperts() {
    guard plan.expertPlacement != nil else { return }
    if parallelism.expertTensor != parallelism.tensor {
      faults.append(
        "it shares experts out over data ranks, each cut like all else: expert-tensor must be the "
          + "tensor degree, \(parallelism.tensor)")
    }
    guard parallelism.expert > 1 else { return }
    if !parallelism.data.isMultiple(of: parallelism.expert) {
      faults.append(
        "its expert degree must divide the data degree, but \(parallelism.expert) does not divide "
          + "\(parallelism.data)")
    }
    if parallelism.sharding == .parameters {
      faults.append("its expert parallelism does not go with ZeRO-3")
    }
    if parallelism.pipeline > 1 {
      faults.append("its expert parallelism does not go with its pipeline")
    }
  }

  private mutating func checkPipeline() {
    guard parallelism.pipeline > 1 else { return }
    if parallelism.schedule != .oneForwardOneBackward {
      faults.append("its pipeline runs 1f1b only, not \(parallelism.schedule.name)")
    }
    if parallelism.sharding >= .gradients {
      faults.append("its pipeline goes with ZeRO-1, not with ZeRO-\(parallelism.sharding.stage)")
    }
    let counts = plan.stages.map(\.layers)
    if let least = counts.min(), let most = counts.max(), most > least + 1 {
      faults.append(
        "its pipeline splits layers evenly or by their parameters, not into "
          + counts.map(String.init).listed(joinedBy: "and"))
    }
  }

  private mutating func checkRecompute() {
    for stage in plan.stages {
      let recompute = stage.recompute
      if recompute.fullLayers == 0, !recompute.modules.isEmpty {
        faults.append(
          "stage \(stage.stage) recomputes "
            + recompute.modules.sorted().map(\.rawValue).listed(joinedBy: "and")
            + ", but it recomputes whole layers only")
      } else if recompute.fullLayers > 0, recompute.fullLayers < stage.layers {
        faults.append(
          "stage \(stage.stage) recomputes \(recompute.fullLayers) of \(stage.layers) layers, but "
            + "it recomputes all or none")
      }
    }
  }

  // MARK: What the script does

  private mutating func describeScript() {
    warnings.append(
      "the learning rate in deepspeed.json is a placeholder of 0.0001; your script or another file "
        + "sets yours")
    if parallelism.tensor > 1 {
      warnings.append(
        "DEEPSPEED_SCRIPT cuts the model over \(parallelism.tensor) tensor ranks by its own code and "
          + "tells DeepSpeed the groups (mpu)")
    }
    if parallelism.context > 1 {
      warnings.append(
        "DEEPSPEED_SCRIPT uses Ulysses attention over groups of \(parallelism.context) ranks and "
          + "tells DeepSpeed the groups (mpu)")
    }
    if plan.expertPlacement != nil {
      warnings.append(
        "DEEPSPEED_SCRIPT makes its mixtures with ep_size=\(parallelism.expert)"
          + (parallelism.tensor > 1 ? " and enable_expert_tensor_parallelism=True" : ""))
    }
    if parallelism.pipeline > 1 {
      let counts = plan.stages.map { String($0.layers) }.listed(joinedBy: "and")
      warnings.append(
        "DEEPSPEED_SCRIPT makes a PipelineModule of \(parallelism.pipeline) stages that holds "
          + "\(counts) layers (partition_method='type:…' of the layer's class)")
    } else if recomputing.contains(true) {
      warnings.append("DEEPSPEED_SCRIPT switches the model's own activation checkpointing on")
    }
    if let rank = plan.inputs.workload.adapterRank {
      warnings.append("DEEPSPEED_SCRIPT adds adapters of rank \(rank) and freezes the rest")
    }
  }
}
