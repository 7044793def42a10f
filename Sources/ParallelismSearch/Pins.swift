import CostModel
import ParallelismVocabulary

/// What the user has already decided; `nil` leaves the choice to the search.
public struct Pins: Sendable, Hashable {
  public var tensor: Int?
  public var context: Int?
  public var expert: Int?
  public var expertTensor: Int?
  public var data: Int?
  public var pipeline: Int?
  public var virtualStages: Int?
  /// The schedule's name (see `Schedule.names`).
  public var schedule: String?
  public var microBatchSize: Int?
  public var sharding: Sharding?
  public var stateReplicas: Int?
  public var contextMethod: ContextMethod?
  public var sequenceParallel: Bool?
  public var rankOrder: AxisOrder?
  /// What every layer recomputes.
  public var recompute: RecomputePolicy?

  public init(
    tensor: Int? = nil, context: Int? = nil, expert: Int? = nil, expertTensor: Int? = nil,
    data: Int? = nil, pipeline: Int? = nil, virtualStages: Int? = nil, schedule: String? = nil,
    microBatchSize: Int? = nil, sharding: Sharding? = nil, stateReplicas: Int? = nil,
    contextMethod: ContextMethod? = nil, sequenceParallel: Bool? = nil, rankOrder: AxisOrder? = nil,
    recompute: RecomputePolicy? = nil
  ) {
    self.tensor = tensor
    self.context = context
    self.expert = expert
    self.expertTensor = expertTensor
    self.data = data
    self.pipeline = pipeline
    self.virtualStages = virtualStages
    self.schedule = schedule
    self.microBatchSize = microBatchSize
    self.sharding = sharding
    self.stateReplicas = stateReplicas
    self.contextMethod = contextMethod
    self.sequenceParallel = sequenceParallel
    self.rankOrder = rankOrder
    self.recompute = recompute
  }

  public static let none = Pins()
}

extension Pins {
  /// Every choice of a frame; what layers recompute stays open.
  public init(_ frame: Frame) {
    self.init(
      tensor: frame.degrees.tensor, context: frame.degrees.context, expert: frame.degrees.expert,
      expertTensor: frame.degrees.expertTensor, data: frame.degrees.data,
      pipeline: frame.degrees.pipeline, virtualStages: frame.schedule.virtualStages,
      schedule: frame.schedule.name, microBatchSize: frame.microBatchSize,
      sharding: frame.sharding, stateReplicas: frame.stateReplicas,
      contextMethod: frame.contextMethod,
      sequenceParallel: frame.sequenceParallel, rankOrder: frame.rankOrder)
  }
}
