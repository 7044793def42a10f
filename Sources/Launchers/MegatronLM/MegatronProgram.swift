import ClusterTopology
import LaunchPlan
import ParallelismVocabulary

extension RankProgram {
  /// Megatron-LM's `pretrain_gpt.py`, with the arguments of the rank's own stage.
  ///
  /// - Throws: `LaunchFaults`, all that Megatron-LM cannot express of the plan.
  static func megatron(_ launch: Launch) throws(LaunchFaults) -> RankProgram {
    let options = MegatronOptions(launch)
    guard options.faults.isEmpty else { throw LaunchFaults(target: "megatron-lm", options.faults) }

    var script = ShellScript(launch)
    script.append(Self.environmentCheck(ranks: launch.plan.devices))
    script.append("arguments=(\n\(options.common.lines(indentation: "  "))\n)")
    script.append(stageArguments(options.byStage, of: launch.plan))
    script.append(connections(launch))
    script.append(
      """
      if (($# == 0)); then
        echo 'plan: no data was given, so that some steps are trained on mock data' >&2
        set -- --mock-data --tokenizer-type NullTokenizer --vocab-size \
      \(launch.model.vocabularySize) \\
          --train-iters "${PLAN_STEPS:-20}" --lr 1.0e-4 --eval-iters 0 --log-interval 1 --log-throughput
      fi
      """)
    script.append(
      Self.execution(
        program: #"python "${MEGATRON_LM:-.}/pretrain_gpt.py""#, arguments: #""${arguments[@]}""#))
    return RankProgram(name: "megatron-lm", script: script.text, warnings: options.warnings)
  }

  /// What each stage adds, where stages recompute differently; what all add, otherwise.
  private static func stageArguments(_ stages: [MegatronFlags], of plan: LaunchPlan) -> String {
    guard let first = stages.first else { return "" }
    if stages.allSatisfy({ $0 == first }) {
      return first.options.isEmpty
        ? "# No stage recomputes or offloads anything."
        : "arguments+=(\n\(first.lines(indentation: "  "))\n)"
    }
    return stageCases(stages.map(\.words), of: plan) ?? ""
  }

  /// One queue to the device lets communication that was started first also run first; Megatron-LM
  /// asks for it before Blackwell with tensor or context parallelism, and against it with its fully
  /// sharded data parallelism.
  static func wantsOneConnection(_ launch: Launch) -> Bool {
    launch.plan.parallelism.sharding < .gradients
      && launch.usedGroups.contains {
        [.volta, .turing, .ampere, .ada, .hopper].contains($0.accelerator.architecture)
      }
  }

  private static func connections(_ launch: Launch) -> String {
    let lines = [
      wantsOneConnection(launch)
        ? "export CUDA_DEVICE_MAX_CONNECTIONS=1" : "unset CUDA_DEVICE_MAX_CONNECTIONS"
    ]
    // With hooks of this kind, Transformer Engine leaves the weights on the device.
    let offload = launch.plan.offloadsActivations ? ["export NVTE_CPU_OFFLOAD_V1=1"] : []
    return (lines + offload).joined(separator: "\n")
  }
}
