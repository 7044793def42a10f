import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Arguments of Megatron-LM")
struct MegatronFlagsTests {
  private func arguments(_ sample: LaunchSample) throws -> [[String]] {
    var faults: [String] = []
    var warnings: [String] = []
    let launch = try sample.launch()
    let flags =
      MegatronFlags.model(of: launch, faults: &faults, warnings: &warnings)
      + MegatronFlags.parallelism(of: launch, faults: &faults)
    #expect(faults.isEmpty)
    return flags.options
  }

  @Test("a dense model on two stages has these arguments")
  func dense() throws {
    let text = try arguments(LaunchSample()).map { $0.joined(separator: " ") }
    #expect(
      text == [
        "--num-layers 16", "--hidden-size 2048", "--num-attention-heads 16",
        "--group-query-attention", "--num-query-groups 8", "--kv-channels 128",
        "--ffn-hidden-size 8192", "--swiglu", "--disable-bias-linear", "--seq-length 4096",
        "--max-position-embeddings 4096", "--position-embedding-type rope",
        "--normalization RMSNorm", "--untie-embeddings-and-output-weights",
        "--attention-dropout 0.0", "--hidden-dropout 0.0", "--tensor-model-parallel-size 4",
        "--sequence-parallel", "--pipeline-model-parallel-size 2",
        "--pipeline-model-parallel-layout Et*8|t*8L", "--micro-batch-size 1",
        "--global-batch-size 64", "--use-distributed-optimizer", "--overlap-grad-reduce",
        "--overlap-param-gather", "--bf16",
      ])
  }

  @Test("experts that stay together are told not to be cut, which Megatron does to them otherwise")
  func wholeExperts() throws {
    var sample = LaunchSample()
    sample.model = """
      { "name": "sparse", "architecture": { "hiddenSize": 2048, "vocabularySize": 32000,
        "layers": 16, "attention": { "heads": 16, "keyValueHeads": 8 },
        "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 2048 } } }
      """
    sample.pins.expert = 1
    sample.pins.expertTensor = 1
    let text = try arguments(sample).map { $0.joined(separator: " ") }
    #expect(text.contains("--expert-model-parallel-size 1"))
    #expect(text.contains("--expert-tensor-parallel-size 1"))
  }

  @Test("state in the hosts' memory is offloaded, and copied while the host computes")
  func hostState() throws {
    var sample = LaunchSample()
    sample.workload.optimizerPlace = .host
    let text = try arguments(sample).map { $0.joined(separator: " ") }
    let flags = [
      "--use-distributed-optimizer", "--use-precision-aware-optimizer", "--optimizer-cpu-offload",
      "--optimizer-offload-fraction 1.0", "--overlap-cpu-optimizer-d2h-h2d",
    ]
    #expect(flags.allSatisfy(text.contains))
    // One replica alone has a distributed optimiser too, which offloading asks for.
    sample.pins.data = 1
    sample.pins.tensor = 8
    sample.pins.sharding = nil
    let alone = try arguments(sample).map { $0.joined(separator: " ") }
    #expect(flags.allSatisfy(alone.contains))
  }

  @Test("activations in the hosts' memory are offloaded module by module, beside what runs again")
  func offload() throws {
    var sample = LaunchSample()
    sample.workload.activationPlace = .host
    func stage(_ policy: RecomputePolicy) throws -> (arguments: String, script: String) {
      sample.pins.recompute = policy
      let launch = try sample.launch()
      return (
        try #require(MegatronOptions(launch).byStage.first).words.joined(separator: " "),
        try RankProgram.megatron(launch).script
      )
    }
    let offloading = try stage(.offload([.attention], recomputing: [.feedForward]))
    #expect(
      offloading.arguments
        == "--fine-grained-activation-offloading --offload-modules attn_norm qkv_linear core_attn "
        + "attn_proj --min-offloaded-tensor-size 65536 --recompute-granularity selective "
        + "--recompute-modules mlp")
    #expect(offloading.script.contains("\nexport NVTE_CPU_OFFLOAD_V1=1\n"))
    let recomputing = try stage(.modules([.feedForward]))
    #expect(!recomputing.script.contains("NVTE_CPU_OFFLOAD_V1"))
    sample.model = sample.model.replacing(
      #"{ "intermediateSize": 8192 }"#,
      with: #"{ "count": 8, "perToken": 2, "intermediateSize": 1024 }"#)
    (sample.pins.expert, sample.pins.expertTensor) = (1, 1)
    let experts = try stage(.offload([.experts], recomputing: [.expertActivation]))
    #expect(experts.arguments.contains("--offload-modules mlp_norm expert_fc1 moe_act --min"))
    let whole = try stage(.offload([.attention, .experts], recomputing: [.experts]))
    #expect(
      whole.arguments.contains(
        "--offload-modules attn_norm qkv_linear core_attn attn_proj mlp_norm --min"))
  }

  @Test("groups of replicas that each hold the optimiser's state are instances of it")
  func stateReplicas() throws {
    var sample = LaunchSample()
    sample.pins.data = 4
    sample.pins.pipeline = 1
    sample.pins.stateReplicas = 2
    let text = try arguments(sample).map { $0.joined(separator: " ") }
    #expect(text.contains("--num-distributed-optimizer-instances 2"))
  }

  @Test(
    "groups of unequal sequences are Megatron's own where it can form them, and 'plan scatter''s else"
  )
  func scattering() throws {
    let histogram = try #require(
      LengthHistogram([
        .init(tokens: 512, count: 60), .init(tokens: 4096, count: 8),
        .init(tokens: 32_768, count: 1),
      ]))
    var sample = LaunchSample()
    sample.workload = Workload(
      globalBatch: 4, sequenceLength: 32_768,
      lengths: SequenceLengths(sequences: 64, histogram: histogram))
    sample.pins = Pins(tensor: 2, pipeline: 1, sharding: .optimizer)
    var warnings: [String] = []
    let plan = try sample.launch().plan
    let own = MegatronFlags.scattering(of: plan, warnings: &warnings)
    let tokens = try #require(plan.sequenceScattering?.tokensPerRank)
    #expect(
      own.options.map { $0.joined(separator: " ") } == [
        "--hybrid-context-parallel", "--max-seqlen-per-dp-cp-rank \(tokens)",
        "--calculate-per-token-loss", "--dataloader-type single", "--cuda-graph-impl none",
      ])
    #expect(warnings.count == 1 && warnings[0].hasPrefix("Megatron-LM forms groups by its own"))

    sample.pins = Pins(tensor: 2, pipeline: 2, sharding: .optimizer)
    warnings = []
    let staged = try sample.launch().plan
    #expect(staged.sequenceScattering?.grouping == .explicitGroups)
    #expect(MegatronFlags.scattering(of: staged, warnings: &warnings).options.isEmpty)
    #expect(warnings.count == 1 && warnings[0].hasPrefix("Megatron-LM has no option"))
  }

  @Test("with pipeline before data, ranks are numbered so, and stages told apart by it")
  func rankOrder() throws {
    var sample = LaunchSample()
    sample.pins.rankOrder = .dataOutermost
    #expect(try arguments(sample).contains(["--use-tp-pp-dp-mapping"]))
    #expect(RankProgram.stageOfRank(try sample.plan()) == "$((RANK / 4 % 2))")
  }

  @Test("GPT-2's form keeps its biases, its table of positions and its layer normalisation")
  func gpt() throws {
    var sample = LaunchSample()
    sample.model = """
      { "architecture": { "hiddenSize": 2048, "vocabularySize": 51200, "layers": 8,
        "learnedPositions": 2048, "tiedHead": true, "normalisation": "layer",
        "attention": { "heads": 16, "bias": true },
        "feedForward": { "kind": "plain", "intermediateSize": 8192, "bias": true } } }
      """
    sample.workload = Workload(globalBatch: 64, sequenceLength: 2048, precision: .fp16)
    let words = try arguments(sample).map { $0.joined(separator: " ") }
    #expect(words.contains("--position-embedding-type learned_absolute"))
    #expect(words.contains("--max-position-embeddings 2048"))
    #expect(words.contains("--normalization LayerNorm"))
    #expect(words.contains("--fp16"))
    for absent in [
      "--swiglu", "--disable-bias-linear", "--untie-embeddings-and-output-weights",
      "--group-query-attention",
    ] { #expect(!words.contains(absent), "\(absent)") }
  }

  @Test("DeepSeek's form has latent attention, dense layers first, and experts chosen by sigmoid")
  func deepSeek() throws {
    var sample = LaunchSample()
    sample.model = """
      { "model_type": "deepseek_v3", "hidden_size": 1024, "vocab_size": 32000,
        "intermediate_size": 4096, "moe_intermediate_size": 512, "num_hidden_layers": 8,
        "first_k_dense_replace": 2, "n_routed_experts": 16, "n_shared_experts": 2,
        "num_experts_per_tok": 4, "n_group": 4, "topk_group": 2, "routed_scaling_factor": 2.5,
        "num_attention_heads": 16, "num_key_value_heads": 16, "q_lora_rank": 384,
        "kv_lora_rank": 128, "qk_nope_head_dim": 64, "qk_rope_head_dim": 32, "v_head_dim": 64,
        "num_nextn_predict_layers": 1, "rope_theta": 10000, "rms_norm_eps": 1e-06,
        "rope_scaling": { "type": "yarn", "factor": 40, "mscale": 1.0, "mscale_all_dim": 1.0 } }
      """
    sample.pins = Pins(
      tensor: 1, expert: 8, data: 8, pipeline: 2, schedule: "1f1b", sharding: .optimizer)
    let words = try arguments(sample).map { $0.joined(separator: " ") }
    for present in [
      "--multi-latent-attention", "--q-lora-rank 384", "--kv-lora-rank 128", "--qk-head-dim 64",
      "--qk-pos-emb-head-dim 32", "--v-head-dim 64", "--ffn-hidden-size 4096",
      "--moe-layer-freq ([0]*2+[1]*6)", "--num-experts 16", "--moe-router-topk 4",
      "--moe-ffn-hidden-size 512", "--moe-shared-expert-intermediate-size 1024",
      "--moe-router-score-function sigmoid", "--moe-router-num-groups 4",
      "--moe-router-group-topk 2", "--moe-router-topk-scaling-factor 2.5", "--rope-type yarn",
      "--rotary-scaling-factor 40.0", "--mtp-num-layers 1", "--expert-model-parallel-size 8",
      "--expert-tensor-parallel-size 1",
    ] { #expect(words.contains(present), "\(present)") }
    let layout = try #require(words.first { $0.hasPrefix("--pipeline-model-parallel-layout") })
    #expect(layout.hasSuffix("mL"))
  }

  @Test(
    "each sharding, context method and number format has its options",
    arguments: [
      (Pins(tensor: 1, pipeline: 1, sharding: Sharding.none), "--overlap-grad-reduce"),
      (
        Pins(tensor: 1, pipeline: 1, sharding: .parameters),
        "--data-parallel-sharding-strategy optim_grads_params"
      ),
      (Pins(tensor: 1, context: 2, pipeline: 1, contextMethod: .ring), "--cp-comm-type p2p"),
      (
        Pins(tensor: 1, context: 2, pipeline: 1, contextMethod: .allGather),
        "--cp-comm-type all_gather"
      ),
      (Pins(tensor: 1, context: 2, pipeline: 1, contextMethod: .allToAll), "--cp-comm-type a2a"),
      (
        Pins(tensor: 2, context: 4, pipeline: 1, contextMethod: .hierarchical),
        "--cp-comm-type a2a+p2p"
      ),
      (
        Pins(tensor: 2, context: 4, pipeline: 1, contextMethod: .hierarchical),
        "--hierarchical-context-parallel-sizes 2 2"
      ),
    ])
  func options(pins: Pins, option: String) throws {
    var sample = LaunchSample()
    sample.pins = pins
    #expect(try arguments(sample).map { $0.joined(separator: " ") }.contains(option))
  }

  @Test("a model type whose meaning is not known is refused with those that are")
  func unknownType() throws {
    var sample = LaunchSample()
    sample.model = """
      { "model_type": "cohere", "hidden_size": 2048, "vocab_size": 32000,
        "intermediate_size": 8192, "num_hidden_layers": 16, "num_attention_heads": 16 }
      """
    let launch = try sample.launch()
    #expect {
      try LaunchTarget.megatronLM.emit(launch)
    } throws: { error in
      "\(error)".contains("megatron-lm cannot run this plan: ")
        && "\(error)".contains("for which it has no options")
    }
  }
}

