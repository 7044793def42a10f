extension LaunchTarget {
  static let torchtitan = LaunchTarget(
    "torchtitan", versions: ["0.2.2"],
    "torchtitan.sh: torchtitan.train with the plan's configuration, run once a rank"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.torchtitan(launch)
    let configuration = TorchtitanConfiguration(launch)
    return Emission(
      files: [
        program.file,
        LaunchFile(
          name: "torchtitan.toml",
          text: TOMLText.document(configuration.tables, comments: launch.heading)),
      ], warnings: program.warnings)
  }
}

extension RankProgram {
  /// torchtitan's trainer, with the options of the rank's own stage.
  ///
  /// - Throws: `LaunchFaults`, all that torchtitan cannot express of the plan.
  static func torchtitan(_ launch: Launch) throws(LaunchFaults) -> RankProgram {
    let configuration = TorchtitanConfiguration(launch)
    guard configuration.faults.isEmpty else {
      throw LaunchFaults(target: "torchtitan", configuration.faults)
    }
    var script = ShellScript(launch)
    script.append(Self.environmentCheck(ranks: launch.plan.devices))
    script.document(
      "configuration",
      TOMLText.document(configuration.tables, comments: launch.heading))
    script.append(
      """
      \(Self.unnamedFile(of: "configuration"))
      arguments=(--job.config_file /dev/fd/9)
      """)
    if let cases = stageCases(configuration.stageOptions, of: launch.plan) { script.append(cases) }
    script.append(
      """
      if (($# == 0)); then
        echo "plan: no data was given, so that some steps are trained on test data of torchtitan" >&2
        set -- --training.dataset c4_test --training.steps "${PLAN_STEPS:-20}" \\
          --lr_scheduler.warmup_steps 2 --metrics.log_freq 1
      fi
      """)
    script.append(
      Self.execution(program: "python -m torchtitan.train", arguments: #""${arguments[@]}""#))
    return RankProgram(
      name: "torchtitan", script: script.text, warnings: configuration.warnings)
  }
}
