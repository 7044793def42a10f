import ClusterTopology
import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities

/// A training run that somebody measured: what ran where, and what was seen.
public struct MeasuredRun: Sendable {
  /// Unique among all runs.
  public var id: String
  /// The table or log that it belongs to; errors are reported source by source.
  public var source: String
  /// Where the figures can be read.
  public var citation: String
  public var cluster: ClusterTopology
  public var model: ModelDescription
  public var workload: Workload
  /// The software, as `Stack.named` takes it.
  public var stack: String
  public var frame: Frame
  /// Layers of each chunk in virtual-stage order; `nil` where launchers divide them evenly.
  public var chunkLayers: [Int]?
  public var recompute: Recompute
  public var measured: Measurement
  /// What the record leaves out and how it was filled, one sentence each.
  public var assumptions: [String]
  /// The cluster as a run file states it, where the run came from one or can be written to one.
  public var clusterDocument: JSONValue?
  /// The model as a model file states it.
  public var modelDocument: JSONValue?

  public init(
    id: String, source: String, citation: String, cluster: ClusterTopology,
    model: ModelDescription, workload: Workload, stack: String, frame: Frame,
    chunkLayers: [Int]? = nil, recompute: Recompute = .none, measured: Measurement,
    assumptions: [String] = [], clusterDocument: JSONValue? = nil,
    modelDocument: JSONValue? = nil
  ) {
    self.id = id
    self.source = source
    self.citation = citation
    self.cluster = cluster
    self.model = model
    self.workload = workload
    self.stack = stack
    self.frame = frame
    self.chunkLayers = chunkLayers
    self.recompute = recompute
    self.measured = measured
    self.assumptions = assumptions
    self.clusterDocument = clusterDocument
    self.modelDocument = modelDocument
  }

  /// What is computed again.
  public enum Recompute: Hashable, Sendable {
    case none
    /// The same modules of every layer.
    case modules(Set<RecomputeModule>)
    /// Every layer whole.
    case full
    /// What each stage says of its own layers.
    case byStage([ParallelismVocabulary.Recompute])
  }
}

/// What was seen of a run.
public struct Measurement: Sendable {
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// It ran.
    case ran
    /// It ran out of device memory.
    case outOfMemory
    /// It ran out of memory although less than the device's was allocated, as its source says.
    case fragmented
    /// It did not finish, for a reason that is not told.
    case failed
  }

  /// What a memory figure counts.
  public enum MemoryKind: String, Sendable, Codable, CaseIterable {
    /// What the framework's allocator had handed out at its peak.
    case allocated
    /// What the allocator had taken from the device at its peak.
    case reserved
    /// What the device reports as used, context and communication buffers among it.
    case device
  }

  /// The peak of one stage, or of the fullest where `stage` is `nil`.
  public struct Peak: Hashable, Sendable {
    public var stage: Int?
    public var bytes: Bytes
    public var kind: MemoryKind

    public init(stage: Int?, bytes: Bytes, kind: MemoryKind) {
      self.stage = stage
      self.bytes = bytes
      self.kind = kind
    }
  }

  public var outcome: Outcome
  public var step: Seconds?
  /// Whether the step time rests on an assumption of whoever collected it: shown, not scored.
  public var isStepAssumed: Bool
  public var peaks: [Peak]
  /// What was held before the first step: weights, gradients and optimiser state.
  public var staticBytes: Bytes?

  public init(
    outcome: Outcome = .ran, step: Seconds? = nil, isStepAssumed: Bool = false,
    peaks: [Peak] = [], staticBytes: Bytes? = nil
  ) {
    self.outcome = outcome
    self.step = step
    self.isStepAssumed = isStepAssumed
    self.peaks = peaks
    self.staticBytes = staticBytes
  }
}

/// A record that no prediction can be made for, and the rule that leaves it out.
public struct LeftOutRun: Hashable, Sendable {
  public var id: String
  public var source: String
  public var reason: String

  public init(id: String, source: String, reason: String) {
    self.id = id
    self.source = source
    self.reason = reason
  }
}

/// The runs of a file, in its order, and those left out.
public struct MeasuredRuns: Sendable {
  public var runs: [MeasuredRun]
  public var leftOut: [LeftOutRun]

  public init(runs: [MeasuredRun] = [], leftOut: [LeftOutRun] = []) {
    self.runs = runs
    self.leftOut = leftOut
  }
}