@Suite("What each stage of Megatron-LM recomputes")
struct MegatronRecomputeTests {
  @Test("stages that recompute alike share their options; others have their own by rank")
  func stages() throws {
    let launch = try LaunchSample().launch { plan in
      var stages = plan.stages
      stages[0].recompute = Recompute(modules: [.normalisation])
      stages[1].recompute = Recompute(fullLayers: 3)
      return try plan.with(stages: stages)
    }
    let text = try LaunchTarget.megatronLM.mainText(launch)
    #expect(
      text.contains(
        """
        case $((RANK / 8 % 2)) in
          0) arguments+=(--recompute-granularity selective --recompute-modules layernorm) ;;
          1) arguments+=(--recompute-granularity full --recompute-method block \
        --recompute-num-layers 3) ;;
        esac
        """))
    let alike = try LaunchSample().launch { plan in
      var stages = plan.stages
      for index in stages.indices { stages[index].recompute = Recompute(fullLayers: 8) }
      return try plan.with(stages: stages)
    }
    let common = try LaunchTarget.megatronLM.mainText(alike)
    #expect(!common.contains("case "))
    #expect(common.contains("  --recompute-method uniform\n  --recompute-num-layers 1\n"))
  }

  @Test("whole layers and modules in one stage are refused")
  func mixed() throws {
    let launch = try LaunchSample().launch { plan in
      var stages = plan.stages
      stages[0].recompute = Recompute(modules: [.feedForward], fullLayers: 2)
      return try plan.with(stages: stages)
    }
    #expect {
      try LaunchTarget.megatronLM.emit(launch)
    } throws: { error in
      "\(error)"
        == "error: megatron-lm cannot run this plan: stage 0 recomputes 2 whole layers and modules of "
        + "the others, but a rank has one granularity"
    }
  }
}

