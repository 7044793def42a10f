import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import PublishedRuns

@Suite("Collected records as runs")
struct CollectedRunTests {
  private func run(_ changes: [String: JSONValue] = [:]) throws -> MeasuredRun {
    try #require(try RecordBuilder(changes).read().runs.first)
  }

  @Test("The plain record is the run that it states, without an assumption")
  func plain() throws {
    let run = try run()
    #expect(run.id == "a-run")
    #expect(run.stack == "megatron-core@0.16")
    #expect(run.cluster.deviceCount == 16)
    #expect(run.workload == Workload(globalBatch: 128, sequenceLength: 8_192))
    #expect(
      run.frame
        == Frame(
          degrees: ParallelismDegrees(tensor: 2, data: 4, pipeline: 2), microBatchSize: 1,
          microBatches: 32, schedule: .oneForwardOneBackward, sharding: .optimizer,
          sequenceParallel: true))
    #expect(run.model.parameters.total == 8_030_261_248)
    #expect(run.measured.step == Seconds(3.5))
    #expect(run.assumptions.isEmpty)
  }

  @Test("Counts in strings are counts")
  func strings() throws {
    let run = try run(["hardware.gpus": " 16 ", "parallel.tp": "2", "model.layers": "32"])
    #expect(run.frame.degrees.tensor == 2)
  }

  @Test(
    "A field that is missing is filled from the table, and a sentence says so",
    arguments: [
      ("parallel.recompute", "recompute none: not recorded"),
      ("parallel.zero", "sharding optimizer: not recorded"),
      ("parallel.sp", "sequence parallelism on: not recorded"),
      ("parallel.microbatch", "micro-batch size 1: not recorded"),
      ("parallel.precision", "precision bf16: not recorded"),
      ("model.vocab", "vocabulary 50257: not recorded"),
      ("model.ffn", "feed-forward width four times the hidden size: not recorded"),
      ("model.heads", "heads of size 128: not recorded"),
      ("model.tied_embeddings", "shared embedding and head as in the family: not recorded"),
    ])
  func assumptions(path: String, beginning: String) throws {
    let run = try run([path: nil])
    #expect(run.assumptions.count == 1)
    #expect(run.assumptions.first?.hasPrefix(beginning) == true)
  }

  @Test("AMD's entries of MLPerf ran in eight bits, and recomputed 21 layers where memory is short")
  func amd() throws {
    for (device, recompute) in [
      ("MI300X", MeasuredRun.Recompute.byStage([.init(fullLayers: 21)])), ("MI325X", .none),
    ] {
      let run = try run([
        "hardware.gpu": .string(device), "parallel.framework": "PyTorch 2.6.0, ROCm 6.4",
        "parallel.precision": nil, "parallel.recompute": nil, "parallel.pp": 1,
      ])
      #expect(run.stack == "mlperf-amd@5" && run.workload.precision == .fp8)
      #expect(run.recompute == recompute)
    }
  }

  @Test("Every field but the padding, which is the stack's own, has a row for every record")
  func table() {
    #expect(PublishedAssumption.table.allSatisfy { !$0.reason.isEmpty })
    for field in PublishedAssumption.Field.allCases where field != .vocabularyPadding {
      let row = PublishedAssumption.find(
        field, stack: "unknown@1", node: nil, source: "unknown", hidden: 1)
      #expect(row != nil, "\(field.rawValue)")
    }
  }

  @Test("Megatron pads the vocabulary to 128 rows for each tensor rank; torchtitan does not")
  func padding() throws {
    #expect(try run(["model.vocab": 50_257]).model.vocabularySize == 50_432)
    let titan = try run(["model.vocab": 50_257, "parallel.framework": "torchtitan"])
    #expect(titan.model.vocabularySize == 50_257)
  }

  @Test(
    "vTrain's single-node runs cut the vocabulary into whole shares without padding",
    arguments: [(1, 50_257), (2, 50_256), (4, 50_256), (8, 50_256)])
  func wholeShares(tensor: Int, rows: Int) throws {
    let run = try run([
      "source": "vtrain-single", "model.vocab": 50_257, "parallel.tp": .integer(tensor),
      "parallel.pp": 1, "parallel.dp": .integer(8 / tensor), "hardware.gpus": 8,
    ])
    #expect(run.model.vocabularySize == rows)
  }

  @Test(
    "Precision follows the words of the record",
    arguments: [
      ("fp16", .fp16), ("amp_bf16 (FSDP mp mode DEFAULT)", .bf16), ("fp16/bf16 mixed", .bf16),
      ("float8 linear", .fp8), ("FP8-CS", .fp8), ("FP8-MX", .mxfp8), ("MXFP8", .mxfp8),
      ("NVFP4", .nvfp4), ("FP8 current scaling / MXFP8 (footnote)", .fp8),
      ("FP8 (quantisation variant 2: see footnote)", .mxfp8),
    ] as [(String, Precision)])
  func precision(text: String, precision: Precision) throws {
    #expect(try run(["parallel.precision": .string(text)]).workload.precision == precision)
  }

  @Test(
    "Recomputation follows the words of the record",
    arguments: [
      ("full uniform n=1", .full), ("none", .none), ("selective []", .none),
      ("modules=[]", .none), ("selective", .modules([.coreAttention])),
      ("selective (attention core)", .modules([.coreAttention])),
      ("selective (op; toml default)", .modules([.alternateProducts])),
      ("norm, act, shared_expert", .modules([.normalisation, .expertActivation, .sharedExperts])),
      (
        "granularity=\"selective\" modules=[\"layernorm\", \"moe_act\"]",
        .modules([.normalisation, .expertActivation])
      ),
      ("modules=[\"mla_up_proj\", \"mlp\"]", .modules([.latentProjection, .feedForward])),
      ("selective: layernorm moe", .modules([.normalisation, .experts])),
    ] as [(String, MeasuredRun.Recompute)])
  func recompute(text: String, recompute: MeasuredRun.Recompute) throws {
    #expect(try run(["parallel.recompute": .string(text)]).recompute == recompute)
  }

  @Test("Sharding follows the words of the record")
  func sharding() throws {
    let cases: [(JSONValue, Sharding)] = [
      (0, .none), (1, .optimizer), (3, .parameters), ("SHARD_GRAD_OP", .gradients),
      ("FSDP2 (fsdp x cp shard)", .parameters), ("distributed-optimizer (ZeRO-1)", .optimizer),
      ("megatron-fsdp optim_grads_params", .parameters), ("ZeRO-3 + CPU offload", .parameters),
    ]
    for (text, sharding) in cases {
      #expect(try run(["parallel.zero": text]).frame.sharding == sharding)
    }
    #expect(try run(["parallel.zero": 3]).workload.optimizerPlace == .device)
    #expect(try run(["parallel.zero": "ZeRO-3 + CPU offload"]).workload.optimizerPlace == .host)
    #expect(
      try run(["parallel.zero": "FSDP group 8"]).assumptions
        == [
          "sharding: the groups of its FSDP group 8 are predicted as one over all 4 replicas"
        ])
    #expect(try run(["parallel.zero": "FSDP group 4"]).assumptions.isEmpty)
    let inGroups = try run(["parallel.zero": "FSDP group 2"])
    #expect(inGroups.frame.stateReplicas == 2)
    #expect(inGroups.assumptions.isEmpty)
  }

  @Test("Interleaving that cannot group its micro-batches falls back to one forward, one backward")
  func ungrouped() throws {
    let run = try run(["parallel.vpp": 4, "parallel.globalbatch": 20])
    #expect(run.frame.schedule == .oneForwardOneBackward)
    #expect(
      run.assumptions == [
        "1f1b: interleaving needs micro-batches in groups of the 2 stages, and there are 5"
      ])
    let grouped = try self.run(["parallel.vpp": 4])
    #expect(grouped.frame.schedule == .interleaved(virtualStages: 4))
  }

  @Test("A micro-batch that does not divide a replica's share becomes the next smaller that does")
  func unevenMicroBatch() throws {
    let run = try run(["parallel.globalbatch": 48, "parallel.microbatch": 5])
    #expect(run.frame.microBatchSize == 4)
    #expect(run.frame.microBatches == 3)
    #expect(
      run.assumptions == ["micro-batch size 4: the recorded 5 does not divide a replica's 12"])
  }

  @Test("Layers that leave two over for the ends count the embedding and the head as one each")
  func unevenLayers() throws {
    let run = try run([
      "model.layers": 30, "parallel.tp": 1, "parallel.pp": 4, "parallel.dp": 4,
    ])
    #expect(run.chunkLayers == [7, 8, 8, 7])
    let odd = try self.run([
      "model.layers": 31, "parallel.tp": 1, "parallel.pp": 4, "parallel.dp": 4,
    ])
    #expect(odd.chunkLayers == [8, 8, 8, 7])
    #expect(odd.assumptions == ["layers 8, 8, 8, 7: the split is not recorded"])
  }

  @Test("A recorded split of two slots more has the embedding in its first, the head in its last")
  func recordedSplits() throws {
    let four: [String: JSONValue] = ["parallel.tp": 1, "parallel.pp": 4]
    let slots = try run(four.merging(["parallel.layer_split": [7, 9, 9, 9]]) { $1 })
    #expect(slots.chunkLayers == [6, 9, 9, 8])
    let cuts = try run(
      four.merging(["parallel.layer_split": [0, 5, 15, 25, 38]]) { $1 })
    #expect(cuts.chunkLayers == [2, 10, 10, 10])
  }

  @Test("An expert degree beyond the devices of a stage is cut to them")
  func expertDegree() throws {
    let run = try run([
      "model.moe": ["experts": 64, "topk": 2, "expert_ffn": 1_024], "parallel.ep": 64,
    ])
    #expect(run.frame.degrees.expert == 8)
    #expect(
      run.assumptions.contains(
        "expert degree 8: the recorded 64 does not fit the 8 devices of a stage"))
  }

  @Test("DeepSeek-V3 has latent attention, dense layers in front and an extra prediction")
  func deepSeek() throws {
    let changes: [String: JSONValue] = [
      "model.name": "DeepSeek-V3", "model.layers": 61, "model.hidden": 7_168,
      "model.heads": 128, "model.kv_heads": 128, "model.ffn": 18_432, "model.vocab": 129_280,
      "model.attention": "mla(q_lora1536,kv_lora512,qk128+rope64,v128)",
      "model.moe": [
        "experts": 256, "topk": 8, "expert_ffn": 2_048, "shared_ffn": 2_048,
        "dense_first_layers": 3,
      ],
    ]
    let run = try run(changes)
    #expect(run.model.parameters.total == 671_026_404_352)
    #expect(run.model.multiTokenPrediction.count == 1)
    #expect(run.chunkLayers == [31, 30])
    let without = try self.run(changes.merging(["id": "DeepSeekV3_w_o_MTP_"]) { $1 })
    #expect(without.model.multiTokenPrediction.isEmpty)
  }

  @Test("Alternating windows make two kinds of layer")
  func windows() throws {
    let run = try run(["model.attention": "gqa, alternating sliding-window 128 (from memory)"])
    #expect(
      run.model.kinds.map(\.name) == ["slidingAttention+feedForward", "attention+feedForward"])
  }

  @Test("Stacks of before fused attention store its scores")
  func storedScores() throws {
    let old = try run(["parallel.framework": "Megatron-DeepSpeed", "hardware.gpu": "A100-80GB"])
    let isFused = old.model.kinds[0].operators.contains {
      if case .attention(let shape) = $0.work { shape.fused } else { false }
    }
    #expect(!isFused)
  }

  @Test("Memory is of the kind that the note or the framework names")
  func memoryKinds() throws {
    let cases: [(note: String, framework: String, kind: Measurement.MemoryKind)] = [
      ("Mem = nvidia-smi max", "Megatron-Core", .device),
      ("max over ranks of peak reserved", "torchtitan", .reserved),
      ("peak allocated GB", "Megatron-Bridge", .allocated),
      ("", "InternEvo v0.2.1", .device), ("", "torchtitan", .reserved),
      ("'max_mem' = peak bytes", "Megatron-DeepSpeed (Sailor)", .device),
    ]
    for (note, framework, kind) in cases {
      let run = try run([
        "note": .string(note), "parallel.framework": .string(framework),
        "measured.peak_mem_GiB": 40, "parallel.vpp": 1,
      ])
      #expect(run.measured.peaks == [.init(stage: nil, bytes: .gibibytes(40), kind: kind)])
    }
  }

  @Test("Continuous integration gives memory of the last stage, and no step time")
  func continuousIntegration() throws {
    let run = try run([
      "workload": "ci-test", "measured.peak_mem_GiB": 2, "measured.mem_static_GiB": 1,
    ])
    #expect(run.measured.step == nil)
    #expect(run.measured.peaks == [.init(stage: 1, bytes: .gibibytes(2), kind: .allocated)])
    #expect(run.measured.staticBytes == .gibibytes(1))
  }

  @Test("Running out of memory is told from fragmentation by the note")
  func outOfMemory() throws {
    let base: [String: JSONValue] = ["status": "oom", "derived.step_time_s": nil]
    #expect(try run(base).measured.outcome == .outOfMemory)
    #expect(
      try run(base.merging(["note": "OOM by FRAGMENTATION at 59 GB"]) { $1 }).measured.outcome
        == .fragmented)
  }

  @Test("A step time that only an assumed count of work gives is marked")
  func assumedStep() throws {
    let run = try run([
      "measured.step_time_s": nil, "derived.step_time_s": nil, "derived.step_time_s_assumed": 9,
    ])
    #expect(run.measured.step == Seconds(9))
    #expect(run.measured.isStepAssumed)
  }

  @Test("The network is the record's, by card or by node, or that of the usual node")
  func networks() throws {
    let node = try run([
      "hardware.inter_Gbps_per_gpu": nil, "hardware.inter_Gbps_per_node": 400,
      "hardware.inter_link": "4x Omni-Path 100 Gb/s",
    ])
    #expect(node.cluster.nodeGroups[0].nics?.perNode == 4)
    #expect(node.cluster.fabrics[0].kind == .omnipath)
    let silent = try run(["hardware.inter_Gbps_per_gpu": nil])
    #expect(silent.cluster.nodeGroups[0].nics?.total == .gigabits(3_200))
    #expect(
      silent.assumptions == [
        "network 400 Gb/s each: not recorded; eight cards of 400 Gb/s a node of DGX-H100"
      ])
  }

  @Test("Racks of 72 are used by 64, and fewer devices than a node make a smaller node")
  func nodes() throws {
    let rack = try run(["hardware.gpu": "GB200-192GB", "hardware.gpus_per_node": 4])
    #expect(rack.cluster.nodeGroups[0].scaleUp.accelerators == 64)
    let small = try run(["hardware.gpus": 4, "parallel.dp": 1])
    #expect(small.cluster.deviceCount == 4)
  }
}
