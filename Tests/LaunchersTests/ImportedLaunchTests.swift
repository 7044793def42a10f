import InputFiles
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Launches that are read")
struct ImportedLaunchTests {
  private let script = """
    #!/bin/bash
    # Trains a model of 7 billion parameters; --tensor-model-parallel-size 64 is only a comment.
    TP=4; PP=2
    GPUS_PER_NODE=8
    export CUDA_DEVICE_MAX_CONNECTIONS=1
    MODEL_ARGS=(
        --num-layers 32 --hidden-size 4096 \\
        --num-attention-heads 32
        --group-query-attention --num-query-groups 8
        --ffn-hidden-size "14336" --swiglu --normalization RMSNorm
        --untie-embeddings-and-output-weights --disable-bias-linear
        --position-embedding-type rope --seq-length 8192 --max-position-embeddings 8192
    )
    torchrun --nproc_per_node $GPUS_PER_NODE --nnodes ${NNODES:-2} pretrain_gpt.py "${MODEL_ARGS[@]}" \\
        --tensor-model-parallel-size ${TP} --pipeline-model-parallel-size $PP --sequence-parallel \\
        --micro-batch-size 1 --global-batch-size=256 --bf16 --vocab-size 128256 \\
        --use-distributed-optimizer --recompute-granularity selective \\
        --recompute-modules layernorm mlp --data-path "$(cat data.txt)" --lr 3e-4
    """

  @Test("a script's own variables, arrays and defaults are followed")
  func reading() throws {
    let launch = try ImportedLaunch.megatron(script, file: "train.sh")
    #expect(launch.degrees.tensor == 4 && launch.degrees.pipeline == 2)
    #expect(launch.ranks == 16)
    #expect(launch.globalBatch == 256 && launch.sequenceLength == 8192)
    #expect(launch.precision == .bf16 && launch.sharding == .optimizer)
    #expect(launch.recompute == [.modules([.normalisation, .feedForward])])
    #expect(launch.sequenceParallel)
    #expect(launch.notes.isEmpty)
  }

