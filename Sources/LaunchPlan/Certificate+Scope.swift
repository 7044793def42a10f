import ParallelismVocabulary

extension Certificate {
  /// The space that a certificate covers: the degrees that were tried, and on every other axis the values of
  /// the frames that were closed one by one.
  public struct Scope: Sendable, Hashable, Codable {
    /// Name and version, as in `megatron-core@0.16`.
    public var stack: String
    public var devices: Int
    public var pins: Pins
    public var tensor: [Int]
    public var context: [Int]
    public var contextMethods: [ContextMethod]
    public var expert: [Int]
    public var expertTensor: [Int]
    public var pipeline: [Int]
    public var virtualStages: [Int]
    /// Names of schedules, without their chunks.
    public var schedules: [String]
    public var microBatchSizes: [Int]
    public var shardings: [Sharding]
    /// Names of the recomputation policies.
    public var recompute: [String]
    /// A sentence: which splits of the layers over the stages were considered.
    public var split: String
    /// Which mappings were considered.
    public var mapping: String
    /// How many orders of the cluster's node groups were considered; `nil` for the listed one alone.
    public var groupOrders: Int?
    /// How ranks were numbered; `nil` for the usual order alone.
    public var rankOrders: [AxisOrder]?
    /// In how many groups sharded state was held; `nil` for one alone.
    public var stateReplicas: [Int]?
    /// What the best plan is best at; `nil` where it has the shortest step. Where it is the cheapest, bounds
    /// are seconds for which the plan's nodes would cost as much.
    public var goal: Goal?
    /// The frames of the space, tuples of degrees and options; those that are closed together as one.
    public var frames: Int

    public init(
      stack: String, devices: Int, pins: Pins, tensor: [Int], context: [Int],
      contextMethods: [ContextMethod], expert: [Int], expertTensor: [Int], pipeline: [Int],
      virtualStages: [Int], schedules: [String], microBatchSizes: [Int], shardings: [Sharding],
      recompute: [String], split: String, mapping: String, groupOrders: Int? = nil,
      rankOrders: [AxisOrder]? = nil, stateReplicas: [Int]? = nil, goal: Goal? = nil, frames: Int
    ) {
      self.stack = stack
      self.devices = devices
      self.pins = pins
      self.tensor = tensor
      self.context = context
      self.contextMethods = contextMethods
      self.expert = expert
      self.expertTensor = expertTensor
      self.pipeline = pipeline
      self.virtualStages = virtualStages
      self.schedules = schedules
      self.microBatchSizes = microBatchSizes
      self.shardings = shardings
      self.recompute = recompute
      self.split = split
      self.mapping = mapping
      self.groupOrders = groupOrders
      self.rankOrders = rankOrders
      self.stateReplicas = stateReplicas
      self.goal = goal
      self.frames = frames
    }
  }

  /// The choices that the user made; the others were free.
  public struct Pins: Sendable, Hashable, Codable {
    public var tensor: Int?
    public var context: Int?
    public var expert: Int?
    public var expertTensor: Int?
    public var data: Int?
    public var pipeline: Int?
    public var virtualStages: Int?
    /// The name of a schedule, without its chunks.
    public var schedule: String?
    public var microBatchSize: Int?
    public var sharding: Sharding?
    public var stateReplicas: Int?
    public var contextMethod: ContextMethod?
    public var sequenceParallel: Bool?
    public var rankOrder: AxisOrder?
    /// The name of a recomputation policy.
    public var recompute: String?

    public init(
      tensor: Int? = nil, context: Int? = nil, expert: Int? = nil, expertTensor: Int? = nil,
      data: Int? = nil, pipeline: Int? = nil, virtualStages: Int? = nil, schedule: String? = nil,
      microBatchSize: Int? = nil, sharding: Sharding? = nil, stateReplicas: Int? = nil,
      contextMethod: ContextMethod? = nil, sequenceParallel: Bool? = nil,
      rankOrder: AxisOrder? = nil, recompute: String? = nil
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
  }
}
