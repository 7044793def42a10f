import ParallelismVocabulary

/// One point of the declared space: every degree and enumerable option of a plan.
///
/// The layer split and each stage's recomputation are chosen inside a frame.
@frozen public struct Frame: Hashable, Sendable {
  public var degrees: ParallelismDegrees
  /// Sequences in a micro-batch.
  public var microBatchSize: Int
  /// Micro-batches of one replica in a step.
  public var microBatches: Int
  public var schedule: Schedule
  public var sharding: Sharding
  /// How many times sharded state exists: 1 shares it out over all ranks that hold the same weights, r
  /// over each r-th part of them, neighbours of one part first.
  public var stateReplicas: Int
  /// How sequences are cut; `nil` where the context degree is 1.
  public var contextMethod: ContextMethod?
  /// Whether the tensor ranks share out the tokens between their matrix products.
  public var sequenceParallel: Bool
  /// In which order of the cluster's node groups ranks lie, by its index in `CostModel.groupOrders`;
  /// 0 is the listed one.
  public var groupOrder: Int
  /// How ranks are numbered; the usual way where it makes no difference.
  public var rankOrder: AxisOrder

  public init(
    degrees: ParallelismDegrees, microBatchSize: Int, microBatches: Int, schedule: Schedule,
    sharding: Sharding, stateReplicas: Int = 1, contextMethod: ContextMethod? = nil,
    sequenceParallel: Bool, groupOrder: Int = 0, rankOrder: AxisOrder = .pipelineOutermost
  ) {
    self.degrees = degrees
    self.microBatchSize = microBatchSize
    self.microBatches = microBatches
    self.schedule = schedule
    self.sharding = sharding
    self.stateReplicas = stateReplicas
    self.contextMethod = contextMethod
    self.sequenceParallel = sequenceParallel
    self.groupOrder = groupOrder
    self.rankOrder = rankOrder
  }

  /// The stages times the chunks of the model for each.
  public var chunks: Int { degrees.pipeline * schedule.virtualStages }

  /// The ranks among which the state of dense weights, and of routed experts', is shared out.
  public var denseShards: Int { degrees.context * degrees.data / stateReplicas }
  public var expertShards: Int { degrees.expertData / stateReplicas }

  /// The chunks that a pipeline rank holds.
  public func chunks(ofRank rank: Int) -> [Int] {
    schedule.chunks(ofRank: rank, stages: degrees.pipeline)
  }

  /// The micro-batches that run through each chunk of a rank: half of them where the chunk lies on
  /// two ranks.
  var microBatchesPerChunk: Int {
    schedule.placement == .mirrored ? microBatches / 2 : microBatches
  }

  /// Whether a rank embeds.
  func holdsFirstChunk(_ rank: Int) -> Bool {
    rank == 0 || (schedule.placement == .mirrored && rank == degrees.pipeline - 1)
  }

  /// Whether a rank projects to the vocabulary.
  func holdsLastChunk(_ rank: Int) -> Bool {
    let isEnd = rank == degrees.pipeline - 1
    return switch schedule.placement {
    case .looped: isEnd
    case .folded: rank == 0
    case .mirrored: isEnd || rank == 0
    }
  }
}

extension Frame: Comparable {
  /// A fixed order that breaks ties: fewer ways first, axis by axis.
  public static func < (left: Frame, right: Frame) -> Bool {
    let (degrees, others) = (left.degreeKey, right.degreeKey)
    if degrees != others { return degrees < others }
    let (options, rest) = (left.optionKey, right.optionKey)
    return options != rest
      ? options < rest
      : (left.microBatches, left.groupOrder, left.isRenumbered ? 1 : 0, left.stateReplicas)
        < (right.microBatches, right.groupOrder, right.isRenumbered ? 1 : 0, right.stateReplicas)
  }

  private var isRenumbered: Bool { rankOrder != .pipelineOutermost }

  private var degreeKey: (Int, Int, Int, Int, Int, Int) {
    (
      degrees.pipeline, degrees.tensor, degrees.context, degrees.expert, degrees.expertTensor,
      degrees.data
    )
  }

  private var optionKey: (Int, Int, Int, Int, Int, Int) {
    (
      schedule.virtualStages, schedule.placeInOrder, sharding.stage, microBatchSize,
      contextMethod.flatMap { ContextMethod.allCases.firstIndex(of: $0) } ?? -1,
      sequenceParallel ? 1 : 0
    )
  }
}

extension Schedule {
  /// Plain 1F1B first, then by rising effort; schedules with as many chunks a stage differ in it.
  fileprivate var placeInOrder: Int {
    switch self {
    case .oneForwardOneBackward, .interleaved: 0
    case .gpipe: 1
    case .zeroBubbleH1: 2
    case .zeroBubbleH2: 3
    case .zeroBubbleV: 4
    case .dualPipe: 5
    case .dualPipeV: 6
    }
  }
}
