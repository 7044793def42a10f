extension LaunchTarget {
  static let megatronBridge = LaunchTarget(
    "megatron-bridge", versions: ["0.6.2"],
    "megatron_bridge.py: a recipe that builds the configuration and trains, run once a rank"
  ) { launch throws(LaunchFaults) in
    let recipe = try BridgeRecipe.checked(launch)
    return Emission(
      files: [LaunchFile(name: "megatron_bridge.py", text: recipe.text, isExecutable: true)],
      warnings: recipe.warnings)
  }
}

extension BridgeRecipe {
  /// - Throws: `LaunchFaults`, all that Megatron-Bridge cannot express of the plan.
  static func checked(_ launch: Launch) throws(LaunchFaults) -> BridgeRecipe {
    let recipe = BridgeRecipe(launch)
    guard recipe.faults.isEmpty else {
      throw LaunchFaults(target: "megatron-bridge", recipe.faults)
    }
    return recipe
  }
}

extension RankProgram {
  /// The recipe, for launchers that start ranks.
  ///
  /// - Throws: `LaunchFaults`, all that Megatron-Bridge cannot express of the plan.
  static func megatronBridge(_ launch: Launch) throws(LaunchFaults) -> RankProgram {
    let recipe = try BridgeRecipe.checked(launch)
    var script = ShellScript(launch)
    script.append(environmentCheck(ranks: launch.plan.devices))
    script.document("recipe", recipe.text)
    script.append(unnamedFile(of: "recipe"))
    script.append(execution(program: "python /dev/fd/9"))
    return RankProgram(
      name: "megatron-bridge", script: script.text, warnings: recipe.warnings)
  }
}