@Suite("Megatron's notation of a layout")
struct PipelineLayoutTests {
  @Test(
    "layers of each part, repetitions written out",
    arguments: [
      ("Et*19|t*21|t*20L", [19, 21, 20]), ("E|(t|)*3,m|m||L", [0, 1, 1, 1, 0, 0, 0, 0]),
      ("Et|(tt|)*30mL", [1] + Array(repeating: 2, count: 30) + [0]), ("ttt", [3]),
    ])
  func reading(text: String, counts: [Int]) throws {
    #expect(try PipelineLayout.layers(of: text) == counts)
  }

  @Test("what is none is refused", arguments: ["t*", "(tt", "Ex", "*3"])
  func malformed(text: String) {
    #expect(throws: PipelineLayout.Malformed.self) { try PipelineLayout.layers(of: text) }
  }

  @Test("a layout that was written reads as the plan's layers")
  func roundTrip() throws {
    var sample = LaunchSample()
    sample.pins = Pins(pipeline: 4, virtualStages: 2, schedule: "interleaved")
    let plan = try sample.plan()
    let counts = try PipelineLayout.layers(of: PipelineLayout(plan).text)
    let expected = (0..<2).flatMap { round in plan.stages.map { $0.layerRuns[round].count } }
    #expect(counts == expected)
  }
}