  @Test("offloaded activations are read by whole groups of modules; others are said to stay")
  func offload() throws {
    func launch(_ modules: String) throws -> ImportedLaunch {
      let flags = "--fine-grained-activation-offloading --offload-modules \(modules)"
      return try ImportedLaunch.megatron(
        script.replacing("--bf16", with: "--bf16 \(flags)"), file: "train.sh")
    }
    let whole = try launch("core_attn attn_proj attn_norm qkv_linear")
    #expect(whole.offload == [[.attention]] && whole.activationPlace == .host)
    #expect(whole.notes.isEmpty)
    let layout = try whole.layout(
      whole.degrees(onDevices: 16, file: "train.sh"), batch: 256, layers: 32, file: "train.sh")
    #expect(
      layout.recompute.allSatisfy {
        $0 == Recompute(modules: [.normalisation, .feedForward], offload: [.attention])
      })
    let beside = try ImportedLaunch.megatron(
      script.replacing(
        "--recompute-granularity selective",
        with: "--recompute-granularity full --fine-grained-activation-offloading "
          + "--offload-modules core_attn"),
      file: "train.sh")
    #expect(beside.recompute == [.layers(nil)] && beside.offload == [[]])
    #expect(
      beside.notes == [
        "--fine-grained-activation-offloading is not followed beside whole layers that are recomputed"
      ])
    let part = try launch("core_attn attn_proj")
    #expect(part.offload == [[]] && part.activationPlace == nil)
    #expect(
      part.notes == [
        "--offload-modules attn_proj core_attn: taken to stay on the device, since only attn_norm "
          + "qkv_linear core_attn attn_proj and mlp_norm expert_fc1 moe_act are followed together"
      ])
  }

  @Test(
    "state in the hosts' memory is read with a distributed optimiser, and said to be passed over without"
  )
  func hostState() throws {
    func launch(_ flags: String, without: String = "--absent") throws -> ImportedLaunch {
      let text = script.replacing(without, with: "").replacing("--bf16", with: "--bf16 \(flags)")
      return try ImportedLaunch.megatron(text, file: "train.sh")
    }
    let whole = try launch("--optimizer-cpu-offload")
    #expect(whole.optimizerPlace == .host && whole.notes.isEmpty)
    let half = try launch("--optimizer-cpu-offload --optimizer-offload-fraction 0.5")
    #expect(half.optimizerPlace == .host && half.notes.count == 1)
    let none = try launch("--optimizer-cpu-offload --optimizer-offload-fraction 0")
    #expect(none.optimizerPlace == nil)
    let unsharded = try launch("--optimizer-cpu-offload", without: "--use-distributed-optimizer")
    #expect(unsharded.optimizerPlace == nil && unsharded.notes.count == 1)
    // A replica that is alone shares out nothing, whatever its optimiser is called.
    let degrees = try whole.degrees(onDevices: 16, file: "train.sh")
    var alone = whole
    (alone.ranks, alone.degrees.tensor) = (nil, 8)
    let single = try alone.degrees(onDevices: 16, file: "train.sh")
    #expect(
      try whole.layout(degrees, batch: 256, layers: 32, file: "train.sh").frame.sharding
        == .optimizer)
    #expect(
      try alone.layout(single, batch: 256, layers: 32, file: "train.sh").frame.sharding == .none)
  }

  @Test("pipeline before data is read, and counts where there are replicas and stages")
  func rankOrder() throws {
    let text = script.replacing("--sequence-parallel", with: "--use-tp-pp-dp-mapping")
    let launch = try ImportedLaunch.megatron(text, file: "train.sh")
    #expect(launch.notes.isEmpty)
    func order(devices: Int) throws -> AxisOrder {
      let degrees = try launch.degrees(onDevices: devices, file: "train.sh")
      return try launch.layout(degrees, batch: 256, layers: 32, file: "train.sh").frame.rankOrder
    }
    #expect(try order(devices: 16) == .dataOutermost)
    var single = launch
    single.ranks = nil
    let degrees = try single.degrees(onDevices: 8, file: "train.sh")
    #expect(
      try single.layout(degrees, batch: 256, layers: 32, file: "train.sh").frame.rankOrder
        == .pipelineOutermost)
  }

  @Test("a vocabulary that only the tokenizer tells is assumed, and said")
  func vocabulary() throws {
    let text = script.replacing("--vocab-size 128256", with: "--tokenizer-type Llama2Tokenizer")
    let launch = try ImportedLaunch.megatron(text, file: "train.sh")
    #expect(
      launch.notes == [
        "only the tokenizer tells the vocabulary: 128,256 is assumed, unless --vocab-size stands in "
          + "the script"
      ])
  }

  @Test("an option that only running the script tells is refused where it matters, with its line")
  func unknown() {
    let text = script.replacing("TP=4;", with: "TP=$(nproc);")
    #expect {
      try ImportedLaunch.megatron(text, file: "train.sh")
    } throws: { error in
      "\(error)".hasPrefix(
        "train.sh:15:1: error: --tensor-model-parallel-size depends on something that only running "
          + "the script tells")
    }
  }

  @Test(
    "what is emitted reads as what was planned",
    arguments: [
      Pins(tensor: 4, data: 2, pipeline: 2, schedule: "1f1b", sharding: .optimizer),
      Pins(pipeline: 4, virtualStages: 2, schedule: "interleaved"),
      Pins(tensor: 1, pipeline: 1, sharding: .parameters),
      Pins(tensor: 2, context: 2, pipeline: 2, contextMethod: .allGather),
    ])
  func roundTrip(pins: Pins) throws {
    var sample = LaunchSample()
    sample.pins = pins
    let launch = try sample.launch()
    let plan = launch.plan
    let text = try LaunchTarget.megatronLM.mainText(launch)
    let read = try ImportedLaunch.megatron(text, file: "megatron-lm.sh")
    var degrees = plan.parallelism.degrees
    degrees.data = 1
    #expect(read.degrees == degrees)
    #expect(read.sharding == plan.parallelism.sharding)
    #expect(read.contextMethod == plan.parallelism.contextMethod)
    #expect(read.sequenceParallel == plan.parallelism.sequenceParallel)
    #expect(read.microBatchSize == plan.parallelism.microBatchSize)
    #expect(plan.parallelism.pipeline == 1 || read.schedule == plan.parallelism.schedule)
    #expect(read.globalBatch == 64 && read.sequenceLength == 4096)
  }

  @Test("options by stage, as they are emitted, belong to their stages")
  func byStage() throws {
    let launch = try LaunchSample().launch { plan in
      var stages = plan.stages
      stages[1].recompute = Recompute(fullLayers: 3)
      return try plan.with(stages: stages)
    }
    let text = try LaunchTarget.megatronLM.mainText(launch)
    let read = try ImportedLaunch.megatron(text, file: "megatron-lm.sh")
    #expect(read.recompute == [.modules([]), .layers(3)])
  }

  @Test("faults are told together, with their lines")
  func faults() {
    let text = """
      --num-layers 32 --hidden-size large
      --num-attention-heads 32 --tensor-model-parallel-size 0
      --pipeline-model-parallel-size 2 --pipeline-model-parallel-layout 'Et*16|x'
      """
    #expect {
      try ImportedLaunch.megatron(text, file: "arguments.txt")
    } throws: { error in
      let words = "\(error)"
      return words.contains("arguments.txt:1:1: error: --hidden-size is \"large\"")
        && words.contains("arguments.txt:2:1: error: --tensor-model-parallel-size is \"0\"")
        && words.contains("arguments.txt:3:1: error: --pipeline-model-parallel-layout has \"x\"")
    }
  }

  @Test("a text without Megatron's options is no launch")
  func other() {
    #expect(throws: InputFaults.self) {
      try ImportedLaunch.megatron("echo hello", file: "hello.sh")
    }
  }
}
