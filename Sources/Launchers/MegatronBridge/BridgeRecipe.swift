import InputFiles
import LaunchPlan
import ParallelismVocabulary

/// A plan as a recipe of Megatron-Bridge: a Python program that builds the configuration from sizes,
/// not from a hub's model, and trains.
struct BridgeRecipe: Sendable {
  let launch: Launch
  private let assignments: [Assignment]
  /// The fields of the model that the ranks of a stage set beside the others.
  private let stages: [[Assignment]]
  let faults: [String]
  let warnings: [String]

  private struct Assignment: Hashable, Sendable {
    var part: String
    var name: String
    var value: String
  }

  init(_ launch: Launch) {
    let options = MegatronOptions(launch)
    var faults = options.faults
    if launch.plan.inputs.workload.precision == .fp32 {
      faults.append("its recipes train in sixteen bits or fewer")
    }
    assignments = Self.assignments(options.common, faults: &faults)
    stages = options.byStage.map { Self.assignments($0, faults: &faults) }
    self.launch = launch
    self.faults = faults
    warnings = options.warnings
  }

  private static func assignments(
    _ flags: MegatronFlags, faults: inout [String]
  ) -> [Assignment] {
    var assignments: [Assignment] = []
    for words in flags.options {
      guard let option = words.first, !BridgeField.restated.contains(option) else { continue }
      guard let fields = BridgeField.of(option) else {
        faults.append("no field is known for Megatron-LM's option \(option)")
        continue
      }
      assignments += fields.map {
        Assignment(part: $0.part, name: $0.name, value: $0.value(of: Array(words.dropFirst())))
      }
    }
    return assignments
  }

  /// The program.
  var text: String {
    """
    #!/usr/bin/env python3
    \(launch.heading.map { "# \($0)" }.joined(separator: "\n"))
    # Started once a rank, with RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT. Arguments
    # override the configuration: train.train_iters=100
    import os
    import sys


    def configuration(stage):
        import torch
        from megatron.bridge.models.\(isLatent ? "mla" : "gpt")_provider import \(provider)
        from megatron.bridge.recipes.common import _pretrain_common
        from megatron.bridge.training.comm_overlap import CommOverlapConfig

        cfg = _pretrain_common()
        cfg.model = \(provider)(
    \(modelFields)
        )
        cfg.tokenizer.tokenizer_type = "NullTokenizer"
        cfg.tokenizer.vocab_size = \(launch.model.vocabularySize)
        cfg.dataset.seq_length = \(launch.plan.inputs.workload.sequenceLength)
        cfg.mixed_precision = \(precision)
    \(otherFields)
        cfg.comm_overlap = CommOverlapConfig(
            tp_comm_overlap=False,
            overlap_p2p_comm=\(isInterleaved ? "True" : "False"),
            batch_p2p_comm=\(isInterleaved ? "False" : "True"),
            overlap_grad_reduce=cfg.ddp.overlap_grad_reduce,
            overlap_param_gather=cfg.ddp.overlap_param_gather,
        )
    \(recompute)    return cfg


    def main():
        ranks = int(os.environ["WORLD_SIZE"])
        if ranks != \(launch.plan.devices):
            sys.exit(f"plan: the plan has \(launch.plan.devices) ranks, but WORLD_SIZE is {ranks}")
        stage = int(os.environ["RANK"]) // \(RankProgram.stageWidth(launch.plan)) % \
    \(launch.plan.parallelism.pipeline)
        cfg = configuration(stage)
        if sys.argv[1:]:
            from megatron.bridge.training.utils.omegaconf_utils import process_config_with_overrides

            cfg = process_config_with_overrides(cfg, cli_overrides=sys.argv[1:])
        else:
            print("plan: no data was given, so that some steps are trained on mock data")
            cfg.train.train_iters = int(os.environ.get("PLAN_STEPS", "20"))
            cfg.logger.log_interval = 1
            cfg.scheduler.lr_warmup_iters = 2

        from megatron.bridge.training.gpt_step import forward_step
        from megatron.bridge.training.pretrain import pretrain

        pretrain(config=cfg, forward_step_func=forward_step)


    if __name__ == "__main__":
        main()

    """
  }

  private var isInterleaved: Bool { launch.plan.parallelism.virtualStages > 1 }

  private var isLatent: Bool { assignments.contains { $0.name == "multi_latent_attention" } }

  private var provider: String { isLatent ? "MLAModelProvider" : "GPTModelProvider" }

  private var modelFields: String {
    var fields = assignments.filter { $0.part == "model" }.map { ($0.name, $0.value) }
    fields += [
      ("vocab_size", String(launch.model.vocabularySize)), ("should_pad_vocab", "True"),
    ]
    if launch.plan.parallelism.pipeline > 1 {
      let type = launch.plan.inputs.workload.precision == .fp16 ? "float16" : "bfloat16"
      fields.append(("pipeline_dtype", "torch.\(type)"))
    }
    if isInterleaved {
      fields.append(
        ("virtual_pipeline_model_parallel_size", String(launch.plan.parallelism.virtualStages)))
    }
    return fields.map { "        \($0.0)=\($0.1)," }.joined(separator: "\n")
  }

  /// What the common recipe sets otherwise is unset first.
  private var otherFields: String {
    var lines = ["use_distributed_optimizer", "overlap_grad_reduce", "overlap_param_gather"].map {
      "    cfg.ddp.\($0) = False"
    }
    lines.append("    cfg.optimizer.use_distributed_optimizer = False")
    lines += assignments.filter { $0.part != "model" }.map {
      "    cfg.\($0.part).\($0.name) = \($0.value)"
    }
    if RankProgram.wantsOneConnection(launch) {
      lines.append(#"    cfg.env_vars["CUDA_DEVICE_MAX_CONNECTIONS"] = "1""#)
    }
    if launch.plan.offloadsActivations {
      lines.append(#"    cfg.env_vars["NVTE_CPU_OFFLOAD_V1"] = "1""#)
    }
    return lines.joined(separator: "\n")
  }

  private var precision: String {
    switch launch.plan.inputs.workload.precision {
    case .fp16: #""fp16_mixed""#
    case .fp8: #""bf16_with_fp8_current_scaling_mixed""#
    case .mxfp8: #""bf16_with_mxfp8_mixed""#
    case .nvfp4: #""bf16_with_nvfp4_mixed""#
    default: #""bf16_mixed""#
    }
  }

  private var recompute: String {
    guard stages.contains(where: { !$0.isEmpty }) else { return "" }
    let cases = stages.enumerated().filter { !$0.element.isEmpty }.map { stage, fields in
      let pairs = fields.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ")
      return "        \(stage): {\(pairs)},"
    }
    return """
          # What a rank recomputes or offloads concerns no other.
          recompute = {
      \(cases.joined(separator: "\n"))
          }
          for name, value in recompute.get(stage, {}).items():
              setattr(cfg.model, name, value)

      """
  }
}

extension String {
  /// The text in double quotes as Python reads it.
  var pythonLiteral: String { JSONText.compact(.string(self)) }
}
