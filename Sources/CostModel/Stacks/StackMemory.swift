import ParallelismVocabulary
import Quantities

/// What a stack holds in device memory besides what every framework must.
public struct StackMemory: Sendable, Hashable {
  // MARK: State

  /// The bytes of a gradient that are kept between micro-batches, where precision is 16 bits or
  /// less; whole single precision where products run in that.
  public var gradientBytes = 4.0
  /// What is kept of gradients in bfloat16 beside that: DeepSpeed's optimiser for bfloat16 adds its
  /// 16-bit gradients up in single precision and keeps both.
  public var extraGradientBytes = 0.0
  /// Whether fully sharded weights are the optimiser's master copy, cast when they are gathered
  /// (PyTorch's FSDP), or a 16-bit copy beside it (Megatron-FSDP, ZeRO-3).
  public var shardsMasterWeights = false
  /// Whether fully sharded weights and gradients stay whole between the micro-batches of a pipeline
  /// (FSDP2: no reshard after the forward pass, no reduction before the last micro-batch).
  public var gathersUnderPipeline = false

  /// Whether fully sharded weights are gathered matrix by matrix (DeepSpeed) or layer by layer.
  public var gathersMatrices = false

  // MARK: Activations

  /// Whether products keep their input as it was gathered for them under sequence parallelism
  /// (PyTorch's tensor parallelism), and not the share that a rank serves.
  public var keepsGathered = false
  /// Bytes for each logit while the loss is computed.
  public var logitBytes = 2.0
  /// Bytes of the dropout mask of each number that a residual branch adds to the hidden state; none
  /// where models are trained without dropout.
  public var dropoutMaskBytes = 0.0
  /// Whether the inputs of eight-bit products are kept in eight bits, as Transformer Engine does,
  /// which also keeps the weights quantised in both orientations.
  public var keepsQuantised = false

  // MARK: Buffers

  /// Whether a placeholder gradient, in sixteen bits, is kept for each shape of weights whose
  /// products add to the kept gradients themselves (Transformer Engine's `get_dummy_wgrad`).
  public var keepsPlaceholders = false
  /// Workspaces of libraries that the allocator hands out once: matrix products, attention masks.
  public var workspace = Bytes.zero
  /// The same for grouped products of experts, on several streams.
  public var expertWorkspace = Bytes.zero

  // MARK: Outside of the allocator

  /// What the allocator holds beyond what it hands out, as a share of that.
  public var slack = 0.042
  /// The context of the device and its libraries, before the first tensor.
  public var context = Bytes.gibibytes(0.6)
  /// What the framework's communication holds besides communicators; and the buckets in which
  /// sharded gradients are reduced and weights gathered.
  public var buffers = Bytes.zero
  public var shardingBuckets = Bytes.zero

  public init() {}

  /// What one communicator of NCCL or RCCL takes of a device.
  ///
  /// - Source: 342 MiB for 2 devices, 392 MiB for 4 and 8 (NVIDIA's aiconfigurator, measured).
  public static let communicator = Bytes.mebibytes(392)

  /// What a frame's ranks lose before the allocator: context, buffers, and a communicator for each
  /// axis along which they talk, and for all of them.
  func outside(of frame: Frame) -> Bytes {
    let degrees = frame.degrees
    let axes = [
      degrees.tensor, frame.denseShards, frame.stateReplicas, degrees.context, degrees.expert,
      degrees.pipeline,
    ].count { $0 > 1 }
    let buckets = frame.sharding == .none ? .zero : shardingBuckets
    return context + buffers + buckets + Double(axes) * Self.communicator
  }
}

extension StackMemory {
  /// Megatron-Core with Transformer Engine and its loss, which overwrites the logits by their
  /// gradients.
  ///
  /// - Source: SimuMax's measurements on B200. Logits, placeholders and activations agree to 0.3 %
  ///   on all dense rows; slack is the mean of 344 ranks. Workspaces: 32 MiB for products, 16 MiB
  ///   for the attention mask that the data loader makes, 4 streams of 32 MiB for experts.
  static let transformerEngine: StackMemory = {
    var memory = StackMemory()
    memory.keepsQuantised = true
    memory.keepsPlaceholders = true
    memory.workspace = .mebibytes(50)
    memory.expertWorkspace = .mebibytes(128)
    return memory
  }()

