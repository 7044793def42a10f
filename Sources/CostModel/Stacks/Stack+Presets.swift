import ParallelismVocabulary
import Quantities

extension Stack {
  /// Every stack by name; of those with one name, the newest first.
  public static let all: [Stack] = groups.flatMap { $0 }

  private static let groups: [[Stack]] = [
    current, [megatronCoreSerial], bridges, nvidiaBefore, megatronBefore, megatronTests, others,
  ]

  /// The stacks that plans are made for today.
  public static let current: [Stack] = [.megatronCore, .torchtitan, .deepspeed]

  /// NVIDIA Megatron-Core, with overlapped gradient reduction and the distributed optimiser.
  public static let megatronCore = Stack(
    name: "megatron-core", version: "0.16", capabilities: .megatronCore,
    own: [.tensorExposed, .perMicroBatch, .expertExposed]
  ) {
    $0.sendsOncePerNode = true
  }

  /// PyTorch torchtitan: FSDP2, tensor, context and pipeline parallelism, compiled.
  public static let torchtitan = Stack(
    name: "torchtitan", version: "0.2", capabilities: .torchtitan, memory: .torchtitan,
    own: [], shared: [.elementwise, .tensorExposed, .shardingExposed]
  ) {
    $0.attentionKernels = .flash2
    $0.elementwise = 1
    $0.tensorExposed = 0.73
    $0.contextExposed = 0.5
    $0.stopsRecomputeEarly = true
    $0.launchQuantised = 1
  }

  /// DeepSpeed ZeRO with its pipeline engine.
  public static let deepspeed = Stack(
    name: "deepspeed", version: "0.19", capabilities: .deepspeed, memory: .deepspeed, own: []
  ) {
    $0.attentionKernels = .flash2
    $0.elementwise = eager
    $0.tensorExposed = 1
    $0.contextExposed = 0.5
    $0.gradientResidual = 0.5
    $0.shardingExposed = 0.5
    $0.launch = .microseconds(900)
    $0.launchBackwardShare = 0.8
    $0.perMicroBatch = .milliseconds(1.9)
    $0.gradientBytes = 2
    $0.logitPasses = unfusedLoss
  }

  // MARK: Stacks that published runs were made with

  /// Megatron-Core with every overlap switched off: SimuMax's measurements.
  private static let megatronCoreSerial = Stack(
    name: "megatron-core", version: "0.16-serial", capabilities: .megatronCore,
    own: [.tensorExposed, .perMicroBatch, .expertExposed]
  ) {
    $0.tensorExposed = 1
    $0.expertExposed = 1
    $0.hopExposed = 1
    $0.gradientResidual = 1
    $0.launch = .microseconds(1200)
  }

  /// Megatron-Core as its continuous integration runs it: without the fused loss, with dropout.
  private static let megatronTests = [
    Stack(
      name: "megatron-ci", version: "0.16", capabilities: .megatronCore, memory: .megatronTests,
      own: []),
    Stack(
      name: "megatron-ci-fused-loss", version: "0.16", capabilities: .megatronCore,
      memory: .megatronTestsFusedLoss, own: []),
  ]

  /// Megatron-Bridge in NVIDIA's containers, which got faster from one to the next: by groups of
  /// releases that published steps tell apart.
  private static let bridges: [Stack] = ["26.06", "26", "25"].map { version in
    Stack(
      name: "megatron-bridge", version: version, capabilities: .megatronCore,
      own: [.expertExposed, .groupedProducts, .elementwise],
      shared: [.tensorExposed, .perMicroBatch]
    ) {
      $0.launch = .microseconds(400)
      $0.sendsOncePerNode = true
      $0.expertHidden = 1
    }
  }

  private static let nvidiaBefore: [Stack] = [
    // NeMo 24.x on Megatron-Core 0.8, H100, whose kernels Transformer Engine fuses; by default it adapts
    // the queries', keys' and values' projection alone.
    Stack(
      name: "nemo", version: "24", capabilities: .megatronCore,
      own: [.tensorExposed, .perMicroBatch, .gradientResidual, .groupedProducts]
    ) {
      $0.launch = .microseconds(600)
      $0.adaptsOutputs = false
    },
    // NVIDIA's and partners' MLPerf submissions: graphs, tuned communication.
    Stack(
      name: "mlperf-nvidia", version: "4", capabilities: .megatronCore,
      own: [.tensorExposed, .elementwise, .perMicroBatch, .perStep]
    ) {
      $0.launch = .microseconds(100)
      $0.gradientResidual = 0.08
    },
    Stack(
      name: "mlperf-amd", version: "5", capabilities: .megatronCore, own: [.elementwise]
    ) { $0.launch = .microseconds(300) },
    Stack(
      name: "nemo-automodel", version: "25", capabilities: .torchtitan, memory: .torchtitan, own: []
    ) { $0.launch = .microseconds(300) },
  ]

