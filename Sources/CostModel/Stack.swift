import ParallelismVocabulary
import Quantities

/// The software that runs a plan: what it can run, and what it hides behind computation.
public struct Stack: Sendable, Hashable {
  public var name: String
  public var version: String
  public var capabilities: Capabilities
  public var timing: StackTiming

  /// The name and version, as `--stack` takes them.
  public var identity: String { "\(name)@\(version)" }

  /// The stack of a name such as `megatron-core` or `megatron-core@0.16`; `nil` if unknown.
  public static func named(_ text: String) -> Stack? {
    all.first { $0.name == text || $0.identity == text }
  }

  public static let all: [Stack] = [.megatronCore, .torchtitan, .deepspeed]
}

/// What a stack can run; the search and the emitters both read this table.
public struct Capabilities: Sendable, Hashable {
  public var schedules: Set<String>
  public var shardings: Set<Sharding>
  /// Shardings that also work when there is more than one pipeline stage.
  public var shardingsWithPipeline: Set<Sharding>
  public var contextMethods: Set<ContextMethod>
  public var supportsExpertParallelism: Bool
  /// Whether stages may hold different numbers of layers.
  public var supportsUnevenStages: Bool
  /// Rows of the embedding are padded to a multiple of this times the tensor degree.
  public var vocabularyMultiple: Int
  public var moduleRecompute: Bool
}

/// How a stack overlaps communication, and what it costs outside of kernels.
///
/// Shares are fractions of a collective's time that remain visible.
public struct StackTiming: Sendable, Hashable {
  /// Of tensor-parallel collectives.
  public var tensorExposed: Double
  /// Of the ring of context parallelism.
  public var contextExposed: Double
  /// Of hops between stages, beside the other micro-batches.
  public var hopExposed: Double
  /// Of the gradient reduction: always, and beyond the last micro-batch's backward pass.
  public var gradientResidual: Double
  public var gradientExposed: Double
  /// Of the weights' gathering under full sharding, even where computation is longer.
  public var shardingExposed: Double
  /// The host's time to launch one layer, forward and backward.
  public var launchForward: Seconds
  public var launchBackward: Seconds
  /// The host's time a micro-batch and chunk, and a step.
  public var perMicroBatch: Seconds
  public var perStep: Seconds
  /// Bytes read and written a parameter in the optimiser step.
  public var optimizerBytes: Double
  /// The share by which every doubling of the nodes slows a step (stragglers).
  public var jitterPerDoubling: Double
  /// Bytes of a gradient element while it is reduced.
  public var gradientBytes: Double
  /// Bytes kept for each element of the logits: their 16-bit form, gradient and softmax.
  public var logitBytes: Double
  /// The gradients of the largest product's weights that are held at once, in sixteen bits, before
  /// they are added to those that are kept.
  public var stagedGradients: Double
  /// The device memory that the framework takes before the first tensor.
  public var reservedMemory: Bytes
  /// What the allocator holds beyond what is allocated, as a share of it.
  public var allocatorSlack: Double
}
