import ParallelismVocabulary

extension LaunchPlan {
  /// The degrees and options of a plan, in one place: the summary that a launch needs first.
  public struct Parallelism: Sendable, Hashable, Codable {
    public var tensor: Int
    public var context: Int
    public var expert: Int
    public var expertTensor: Int
    public var data: Int
    public var pipeline: Int
    /// Chunks of layers on every stage; what `schedule` says too.
    public var virtualStages: Int
    /// Whether the tensor ranks share out the tokens between their matrix products.
    public var sequenceParallel: Bool
    /// Sequences in a micro-batch.
    public var microBatchSize: Int
    /// Micro-batches of one replica in a step.
    public var microBatches: Int
    public var schedule: Schedule
    public var sharding: Sharding
    /// The groups of replicas that each hold the sharded state; `nil` where all share it out.
    public var stateReplicas: Int?
    /// How sequences are cut; `nil` where the context degree is 1.
    public var contextMethod: ContextMethod?
    /// How ranks are numbered; `nil` for the usual order, `tp-cp-ep-dp-pp`.
    public var rankOrder: AxisOrder?

    public init(
      degrees: ParallelismDegrees, schedule: Schedule, sequenceParallel: Bool, microBatchSize: Int,
      microBatches: Int, sharding: Sharding, stateReplicas: Int = 1,
      contextMethod: ContextMethod? = nil, rankOrder: AxisOrder = .pipelineOutermost
    ) {
      tensor = degrees.tensor
      context = degrees.context
      expert = degrees.expert
      expertTensor = degrees.expertTensor
      data = degrees.data
      pipeline = degrees.pipeline
      virtualStages = schedule.virtualStages
      self.sequenceParallel = sequenceParallel
      self.microBatchSize = microBatchSize
      self.microBatches = microBatches
      self.schedule = schedule
      self.sharding = sharding
      self.stateReplicas = stateReplicas == 1 ? nil : stateReplicas
      self.contextMethod = contextMethod
      self.rankOrder = rankOrder == .pipelineOutermost ? nil : rankOrder
    }

    /// The groups of replicas that each hold the sharded state.
    public var stateGroups: Int { stateReplicas ?? 1 }

    /// The order of the axes in which ranks are numbered.
    public var axisOrder: AxisOrder { rankOrder ?? .pipelineOutermost }

    public var degrees: ParallelismDegrees {
      ParallelismDegrees(
        tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
        pipeline: pipeline)
    }

    /// The sequences of one step over all replicas.
    public var globalBatch: Int { data * microBatchSize * microBatches }
  }

  /// Stages that run alike: on one kind of node, with the same degrees.
  ///
  /// A plan on uniform machines has one, of all stages.
  public struct StageGroup: Sendable, Hashable, Codable {
    /// The stages, ascending.
    public var stages: [Int]
    /// The name of their node group in the cluster; `nil` where they span several.
    public var nodeGroup: String?
    public var tensor: Int
    public var context: Int
    public var expert: Int
    public var data: Int
    /// Micro-batches of each replica in a step.
    public var microBatchesPerReplica: Int

    public init(
      stages: [Int], nodeGroup: String?, tensor: Int, context: Int, expert: Int, data: Int,
      microBatchesPerReplica: Int
    ) {
      self.stages = stages
      self.nodeGroup = nodeGroup
      self.tensor = tensor
      self.context = context
      self.expert = expert
      self.data = data
      self.microBatchesPerReplica = microBatchesPerReplica
    }

    /// The group of all stages of a plan that is alike on all of them.
    public init(uniform parallelism: Parallelism, nodeGroup: String?) {
      self.init(
        stages: Array(0..<parallelism.pipeline), nodeGroup: nodeGroup, tensor: parallelism.tensor,
        context: parallelism.context, expert: parallelism.expert, data: parallelism.data,
        microBatchesPerReplica: parallelism.microBatches)
    }
  }
}
