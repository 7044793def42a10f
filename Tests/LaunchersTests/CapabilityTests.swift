import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import Planner
import Testing

@testable import Launchers

@Suite("What a stack can run and what can be emitted for it are one")
struct CapabilityTests {
  private static let workloads = [
    Workload(globalBatch: 64, sequenceLength: 4096),
    Workload(globalBatch: 16, sequenceLength: 32_768),
    Workload(globalBatch: 512, sequenceLength: 2048, precision: .fp32),
  ]
  private static let memories = ["DGX-H100", "DGX-A100-40GB"]

  /// Plans that the search makes under a stack, over models, machines and workloads, with its
  /// runners-up planned out.
  private func plans(_ stack: Stack, models: [String]) throws -> [(LaunchSample, LaunchPlan)] {
    var all: [(LaunchSample, LaunchPlan)] = []
    for model in models {
      for node in Self.memories {
        for workload in Self.workloads {
          var sample = LaunchSample()
          sample.cluster = sample.cluster.replacing("DGX-H100", with: node)
          sample.model = model
          sample.workload = workload
          sample.stack = stack
          sample.pins = .none
          guard let plan = try? sample.plan() else { continue }
          all.append((sample, plan))
        }
      }
    }
    return all
  }

  private static let llama = """
    { "model_type": "llama", "hidden_size": 4096, "vocab_size": 128256,
      "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "rope_theta": 500000.0 }
    """
  private static let mixture = """
    { "model_type": "mixtral", "hidden_size": 2048, "vocab_size": 32000,
      "intermediate_size": 4096, "num_hidden_layers": 16, "num_attention_heads": 16,
      "num_key_value_heads": 8, "num_local_experts": 8, "num_experts_per_tok": 2 }
    """

  @Test("every plan for Megatron-Core is emitted for Megatron-LM, and reads back")
  func megatron() throws {
    let plans = try plans(.megatronCore, models: [Self.llama, Self.mixture])
    #expect(plans.count >= 8)
    for (sample, plan) in plans {
      let launch = try sample.launch { _ in plan }
      let text = try LaunchTarget.megatronLM.mainText(launch)
      _ = try ImportedLaunch.megatron(text, file: "megatron-lm.sh")
      _ = try LaunchTarget.slurm.emit(launch)
      _ = try LaunchTarget.torchrun.emit(launch)
    }
  }

  @Test("every plan of a known model for torchtitan is emitted for it")
  func torchtitan() throws {
    let plans = try plans(.torchtitan, models: [Self.llama])
    #expect(plans.count >= 4)
    for (sample, plan) in plans {
      _ = try LaunchTarget.slurm.emit(try sample.launch { _ in plan })
    }
  }

  @Test("every plan for DeepSpeed is emitted for it")
  func deepSpeed() throws {
    let plans = try plans(.deepspeed, models: [Self.llama, Self.mixture])
    #expect(plans.count >= 8)
    for (sample, plan) in plans {
      _ = try LaunchTarget.slurm.emit(try sample.launch { _ in plan })
    }
  }

  @Test(
    "no frame of a stack's whole space is refused by its emitter",
    arguments: [
      (Stack.megatronCore, mixture), (.megatronCore, llama), (.torchtitan, llama),
      (.deepspeed, mixture), (.deepspeed, llama),
    ])
  func everyFrame(stack: Stack, model: String) throws {
    var sample = LaunchSample()
    sample.stack = stack
    sample.model = model
    // A multiple of 8, and not of 16.
    sample.workload = Workload(globalBatch: 16, sequenceLength: 4104)
    sample.pins = .none
    let best = try sample.launch()
    let costs = try CostModel(
      model: best.model, cluster: best.cluster, workload: sample.workload, stack: stack)
    let frames = SearchSpace(model: costs).frames()
    #expect(frames.count > 50)
    for frame in frames {
      let launch = try Launch(
        plan: try best.plan.with(frame, layers: best.model.layers.count), model: best.model,
        cluster: best.cluster, identity: best.identity, command: best.command)
      #expect(throws: Never.self, "\(frame)") { try LaunchTarget.torchrun.emit(launch) }
    }
  }

  @Test("a workload that a stack does not train is infeasible, and the stack is named")
  func workload() throws {
    var sample = LaunchSample()
    sample.stack = .torchtitan
    sample.workload = Workload(globalBatch: 64, sequenceLength: 4096, precision: .fp16)
    #expect(throws: LaunchSample.NoPlan.self) { try sample.plan() }
    #expect(
      Stack.torchtitan.capabilities.complaints(
        model: try ModelFile.parse(Array(sample.model.utf8), file: "m.json").model,
        workload: sample.workload) == ["does not train in fp16, but in fp32, bf16, fp8, mxfp8"])
  }
}

extension LaunchPlan {
  /// The plan with the degrees and options of a frame, its layers shared out evenly.
  fileprivate func with(_ frame: Frame, layers: Int) throws -> LaunchPlan {
    let stages = frame.degrees.pipeline
    let split = LayerSplit(
      chunkLayers: LayerSplit.evenShares(of: layers, over: frame.chunks), recompute: [])
    let parallelism = Parallelism(
      degrees: frame.degrees, schedule: frame.schedule, sequenceParallel: frame.sequenceParallel,
      microBatchSize: frame.microBatchSize, microBatches: frame.microBatches,
      sharding: frame.sharding, contextMethod: frame.contextMethod)
    var changed = prediction
    changed.tokensPerSecondPerDevice *=
      Double(self.parallelism.degrees.devices) / Double(frame.degrees.devices)
    changed.memory = (0..<stages).map { stage in
      var memory = prediction.memory[0]
      memory.stage = stage
      return memory
    }
    return try LaunchPlan(
      stack: stack, inputs: inputs, parallelism: parallelism,
      stageGroups: [
        StageGroup(uniform: parallelism, nodeGroup: inputs.cluster.name)
      ],
      stages: (0..<stages).map { stage in
        let runs = stride(from: stage, to: frame.chunks, by: stages).map {
          Chunk.layers(split.layers(ofChunk: $0))
        }
        return Stage(
          stage: stage,
          chunks: (stage == 0 ? [.embedding] : []) + runs + (stage == stages - 1 ? [.head] : []))
      },
      mapping: mapping,
      expertPlacement: frame.degrees.expert > 1 ? ExpertPlacement() : nil, prediction: changed,
      certificate: certificate)
  }
}
