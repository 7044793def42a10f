import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension LaunchTarget {
  /// - Source: Accelerate 1.15, `commands/launch.py`, `parallelism_config.py`: ranks are numbered by
  ///   tensor, context, data. Its launch starts any number of processes, whatever the degrees say.
  static let accelerate = LaunchTarget(
    "accelerate", versions: ["1.15"],
    "accelerate.sh: your ACCELERATE_SCRIPT under accelerate launch, run once on each node"
  ) { launch throws(LaunchFaults) in
    let configuration = AccelerateConfiguration(launch)
    guard configuration.faults.isEmpty else {
      throw LaunchFaults(target: "accelerate", configuration.faults)
    }
    let node = try NodeLaunch(launch, target: "accelerate")
    let text = configuration.document(nodes: node.hosts.count)
    let parallelism = launch.plan.parallelism
    var script = ShellScript(launch)
    script.append(node.rankLines)
    script.append(node.startLines)
    script.append(
      #"""
      if [[ -z ${PLAN_PROGRAM-} ]]; then
        : "${ACCELERATE_SCRIPT:?is not set; it is your training script, which makes an Accelerator}"
      fi
      """#)
    script.document("configuration", text)
    script.append(RankProgram.unnamedFile(of: "configuration"))
    script.document("program", rankScript(launch))
    script.append(
      """
      # For the script: its Accelerator reads the first, its data loader takes the second.
      export ACCELERATE_GRADIENT_ACCUMULATION_STEPS=\(parallelism.microBatches)
      export PLAN_MICRO_BATCH_SIZE=\(parallelism.microBatchSize)
      exec "${PLAN_ACCELERATE:-accelerate}" launch --config_file /dev/fd/9 \\
        --machine_rank "$node_rank" --main_process_ip "$MASTER_ADDR" \\
        --main_process_port "$MASTER_PORT" --no_python bash -c "$program" accelerate "$@"
      """)
    return Emission(
      files: [
        LaunchFile(name: "accelerate.sh", text: script.text, isExecutable: true),
        LaunchFile(name: "accelerate.yaml", text: text),
      ], warnings: configuration.warnings)
  }

  /// What runs on each rank: the check that Accelerate does not make, and the user's script.
  private static func rankScript(_ launch: Launch) -> String {
    var script = ShellScript(launch)
    script.append(RankProgram.environmentCheck(ranks: launch.plan.devices))
    script.append(
      RankProgram.execution(program: #"python -u "$ACCELERATE_SCRIPT""#))
    return script.text
  }
}

/// A plan as Accelerate's configuration: PyTorch's fully sharded data parallelism of the second kind,
/// with context parallelism.
struct AccelerateConfiguration: Sendable {
  let launch: Launch
  private(set) var faults: [String] = []
  private(set) var warnings: [String] = []

  init(_ launch: Launch) {
    self.launch = launch
    checkDegrees()
    checkSharding()
    checkStep()
    if launch.plan.stack.name != "torchtitan" {
      warnings.append(
        "the plan was priced for \(launch.plan.stack.identity), and Accelerate runs PyTorch's own "
          + "sharding; --stack torchtitan is the nearest")
    }
    warnings.append(
      "ACCELERATE_SCRIPT makes micro-batches of \(parallelism.microBatchSize) sequences of "
        + "\(launch.plan.inputs.workload.sequenceLength) tokens")
  }

  private var parallelism: LaunchPlan.Parallelism { launch.plan.parallelism }

  private var isSharded: Bool { parallelism.sharding >= .gradients }

  /// The file of `--config_file`.
  func document(nodes: Int) -> String {
    var members: [JSONValue.Member] = [
      .init("compute_environment", "LOCAL_MACHINE"),
      .init("distributed_type", isSharded ? "FSDP" : "MULTI_GPU"),
      .init("mixed_precision", .string(precision)),
      .init("num_machines", .integer(nodes)),
      .init("num_processes", .integer(launch.plan.devices)),
      .init("rdzv_backend", "static"),
    ]
    if isSharded {
      members.append(.init("fsdp_config", sharding))
      members.append(.init("parallelism_config", degrees))
    }
    return YAMLText.documents([.object(members)], comments: launch.heading)
  }

  private var sharding: JSONValue {
    [
      "fsdp_version": 2,
      "fsdp_reshard_after_forward": .bool(parallelism.sharding == .parameters),
      "fsdp_auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
      "fsdp_activation_checkpointing": .bool(recomputes),
      "fsdp_state_dict_type": "SHARDED_STATE_DICT",
    ]
  }

  private var degrees: JSONValue {
    let groups = parallelism.stateGroups
    var members: [JSONValue.Member] = [
      .init("parallelism_config_dp_replicate_size", .integer(groups)),
      .init("parallelism_config_dp_shard_size", .integer(parallelism.data / groups)),
      .init("parallelism_config_tp_size", .integer(parallelism.tensor)),
      .init("parallelism_config_cp_size", .integer(parallelism.context)),
    ]
    if parallelism.context > 1 {
      members.append(
        .init(
          "parallelism_config_cp_comm_strategy",
          parallelism.contextMethod == .ring ? "alltoall" : "allgather"))
    }
    return .object(members)
  }

  private var recomputes: Bool { launch.plan.stages.contains { $0.recompute.fullLayers > 0 } }

  private var precision: String {
    switch launch.plan.inputs.workload.precision {
    case .bf16: "bf16"
    case .fp16: "fp16"
    default: "no"
    }
  }

  // MARK: What it cannot express

  private mutating func checkDegrees() {
    if parallelism.pipeline > 1 {
      faults.append(
        "it has no pipeline for training, and the plan has \(parallelism.pipeline) stages")
    }
    if parallelism.expert > 1 {
      faults.append("it has no expert parallelism, and the plan has \(parallelism.expert) ways")
    }
    if parallelism.tensor > 1, parallelism.sequenceParallel {
      faults.append("its tensor parallelism is without sequence parallelism")
    }
    if parallelism.contextMethod == .allToAll {
      faults.append("its context parallelism with sharding exchanges keys and values, never heads")
    }
    let order = launch.plan.mapping.rankOrder.filter { $0 != .expert && $0 != .pipeline }
    if order != [.tensor, .context, .data] {
      faults.append(
        "it numbers ranks by tensor, context, data, not by "
          + order.map(\.rawValue).joined(separator: ", "))
    }
  }

  private mutating func checkSharding() {
    if launch.plan.inputs.workload.optimizerPlace == .host {
      faults.append("it moves weights to the host too, not the optimiser's state alone")
    }
    if launch.plan.offloadsActivations { faults.append("it keeps activations on the device") }
    switch parallelism.sharding {
    case .none where parallelism.tensor * parallelism.context > 1:
      faults.append("without sharding it runs data parallelism only")
    case .optimizer where parallelism.data * parallelism.context > 1:
      faults.append("it shards weights and gradients too, not the optimiser's state alone")
    default: break
    }
  }

  private mutating func checkStep() {
    let workload = launch.plan.inputs.workload
    if ![.bf16, .fp16, .fp32].contains(workload.precision) {
      faults.append(
        "the precision \(workload.precision.rawValue) needs a backend of which the plan knows nothing"
      )
    }
    let isPartial = launch.plan.stages.contains { stage in
      let layers = stage.recompute.fullLayers
      return layers == 0 ? !stage.recompute.modules.isEmpty : layers < stage.layers
    }
    if isPartial {
      faults.append("it recomputes every layer or none, and the plan something between")
    }
    if !isSharded, recomputes {
      warnings.append("ACCELERATE_SCRIPT switches the model's own activation checkpointing on")
    }
  }
}
