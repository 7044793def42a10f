extension LaunchTarget {
  static let deepSpeed = LaunchTarget(
    "deepspeed", versions: ["0.19"],
    "deepspeed.sh: your DEEPSPEED_SCRIPT with the plan's configuration, run once a rank"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.deepSpeed(launch)
    let configuration = DeepSpeedConfiguration(launch)
    let recomputes = configuration.recomputing.contains(true)
    return Emission(
      files: [
        program.file,
        LaunchFile(
          name: "deepspeed.json", text: configuration.document(recomputing: recomputes)),
      ], warnings: program.warnings)
  }
}

extension RankProgram {
  /// The user's own script over DeepSpeed, with the configuration of the rank's stage.
  ///
  /// - Throws: `LaunchFaults`, all that DeepSpeed cannot run of the plan.
  static func deepSpeed(_ launch: Launch) throws(LaunchFaults) -> RankProgram {
    let configuration = DeepSpeedConfiguration(launch)
    guard configuration.faults.isEmpty else {
      throw LaunchFaults(target: "deepspeed", configuration.faults)
    }
    let stages = configuration.recomputing
    let parallelism = launch.plan.parallelism
    var script = ShellScript(launch)
    script.append(Self.environmentCheck(ranks: launch.plan.devices))
    script.append(
      #"""
      if [[ -z ${PLAN_PROGRAM-} ]]; then
        : "${DEEPSPEED_SCRIPT:?is not set; it is your training script, which takes --deepspeed_config}"
      fi
      """#)
    script.document("configuration", configuration.document(recomputing: stages.first ?? false))
    if Set(stages).count > 1 {
      script.document("other", configuration.document(recomputing: !(stages.first ?? false)))
      let others = stages.indices.filter { stages[$0] != stages[0] }.map(String.init)
      script.append(
        """
        # Stages differ in what they recompute, which concerns no other rank.
        case \(stageOfRank(launch.plan)) in
          \(others.joined(separator: " | "))) configuration=$other ;;
        esac
        """)
    }
    script.append(
      """
      \(Self.unnamedFile(of: "configuration"))
      # For the script: what it builds the model by.
      export PLAN_TENSOR=\(parallelism.tensor) PLAN_CONTEXT=\(parallelism.context) \\
        PLAN_EXPERT=\(parallelism.expert) PLAN_PIPELINE=\(parallelism.pipeline) \\
        PLAN_STAGE_LAYERS=\(launch.plan.stages.map { String($0.layers) }.joined(separator: ","))
      arguments=(--deepspeed --deepspeed_config /dev/fd/9)
      """)
    script.append(
      Self.execution(
        program: #"python -u "$DEEPSPEED_SCRIPT""#, arguments: #""${arguments[@]}""#))
    return RankProgram(name: "deepspeed", script: script.text, warnings: configuration.warnings)
  }
}
