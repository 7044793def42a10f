import ParallelismVocabulary

/// A pipeline's schedule and its counts: everything that fixes the order of its operations.
///
/// With p `stages` (one rank each), v virtual stages and m `microBatches`, the model is cut into
/// p·v `chunks`, which `placement` lays on the ranks. Every micro-batch runs forward and backward
/// through every chunk.
public struct PipelineShape: Hashable, Sendable {
  public let schedule: Schedule
  /// The pipeline's ranks, p.
  public let stages: Int
  /// The micro-batches of one step, m.
  public let microBatches: Int
  /// What an interleaved schedule does where m = p; `allForwardFirst` where it has no meaning.
  public let singleGroupOrder: SingleGroupOrder

  /// The most operations that a shape may have; its task graph takes 24 bytes for each.
  public static let operationLimit = 1 << 24

  /// A shape that can run: every count at least 1, and for an interleaved schedule at least two
  /// stages, at least two virtual stages, and micro-batches in whole groups of one per stage; for
  /// DualPipe even numbers of stages and micro-batches, and for both kinds of it at least two
  /// micro-batches a stage.
  public init(
    _ schedule: Schedule, stages: Int, microBatches: Int,
    singleGroupOrder: SingleGroupOrder = .allForwardFirst
  ) throws(PipelineShapeError) {
    guard stages >= 1 else { throw .noStages(stages) }
    guard microBatches >= 1 else { throw .noMicroBatches(microBatches) }
    if case .interleaved(let virtualStages) = schedule {
      guard virtualStages >= 2 else { throw .nothingToInterleave(virtualStages) }
      guard stages >= 2 else { throw .oneStageInterleaved }
      guard microBatches.isMultiple(of: stages) else {
        throw .ungroupedMicroBatches(microBatches, stages: stages)
      }
    }
    if schedule == .dualPipe {
      guard stages.isMultiple(of: 2) else { throw .oddStages(stages) }
      guard microBatches.isMultiple(of: 2) else { throw .oddMicroBatches(microBatches) }
    }
    if schedule == .dualPipe || schedule == .dualPipeV {
      guard microBatches / 2 >= stages else {
        throw .fewMicroBatches(microBatches, stages: stages)
      }
    }
    let (passes, overflow) = stages.multipliedReportingOverflow(by: microBatches)
    let parts = schedule.dividesBackward ? 3 : 2
    guard !overflow, passes <= Self.operationLimit / parts / schedule.virtualStages else {
      throw .tooManyOperations
    }
    self.schedule = schedule
    self.stages = stages
    self.microBatches = microBatches
    self.singleGroupOrder =
      schedule.virtualStages > 1 && microBatches == stages ? singleGroupOrder : .allForwardFirst
  }

  /// The chunks of the model for each rank, v; a rank of DualPipe holds two nonetheless.
  public var virtualStages: Int { schedule.virtualStages }

  /// The chunks of layers in the whole pipeline, p·v.
  public var chunks: Int { stages * virtualStages }

  /// The passes of every micro-batch through every chunk in one direction, p·v·m.
  var passes: Int { chunks * microBatches }

  /// The operations of all ranks together: 2·p·v·m, or at most 3·p·v·m where backward passes are
  /// divided.
  var operations: Int { (schedule.dividesBackward ? 3 : 2) * passes }
}

/// The order of an interleaved schedule whose micro-batches make one group, m = p.
///
/// Both take equally long where all chunks do; alternation holds fewer activations on late ranks.
/// - Source: the warm-up counts in Megatron-Core's `pipeline_parallel/schedules.py`.
@frozen public enum SingleGroupOrder: Hashable, Sendable, Codable {
  /// All forward passes, then all backward passes: Megatron-Core up to 0.9.
  case allForwardFirst
  /// The warm-up of larger steps, then one forward and one backward: Megatron-Core from 0.10.
  case alternating
}

/// Why a schedule cannot run with given counts.
public enum PipelineShapeError: Error, Hashable, CustomStringConvertible {
  case noStages(Int)
  case noMicroBatches(Int)
  case nothingToInterleave(Int)
  case oneStageInterleaved
  case ungroupedMicroBatches(Int, stages: Int)
  case oddStages(Int)
  case oddMicroBatches(Int)
  case fewMicroBatches(Int, stages: Int)
  case tooManyOperations

  public var description: String {
    switch self {
    case .noStages(let count):
      "the number of pipeline stages is \(count), but must be at least 1"
    case .noMicroBatches(let count):
      "the number of micro-batches is \(count), but must be at least 1"
    case .nothingToInterleave(let count):
      "the number of interleaved virtual stages is \(count), but must be at least 2"
    case .oneStageInterleaved:
      "the number of pipeline stages of an interleaved schedule is 1, but must be at least 2"
    case .ungroupedMicroBatches(let count, let stages):
      "the number of micro-batches of an interleaved schedule is \(count), "
        + "but must be a multiple of its \(stages) stages"
    case .oddStages(let count):
      "the number of pipeline stages of DualPipe is \(count), but must be even"
    case .oddMicroBatches(let count):
      "the number of micro-batches of DualPipe is \(count), but must be even"
    case .fewMicroBatches(let count, let stages):
      "the number of micro-batches of DualPipe is \(count), but must be at least twice its "
        + "\(stages) \(stages == 1 ? "stage" : "stages")"
    case .tooManyOperations:
      "a pipeline has more than \(PipelineShape.operationLimit) operations a step; "
        + "fewer, larger micro-batches are needed"
    }
  }
}
