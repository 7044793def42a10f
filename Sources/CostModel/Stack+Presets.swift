import ParallelismVocabulary
import Quantities

// Timing: starting values after a joint fit over published training runs (NeMo and Megatron-Bridge
// performance summaries, MLPerf, torchtitan's benchmark notes); where the runs hardly move a value it
// is the default that the fit began with, so none has an error bar yet. Memory: 4.2 % mean allocator
// slack over 344 rank samples, 8.2 bytes a logit and 2.5 staged gradients, all from SimuMax's
// measurements on B200; 1.5 GiB for context and communicators.

extension Stack {
  /// NVIDIA Megatron-Core, with overlapped gradient reduction and the distributed optimiser.
  public static let megatronCore = Stack(
    name: "megatron-core", version: "0.16",
    capabilities: Capabilities(
      schedules: ["gpipe", "1f1b", "interleaved"],
      shardings: [.none, .optimizer, .parameters],
      shardingsWithPipeline: [.none, .optimizer],
      contextMethods: [.ring, .allGather, .allToAll],
      supportsExpertParallelism: true, supportsUnevenStages: true, vocabularyMultiple: 128,
      moduleRecompute: true),
    timing: StackTiming(
      tensorExposed: 0.5, contextExposed: 0.3, hopExposed: 0.4, gradientResidual: 0.08,
      gradientExposed: 0.5, shardingExposed: 0.15, launchForward: .microseconds(250),
      launchBackward: .microseconds(300), perMicroBatch: .milliseconds(1),
      perStep: .milliseconds(8), optimizerBytes: 39, jitterPerDoubling: 0.004, gradientBytes: 4,
      logitBytes: 8.2, stagedGradients: 2.5, reservedMemory: .gibibytes(1.5), allocatorSlack: 0.042)
  )

  /// PyTorch torchtitan: FSDP2, tensor, context and pipeline parallelism, compiled.
  public static let torchtitan = Stack(
    name: "torchtitan", version: "0.2",
    capabilities: Capabilities(
      schedules: ["gpipe", "1f1b", "interleaved"],
      shardings: [.none, .parameters], shardingsWithPipeline: [.none, .parameters],
      contextMethods: [.ring, .allGather], supportsExpertParallelism: true,
      supportsUnevenStages: true, vocabularyMultiple: 1, moduleRecompute: false),
    timing: StackTiming(
      tensorExposed: 0.73, contextExposed: 0.5, hopExposed: 0.6, gradientResidual: 0.15,
      gradientExposed: 0.5, shardingExposed: 0.17, launchForward: .microseconds(500),
      launchBackward: .microseconds(600), perMicroBatch: .milliseconds(1),
      perStep: .milliseconds(8), optimizerBytes: 39, jitterPerDoubling: 0.004, gradientBytes: 4,
      logitBytes: 10, stagedGradients: 1, reservedMemory: .gibibytes(1.5), allocatorSlack: 0.05))

  /// DeepSpeed ZeRO with its pipeline engine.
  public static let deepspeed = Stack(
    name: "deepspeed", version: "0.19",
    capabilities: Capabilities(
      schedules: ["1f1b"], shardings: [.none, .optimizer, .gradients, .parameters],
      shardingsWithPipeline: [.none, .optimizer], contextMethods: [.allToAll],
      supportsExpertParallelism: true, supportsUnevenStages: true, vocabularyMultiple: 1,
      moduleRecompute: false),
    timing: StackTiming(
      tensorExposed: 1, contextExposed: 0.5, hopExposed: 0.5, gradientResidual: 0.5,
      gradientExposed: 0.5, shardingExposed: 0.5, launchForward: .microseconds(900),
      launchBackward: .microseconds(750), perMicroBatch: .milliseconds(1.9),
      perStep: .milliseconds(10), optimizerBytes: 39, jitterPerDoubling: 0.004, gradientBytes: 2,
      logitBytes: 10, stagedGradients: 1, reservedMemory: .gibibytes(2), allocatorSlack: 0.06))
}