  /// Megatron-Core as its own tests run it: the loss over single-precision logits, dropout.
  ///
  /// - Source: 16-bit logits, and their exponentials in single precision; 6.0 to 6.1 bytes a logit in
  ///   Megatron-LM's golden values.
  static let megatronTests: StackMemory = {
    var memory = transformerEngine
    memory.logitBytes = 6
    memory.dropoutMaskBytes = 1
    return memory
  }()

  /// The same with Megatron's own fused loss, which keeps a further single-precision form.
  ///
  /// - Source: 10.1 bytes a logit in the golden values of tests that fuse the loss.
  static let megatronTestsFusedLoss: StackMemory = {
    var memory = megatronTests
    memory.logitBytes = 10
    return memory
  }()

  /// Megatron-LM before Megatron-Core: dropout, and a loss that keeps logits in sixteen bits, in
  /// single precision, and their softmax.
  static let megatronBefore: StackMemory = {
    var memory = StackMemory()
    memory.logitBytes = 10
    memory.dropoutMaskBytes = 1
    memory.slack = 0.06
    return memory
  }()

  /// Megatron-LM under DeepSpeed: 16-bit gradients, beside them single-precision ones for bfloat16.
  ///
  /// - Parameters:
  ///   - buffers: GiB that are used of a device beside the allocator, context and communicators.
  ///   - buckets: GiB that ZeRO adds to that.
  /// - Source: least mean error over nvidia-smi's peaks of 72 runs of BLOOM's preparation (buffers,
  ///   buckets and a slack of 12 %) and 18 of Sailor on GH200, without ZeRO (2.6 GiB, 5 %).
  static func megatronDeepSpeed(
    buffers: Double, buckets: Double = 0, slack: Double
  ) -> StackMemory {
    var memory = megatronBefore
    memory.gradientBytes = 2
    memory.extraGradientBytes = 4
    memory.buffers = .gibibytes(buffers)
    memory.shardingBuckets = .gibibytes(buckets)
    memory.slack = slack
    return memory
  }

  /// PyTorch's FSDP, with a loss that keeps 16-bit logits, single-precision ones, their softmax's
  /// logarithm, and the gradient of one of them.
  ///
  /// - Source: 12 bytes a logit in torchtitan's peaks of reserved memory, compiled; a slack between
  ///   Megatron-Core's and torchtitan's.
  static let fullySharded: StackMemory = {
    var memory = StackMemory()
    memory.shardsMasterWeights = true
    memory.logitBytes = 12
    memory.slack = 0.07
    return memory
  }()

  /// torchtitan: FSDP2.
  ///
  /// - Source: 10 % slack, the least error over the 17 peaks of reserved memory that it publishes.
  static let torchtitan: StackMemory = {
    var memory = fullySharded
    memory.gathersUnderPipeline = true
    memory.keepsGathered = true
    memory.slack = 0.1
    return memory
  }()

  /// torchtitan without the compiler: the loss keeps 16-bit logits, three forms in single precision.
  static let torchtitanEager: StackMemory = {
    var memory = torchtitan
    memory.logitBytes = 14
    return memory
  }()

  /// llm-foundry: FlashAttention's loss, which overwrites 16-bit logits by their gradients.
  ///
  /// - Source: the largest micro-batches that ran on 40 and 80 GB.
  static let llmFoundry: StackMemory = {
    var memory = fullySharded
    memory.logitBytes = 4
    memory.slack = 0.05
    return memory
  }()

  /// DeepSpeed ZeRO: buckets of 5·10⁸ elements, its default, to reduce and to gather.
  static let deepspeed: StackMemory = {
    var memory = StackMemory()
    memory.gradientBytes = 2
    memory.logitBytes = 10
    memory.slack = 0.06
    memory.gathersMatrices = true
    memory.shardingBuckets = .gibibytes(2)
    return memory
  }()
}
