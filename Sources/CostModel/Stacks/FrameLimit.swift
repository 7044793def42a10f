import ModelDescription
import ParallelismVocabulary

/// What a stack cannot run together, though it runs each by itself.
public enum FrameLimit: Sendable, Hashable, CaseIterable {
  /// Sequences are cut, or layers into stages, not both.
  /// - Source: DeepSpeed 0.19: its pipeline engine knows no sequence-parallel groups.
  case contextWithoutPipeline
  /// Ranks that hold the same weights share them out, but where the whole job is such ranks.
  /// - Source: torchtitan 0.2.2, `ParallelDims`: plain data parallelism has one dimension only, and
  ///   the ranks of a sequence always join the shards.
  case replicasShard
  /// Weights of less than single precision come from sharding alone.
  /// - Source: torchtitan 0.2.2: FSDP casts to `mixed_precision_param`; without it, tensor and pipeline
  ///   parallelism compute in single precision.
  case castsBySharding
  /// Experts over several ranks need one stage, and weights that are not sharded.
  /// - Source: DeepSpeed 0.19, `deepspeed/moe` and `runtime/pipe`.
  case expertsWithoutPipeline
  /// The expert degree divides the data degree.
  case expertsDivideData
  /// Experts are cut as all matrices are.
  case expertTensorIsTensor
  /// Experts that stay together are cut as all matrices are.
  /// - Source: torchtitan 0.2.2: `expert_tensor_parallel_degree` is 1 or the tensor degree, and has a
  ///   meaning only with an expert degree.
  case expertTensorOfWholeExperts
  /// The tokens of a sequence have a piece for each tensor rank in both halves of each context rank,
  /// whether or not sequences are cut.
  /// - Source: torchtitan 0.2.2, `ParallelDims.seq_len_divisor`: 2 · tensor · context.
  case sequenceByTensor
  /// With data outermost, each replica's ranks of a stage hold all experts once, and gradients and
  /// weights stay whole.
  /// - Source: Megatron-Core 0.19, `parallel_state.initialize_model_parallel`: unless pipeline is the
  ///   last axis, dense layers and experts have as many replicas (experts are numbered even where the
  ///   model has none, over the tensor ranks); Megatron-Bridge 0.6, on `use_tp_pp_dp_mapping`: not with
  ///   Megatron-FSDP.
  case replicasOutermost
  /// The optimiser's state is in the hosts' memory only where the model is one stage.
  /// - Source: a caution, not a refusal of DeepSpeed's: its pipeline with such state was not tried.
  case hostStateWithoutPipeline

  /// Whether a frame obeys it.
  public func allows(_ frame: Frame, of model: CostModel) -> Bool {
    let degrees = frame.degrees
    let replicas = degrees.data * degrees.context
    switch self {
    case .contextWithoutPipeline: return degrees.context == 1 || degrees.pipeline == 1
    case .replicasShard:
      return replicas == 1 || frame.sharding == .parameters
        || degrees.context == 1 && degrees.data == degrees.devices
    case .castsBySharding:
      return model.workload.precision.storedBytes >= 4 || degrees.devices == degrees.data
        || frame.sharding == .parameters
    case .expertsWithoutPipeline:
      return degrees.expert == 1 || degrees.pipeline == 1 && frame.sharding < .parameters
    case .expertsDivideData: return degrees.data.isMultiple(of: degrees.expert)
    case .expertTensorIsTensor:
      return !model.model.hasRoutedExperts || degrees.expertTensor == degrees.tensor
    case .expertTensorOfWholeExperts:
      return !model.model.hasRoutedExperts || degrees.expert > 1
        || degrees.expertTensor == degrees.tensor
    case .sequenceByTensor:
      return model.workload.sequenceLength.isMultiple(of: 2 * degrees.tensor * degrees.context)
    case .replicasOutermost:
      let experts =
        model.model.hasRoutedExperts ? degrees.expert * degrees.expertTensor : degrees.tensor
      return frame.rankOrder == .pipelineOutermost
        || experts == degrees.tensor * degrees.context && frame.sharding < .gradients
    case .hostStateWithoutPipeline:
      return model.workload.optimizerPlace == .device || degrees.pipeline == 1
    }
  }

  /// What a frame that breaks it does, as the end of a sentence about a stack.
  public var complaint: String {
    switch self {
    case .contextWithoutPipeline: "cuts sequences (context) or layers (pipeline), not both"
    case .replicasShard:
      "shards weights over the ranks that hold the same, but where the job is data-parallel alone"
    case .castsBySharding:
      "computes below single precision only with sharded weights, or on data-parallel ranks alone"
    case .expertsWithoutPipeline:
      "shares out experts only without pipeline stages and without sharded weights"
    case .expertsDivideData: "needs an expert degree that divides the data degree"
    case .expertTensorIsTensor: "cuts experts as all matrices: expertTensor must be tensor"
    case .expertTensorOfWholeExperts:
      "cuts experts that stay together as all matrices: expertTensor must be tensor where expert is 1"
    case .sequenceByTensor:
      "needs sequences whose tokens 2 × tensor × context divides"
    case .replicasOutermost:
      "numbers ranks tp-cp-ep-pp-dp only where gradients are not sharded and expert × expertTensor, or "
        + "tensor without experts, is tensor × context"
    case .hostStateWithoutPipeline:
      "keeps the optimiser's state in the hosts' memory only without pipeline stages"
    }
  }
}

extension Capabilities {
  /// The limits that a frame breaks.
  public func brokenLimits(_ frame: Frame, of model: CostModel) -> [FrameLimit] {
    limits.filter { !$0.allows(frame, of: model) }
  }

  /// What of a model and a workload the stack cannot train at all, as ends of sentences about it.
  public func complaints(model: ModelDescription, workload: Workload) -> [String] {
    var all: [String] = []
    if !precisions.contains(workload.precision) {
      let names = Precision.allCases.filter(precisions.contains).map(\.rawValue)
      all.append(
        "does not train in \(workload.precision.rawValue), but in "
          + names.joined(separator: ", "))
    }
    if !optimizers.contains(workload.optimizer) {
      all.append("has no optimiser \(workload.optimizer.rawValue)")
    }
    if workload.adapterRank != nil, !trainsAdapters { all.append("trains no adapters") }
    if workload.optimizerPlace == .host, hostShardings.isEmpty {
      all.append("keeps the optimiser's state on the device")
    } else if workload.optimizerPlace == .host, workload.optimizer != .adam {
      all.append("keeps the state of adam alone in the hosts' memory")
    }
    if workload.activationPlace == .host, !offloadsActivations {
      all.append("keeps activations on the device")
    }
    if !model.multiTokenPrediction.isEmpty, !predictsFurther {
      all.append("has no layers that predict further tokens")
    }
    return all
  }
}
