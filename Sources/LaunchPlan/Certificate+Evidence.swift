import ParallelismVocabulary
import Quantities

extension Certificate {
  /// Why no frame of the space beats the bound.
  ///
  /// Nearly all frames are closed by a rule that needs no data, so that a count stands for them; the others
  /// are listed. Frames that are closed together, by `work`, count as one.
  public struct Evidence: Sendable, Equatable, Codable {
    /// How many frames each rule closed; together all frames of the scope.
    public var closures: [Closure]
    /// The frames whose bound needs more than the rule's formula.
    public var frames: [FrameEvidence]

    public init(closures: [Closure], frames: [FrameEvidence]) {
      self.closures = closures
      self.frames = frames
    }
  }

  /// How a frame is shown to hold no better plan.
  public enum Rule: String, CaseIterable, Sendable, Hashable, Codable {
    /// The devices of all frames with the same degrees need longer for the work alone.
    case work
    /// Its state alone exceeds the memory.
    case memory
    /// The schedule's bound for every split of the layers is above.
    case closedForm
    /// What each rank of an interleaved pipeline must do and hold by itself.
    case ranks
    /// The recursion over the stages, with their memory, is above.
    case recursion
    /// The same recursion, which keeps the paths of each split together, is above.
    case labels
    /// Every split of a frame with several chunks a stage, simulated, is above.
    case enumeration
    /// No split and recomputation fits the memory.
    case infeasible
  }

  /// The number of frames that one rule closed.
  public struct Closure: Sendable, Hashable, Codable {
    public var rule: Rule
    public var frames: Int

    public init(rule: Rule, frames: Int) {
      self.rule = rule
      self.frames = frames
    }
  }

  /// One frame, its bound, and how to find it again.
  public struct FrameEvidence: Sendable, Hashable, Codable {
    public var tensor: Int
    public var context: Int
    public var expert: Int
    public var expertTensor: Int
    public var data: Int
    public var pipeline: Int
    public var schedule: Schedule
    public var microBatchSize: Int
    public var sharding: Sharding
    /// The groups that each hold the sharded state; `nil` for one.
    public var stateReplicas: Int?
    public var contextMethod: ContextMethod?
    public var sequenceParallel: Bool
    /// The cluster's node groups in the order in which stages lie on them; `nil` for the listed one.
    public var nodeGroups: [String]?
    /// How ranks are numbered; `nil` for the usual order.
    public var rankOrder: AxisOrder?
    public var rule: Rule
    /// `nil` where the frame is infeasible.
    public var bound: Seconds?

    public init(
      degrees: ParallelismDegrees, schedule: Schedule, microBatchSize: Int, sharding: Sharding,
      stateReplicas: Int = 1, contextMethod: ContextMethod?, sequenceParallel: Bool,
      nodeGroups: [String]? = nil,
      rankOrder: AxisOrder = .pipelineOutermost, rule: Rule, bound: Seconds?
    ) {
      tensor = degrees.tensor
      context = degrees.context
      expert = degrees.expert
      expertTensor = degrees.expertTensor
      data = degrees.data
      pipeline = degrees.pipeline
      self.schedule = schedule
      self.microBatchSize = microBatchSize
      self.sharding = sharding
      self.stateReplicas = stateReplicas == 1 ? nil : stateReplicas
      self.contextMethod = contextMethod
      self.sequenceParallel = sequenceParallel
      self.nodeGroups = nodeGroups
      self.rankOrder = rankOrder == .pipelineOutermost ? nil : rankOrder
      self.rule = rule
      self.bound = bound
    }

    public var degrees: ParallelismDegrees {
      ParallelismDegrees(
        tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
        pipeline: pipeline)
    }

    private enum CodingKeys: String, CodingKey {
      case tensor, context, expert, expertTensor, data, pipeline, schedule, microBatchSize,
        sharding, stateReplicas, contextMethod, sequenceParallel, nodeGroups, rankOrder, rule
      case bound = "boundSeconds"
    }
  }
}
