import CostModel
import InputFiles
import ParallelismVocabulary

/// What a launch that somebody already runs says of its plan.
public struct ImportedLaunch: Sendable {
  /// As `--stack` takes it.
  public var stack: String
  /// The model as a native model file; `nil` where the launch does not tell it.
  public var model: JSONValue?
  public var globalBatch: Int?
  /// Sequences of one replica in a step, where the launch tells those and no global batch.
  public var sequencesPerReplica: Int?
  public var sequenceLength: Int?
  public var precision: Precision?
  public var optimizer: String?
  public var optimizerPlace: OptimizerPlace?
  public var activationPlace: ActivationPlace?
  /// Degrees but for data, which is what the cluster leaves.
  public var degrees = ParallelismDegrees()
  /// Ranks that the launch itself says it has.
  public var ranks: Int?
  public var schedule = Schedule.oneForwardOneBackward
  public var microBatchSize = 1
  public var sharding = Sharding.none
  public var stateReplicas = 1
  public var contextMethod: ContextMethod?
  public var sequenceParallel = false
  /// How ranks are numbered, where that makes a difference.
  public var rankOrder = AxisOrder.pipelineOutermost
  /// What each stage recomputes; one entry where all do alike.
  public var recompute: [Recomputation] = [.modules([])]
  /// What each stage has its host keep; one entry where all do alike.
  public var offload: [Set<OffloadModule>] = [[]]
  /// Layers of each chunk in the order of the virtual stages; `nil` where they are shared out evenly.
  public var chunkLayers: [Int]?
  /// What was assumed or passed over, a sentence each.
  public var notes: [String] = []

  public init(stack: String) { self.stack = stack }

  /// What the layers of a stage compute again.
  public enum Recomputation: Sendable, Hashable {
    case modules(Set<RecomputeModule>)
    /// Whole layers of every chunk; `nil` is all of them.
    case layers(Int?)
  }
}

extension ImportedLaunch {
  /// The launch in a text, whose kind its content tells: a configuration of DeepSpeed (JSON) or of
  /// torchtitan (TOML), or a script or arguments of Megatron-LM.
  public static func read(_ text: String, file: String) throws(InputFaults) -> ImportedLaunch {
    if text.first(where: { !$0.isWhitespace }) == "{" {
      return try deepSpeed(try JSONDocument.parse(text, file: file))
    }
    if TOMLDocument.isRecognised(text) { return try torchtitan(text, file: file) }
    return try megatron(text, file: file)
  }
}