  private static let megatronBefore: [Stack] = [
    // Sailor's Megatron-DeepSpeed on Grace–Hopper.
    Stack(
      name: "megatron-deepspeed", version: "2024", capabilities: .megatronBefore,
      memory: .megatronDeepSpeed(buffers: 2.6, slack: 0.05),
      own: [.launch, .scorePasses, .perMicroBatch, .gradientResidual]
    ) {
      withoutOverlap(&$0)
      // No fused softmax: scale, mask, softmax and dropout run in single precision one by one.
      $0.scorePasses = 32
      $0.elementwise = 2
    },
    // Megatron-DeepSpeed of 2022: vTrain's runs.
    Stack(
      name: "megatron-deepspeed", version: "2022", capabilities: .megatronBefore,
      memory: .megatronDeepSpeed(buffers: 2.6, slack: 0.05),
      own: [.launch, .elementwise, .scorePasses, .perMicroBatch, .gradientResidual]
    ) {
      withoutOverlap(&$0)
      $0.perStep = .zero
    },
    // BigScience's fork of it, with ZeRO-1 and its own kernels: BLOOM's preparation.
    Stack(
      name: "megatron-deepspeed", version: "bigscience", capabilities: .megatronBefore,
      memory: .megatronDeepSpeed(buffers: 1, buckets: 7.2, slack: 0.12),
      own: [.elementwise, .scorePasses, .hopExposed, .perMicroBatch, .gradientResidual]
    ) { withoutOverlap(&$0) },
    // DeepSpeed's 3D parallelism over Megatron-LM 1.1.5: AMP's runs.
    Stack(
      name: "megatron-deepspeed", version: "1.1.5", capabilities: .megatronBefore,
      memory: .megatronDeepSpeed(buffers: 0, slack: 0.06),
      own: [.elementwise, .perMicroBatch, .gradientResidual]
    ) { withoutOverlap(&$0) },
    // Megatron-LM 2.x: Narayanan et al. 2021, Korthikanti et al. 2022, BigScience on V100.
    Stack(
      name: "megatron-lm", version: "2", capabilities: .megatronBefore,
      memory: .megatronBefore,
      own: [.elementwise]
    ) {
      withoutOverlap(&$0)
      // Its own kernel fuses scale, mask and softmax.
      $0.scorePasses = 6
    },
    // DeepSpeed ZeRO-3 of 2021.
    Stack(
      name: "deepspeed-zero3", version: "2021", capabilities: .deepspeed, memory: .deepspeed,
      own: [.shardingExposed]
    ) {
      withoutOverlap(&$0)
      $0.shardingExposed = 1
    },
  ]

  private static let others: [Stack] = [
    // llm-foundry and Composer over PyTorch's first FSDP, with Triton's flash attention: whole in
    // sixteen bits, or, Composer's default, with gradients reduced in single precision.
    Stack(
      name: "llm-foundry", version: "0.3", capabilities: .llmFoundry, memory: .llmFoundry,
      own: [.elementwise, .shardingExposed], shared: [.logitPasses, .launch, .perStep]
    ) {
      $0.attentionKernels = .flash1
      $0.stopsRecomputeEarly = true
      $0.shardsGradientsByLayer = true
      $0.logitPasses = unfusedLoss
      $0.gradientBytes = 2
    },
    Stack(
      name: "llm-foundry", version: "0.3-amp", capabilities: .llmFoundry, memory: .llmFoundry,
      own: [.elementwise, .shardingExposed], shared: [.logitPasses, .launch, .perStep]
    ) {
      $0.attentionKernels = .flash1
      $0.stopsRecomputeEarly = true
      $0.shardsGradientsByLayer = true
      $0.logitPasses = unfusedLoss
      $0.elementwise = 1.5
    },
    // torchtitan without the compiler, and with asynchronous tensor parallelism.
    Stack(
      name: "torchtitan", version: "0.2-eager", capabilities: .torchtitan, memory: .torchtitanEager,
      own: [.elementwise], shared: [.tensorExposed, .shardingExposed]
    ) {
      $0 = Stack.torchtitan.timing
      $0.elementwise = eager
    },
    Stack(
      name: "torchtitan", version: "0.2-async", capabilities: .torchtitan, memory: .torchtitan,
      own: [.tensorExposed], shared: [.elementwise, .shardingExposed]
    ) {
      $0 = Stack.torchtitan.timing
      $0.tensorExposed = 0.6
    },
    // Ring attention over DeepSpeed ZeRO-3 with offloaded optimiser state.
    Stack(
      name: "easycontext", version: "2024", capabilities: .offloading, memory: .fullySharded,
      own: []
    ) {
      $0.attentionKernels = .flash2
      $0.elementwise = eager
      $0.contextExposed = 0.5
    },
    Stack(
      name: "internevo", version: "0.2", capabilities: .oneShardGroup, memory: .fullySharded,
      own: []
    ) {
      $0.attentionKernels = .flash2
      $0.elementwise = partlyFused
      $0.gradientResidual = 0.5
      $0.gradientBytes = 2
    },
    Stack(
      name: "nanotron", version: "0.4", capabilities: .oneShardGroup, memory: .fullySharded, own: []
    ) {
      $0.attentionKernels = .flash2
      $0.elementwise = partlyFused
      $0.tensorExposed = 1
      $0.gradientResidual = 0.5
      $0.logitPasses = unfusedLoss
    },
    Stack(name: "fms-fsdp", version: "1", capabilities: .torchtitan, memory: .fullySharded, own: [])
    {
      $0.attentionKernels = .flash2
      $0.elementwise = 1
    },
  ]

