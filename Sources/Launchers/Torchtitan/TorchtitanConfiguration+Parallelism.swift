import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension TorchtitanConfiguration {
  /// The table `parallelism`.
  mutating func parallelism(
    _ plan: LaunchPlan, _ flavor: TorchtitanFlavor?
  ) -> [JSONValue.Member] {
    let parallelism = plan.parallelism
    if plan.mapping.rankOrder.filter({ plan.usedAxes.contains($0) })
      != [.tensor, .context, .data, .pipeline].filter({ plan.usedAxes.contains($0) })
    {
      let order = plan.mapping.rankOrder.filter { $0 != .expert }.map(\.rawValue)
      faults.append(
        "it numbers ranks by tensor, context, data, pipeline, not by "
          + order.joined(separator: ", "))
    }
    if parallelism.tensor > 1, !parallelism.sequenceParallel {
      faults.append("its tensor parallelism is always with sequence parallelism")
    }
    return sharding(plan) + [.init("tensor_parallel_degree", .integer(parallelism.tensor))]
      + (plan.stack.version.hasSuffix("-async")
        ? [.init("enable_async_tensor_parallel", true)] : [])
      + context(parallelism, flavor) + experts(parallelism, flavor) + pipeline(plan, flavor)
  }

  /// What is sharded is sharded over the data and the context ranks; between none of it and all of it
  /// stands only that weights stay gathered after the forward pass, which is ZeRO-2.
  private mutating func sharding(_ plan: LaunchPlan) -> [JSONValue.Member] {
    let parallelism = plan.parallelism
    let isSharded = parallelism.sharding >= .gradients
    switch parallelism.sharding {
    case .none where parallelism.context > 1:
      faults.append("its context parallelism always shards the weights over the context ranks")
    case .none where parallelism.data > 1 && parallelism.data != plan.devices:
      faults.append(
        "its unsharded data parallelism goes with no other axis; shard the weights, or let data be "
          + "the only axis")
    case .optimizer where parallelism.data * parallelism.context > 1:
      faults.append("it shards weights and gradients too, not the optimiser's state alone")
    default: break
    }
    let groups = isSharded ? parallelism.stateGroups : parallelism.data
    var members: [JSONValue.Member] = [
      .init("data_parallel_replicate_degree", .integer(groups)),
      .init("data_parallel_shard_degree", .integer(parallelism.data / groups)),
    ]
    if isSharded {
      let isReleased = parallelism.sharding == .parameters
      members.append(.init("fsdp_reshard_after_forward", isReleased ? "always" : "never"))
    }
    return members
  }

  private mutating func context(
    _ parallelism: LaunchPlan.Parallelism, _ flavor: TorchtitanFlavor?
  ) -> [JSONValue.Member] {
    guard parallelism.context > 1, let method = parallelism.contextMethod else { return [] }
    if let flavor, flavor.support == .noContext {
      faults.append(
        "\(flavor.model) \(flavor.name) uses an attention that context parallelism does not know")
    }
    if method == .allToAll {
      faults.append("its context parallelism exchanges keys and values, never heads")
    }
    return [
      .init("context_parallel_degree", .integer(parallelism.context)),
      .init("context_parallel_rotate_method", method == .ring ? "alltoall" : "allgather"),
    ]
  }

  private mutating func experts(
    _ parallelism: LaunchPlan.Parallelism, _ flavor: TorchtitanFlavor?
  ) -> [JSONValue.Member] {
    guard flavor?.hasExperts ?? false else { return [] }
    guard parallelism.expert > 1 else {
      if parallelism.expertTensor != parallelism.tensor {
        faults.append(
          "without expert parallelism it cuts experts as all else: expert-tensor must be the tensor "
            + "degree, \(parallelism.tensor)")
      }
      return []
    }
    if ![1, parallelism.tensor].contains(parallelism.expertTensor) {
      faults.append(
        "its expert-tensor degree is 1 or the tensor degree, not \(parallelism.expertTensor)")
    }
    return [
      .init("expert_parallel_degree", .integer(parallelism.expert)),
      .init("expert_tensor_parallel_degree", .integer(parallelism.expertTensor)),
    ]
  }

  // MARK: Pipeline

  private mutating func pipeline(
    _ plan: LaunchPlan, _ flavor: TorchtitanFlavor?
  ) -> [JSONValue.Member] {
    let parallelism = plan.parallelism
    guard parallelism.pipeline > 1 else { return [] }
    if let flavor, flavor.support == .noPipeline {
      faults.append("its \(flavor.model) models have no pipeline")
    }
    guard let schedule = parallelism.schedule.torchName else {
      faults.append(
        "the schedule \(parallelism.schedule.name) does not exist there; it runs gpipe, 1f1b, "
          + "interleaved, zb-v and dualpipe-v")
      return []
    }
    let parts = plan.moduleNames
    if parts.contains(where: \.isEmpty) {
      faults.append("a virtual stage without any layer has no place there")
    }
    var members: [JSONValue.Member] = [
      .init("pipeline_parallel_degree", .integer(parallelism.pipeline)),
      .init("pipeline_parallel_schedule", .string(schedule)),
      .init("pipeline_parallel_microbatch_size", .integer(parallelism.microBatchSize)),
      .init("module_fqns_per_model_part", .array(parts.map { .array($0.map(JSONValue.string)) })),
    ]
    let recomputes = plan.stages.contains { $0.recompute != .none }
    if parallelism.schedule == .dualPipeV, recomputes {
      members.append(.init("pipeline_parallel_expert_parallel_overlap", false))
    }
    return members
  }
}

extension LaunchPlan {
  /// The axes that are split at all.
  fileprivate var usedAxes: Set<Axis> {
    let degrees: [(Axis, Int)] = [
      (.tensor, parallelism.tensor), (.context, parallelism.context), (.data, parallelism.data),
      (.pipeline, parallelism.pipeline),
    ]
    return Set(degrees.filter { $0.1 > 1 }.map(\.0))
  }

  /// The modules of every virtual stage, in the order of the model.
  fileprivate var moduleNames: [[String]] {
    let count = parallelism.pipeline * parallelism.virtualStages
    var parts = [[String]](repeating: [], count: count)
    for stage in stages {
      let places = parallelism.schedule.chunks(
        ofRank: stage.stage, stages: parallelism.pipeline)
      for (place, run) in zip(places, stage.layerRuns) where place < count {
        parts[place] += run.map { "layers.\($0)" }
      }
    }
    parts[0].insert("tok_embeddings", at: 0)
    parts[count - 1] += ["norm", "output"]
    return parts
  }
}

extension Schedule {
  /// The name in `torch.distributed.pipelining`.
  fileprivate var torchName: String? {
    switch self {
    case .gpipe: "GPipe"
    case .oneForwardOneBackward: "1F1B"
    case .interleaved: "Interleaved1F1B"
    case .zeroBubbleV: "ZBVZeroBubble"
    case .dualPipeV: "DualPipeV"
    case .zeroBubbleH1, .zeroBubbleH2, .dualPipe: nil
    }
  }
}
