import ModelDescription
import ParallelismVocabulary
import Quantities

/// The software that runs a plan: what it can run, and what it hides behind computation.
public struct Stack: Sendable, Hashable {
  public var name: String
  public var version: String
  public var capabilities: Capabilities
  public var timing: StackTiming
  public var memory: StackMemory
  /// The coefficients of `timing` that are its own, measured or to be measured; at most five.
  public var own: [StackCoefficient]
  /// Those that all versions of its name have together; with its own at most five.
  public var shared: [StackCoefficient] = []

  /// The name and version, as `--stack` takes them.
  public var identity: String { "\(name)@\(version)" }

  /// The stack of a name such as `megatron-core` or `megatron-core@0.16`; `nil` if unknown.
  public static func named(_ text: String) -> Stack? {
    all.first { $0.identity == text } ?? all.first { $0.name == text }
  }
}

/// What a stack can run; the search and the emitters both read this table.
public struct Capabilities: Sendable, Hashable {
  public var schedules: Set<String>
  public var shardings: Set<Sharding>
  /// Shardings that also work when there is more than one pipeline stage.
  public var shardingsWithPipeline: Set<Sharding>
  public var contextMethods: Set<ContextMethod>
  /// Shardings that it can also run in groups that each hold the state (`Frame.stateReplicas`).
  public var hybridShardings: Set<Sharding> = []
  public var supportsExpertParallelism: Bool
  /// Whether stages may hold any numbers of layers; they differ by one at most otherwise.
  public var supportsUnevenStages: Bool
  /// Rows of the embedding are padded to a multiple of this times the tensor degree.
  public var vocabularyMultiple: Int
  public var moduleRecompute: Bool
  /// Whether a stage can recompute some of its layers whole and keep the others.
  public var partialRecompute: Bool
  /// What it cannot run together.
  public var limits: [FrameLimit] = []
  public var precisions: Set<Precision> = Self.everyPrecision
  public var optimizers: Set<Optimizer> = Set(Optimizer.allCases)
  /// The orders of the axes in which it can number ranks.
  public var rankOrders: Set<AxisOrder> = [.pipelineOutermost]
  public var trainsAdapters = true
  /// Shardings with which it can keep the optimiser's state in the hosts' memory.
  public var hostShardings: Set<Sharding> = []
  /// Whether activations can wait for the backward pass in the hosts' memory.
  public var offloadsActivations = false
  /// Whether it trains layers that predict further tokens.
  public var predictsFurther = true

  /// Whether the optimiser's state can be where the workload says.
  ///
  /// A rank that shares its weights with none owns all of its state in any case.
  public func canHoldState(
    _ place: OptimizerPlace, _ degrees: ParallelismDegrees, _ sharding: Sharding
  ) -> Bool {
    place == .device || hostShardings.contains(sharding)
      || !hostShardings.isEmpty && degrees.context * degrees.data == 1
  }

  /// What training frameworks compute in; eight-bit integers are for inference.
  static let everyPrecision: Set<Precision> = [.fp32, .tf32, .fp16, .bf16, .fp8, .mxfp8, .nvfp4]
}