  private init(
    name: String, version: String, capabilities: Capabilities,
    memory: StackMemory = .transformerEngine, own: [StackCoefficient],
    shared: [StackCoefficient] = [],
    _ set: (inout StackTiming) -> Void = { _ in }
  ) {
    var timing = StackTiming()
    set(&timing)
    self.init(
      name: name, version: version, capabilities: capabilities, timing: timing, memory: memory,
      own: own, shared: shared)
  }

  /// Before kernels were fused and communication overlapped: kernels launched one by one from Python, every
  /// collective visible. Launch is about the geometric mean of such stacks.
  private static func withoutOverlap(_ timing: inout StackTiming) {
    timing.tensorExposed = 1
    timing.gradientResidual = 1
    timing.gradientExposed = 0.2
    timing.launch = .microseconds(1400)
    timing.launchBackwardShare = 0.75
    timing.perMicroBatch = .milliseconds(1.5)
    timing.elementwise = partlyFused
    timing.gradientBytes = 2
    timing.logitPasses = unfusedLoss
  }

  /// Passes over the logits of a loss that PyTorch runs operator by operator: a cast to single precision, the
  /// softmax, its logarithm and the gradient of each.
  private static let unfusedLoss = 8.0

  /// Memory-bound work with some kernels fused by hand: about the geometric mean of such stacks.
  private static let partlyFused = 1.7

  /// Memory-bound work of models as PyTorch runs them operator by operator: normalisations alone cast, square,
  /// average, scale and cast back.
  private static let eager = 2.2
}

extension Capabilities {
  fileprivate static let megatronCore = Capabilities(
    schedules: ["1f1b", "interleaved"],
    shardings: [.none, .optimizer, .parameters], shardingsWithPipeline: [.none, .optimizer],
    contextMethods: [.ring, .allGather, .allToAll, .hierarchical], hybridShardings: [.optimizer],
    supportsExpertParallelism: true, supportsUnevenStages: true, vocabularyMultiple: 128,
    moduleRecompute: true, partialRecompute: true, limits: [.replicasOutermost],
    rankOrders: [.pipelineOutermost, .dataOutermost], hostShardings: [.optimizer],
    offloadsActivations: true)

  fileprivate static let megatronBefore = Capabilities(
    schedules: ["1f1b", "interleaved"],
    shardings: [.none, .optimizer], shardingsWithPipeline: [.none, .optimizer],
    contextMethods: [], supportsExpertParallelism: false, supportsUnevenStages: true,
    vocabularyMultiple: 128, moduleRecompute: true, partialRecompute: true)

  fileprivate static let torchtitan = Capabilities(
    schedules: ["gpipe", "1f1b", "interleaved"],
    shardings: [.none, .parameters], shardingsWithPipeline: [.none, .parameters],
    contextMethods: [.ring, .allGather], hybridShardings: [.parameters],
    supportsExpertParallelism: true, supportsUnevenStages: true, vocabularyMultiple: 1,
    moduleRecompute: false, partialRecompute: false,
    limits: [.replicasShard, .castsBySharding, .expertTensorOfWholeExperts, .sequenceByTensor],
    precisions: [.fp32, .bf16, .fp8, .mxfp8], optimizers: [.adam], trainsAdapters: false,
    predictsFurther: false)

  /// What shares out state over all ranks that hold the same, in one group.
  fileprivate static let oneShardGroup: Capabilities = {
    var capabilities = torchtitan
    capabilities.hybridShardings = []
    return capabilities
  }()

  /// DeepSpeed's ZeRO-3 under rings of attention.
  fileprivate static let offloading: Capabilities = {
    var capabilities = oneShardGroup
    capabilities.hostShardings = [.parameters]
    return capabilities
  }()

  /// PyTorch's first FSDP can also keep weights whole between the passes (SHARD_GRAD_OP).
  fileprivate static let llmFoundry: Capabilities = {
    var capabilities = torchtitan
    capabilities.shardings.insert(.gradients)
    return capabilities
  }()

  fileprivate static let deepspeed = Capabilities(
    schedules: ["1f1b"], shardings: [.none, .optimizer, .gradients, .parameters],
    shardingsWithPipeline: [.none, .optimizer], contextMethods: [.allToAll],
    supportsExpertParallelism: true, supportsUnevenStages: false, vocabularyMultiple: 1,
    moduleRecompute: false, partialRecompute: false,
    limits: [
      .contextWithoutPipeline, .expertsWithoutPipeline, .expertsDivideData, .expertTensorIsTensor,
      .hostStateWithoutPipeline,
    ],
    precisions: [.fp32, .fp16, .bf16], hostShardings: [.optimizer, .gradients, .parameters])
}
