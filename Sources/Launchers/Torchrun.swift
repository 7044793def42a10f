extension LaunchTarget {
  /// - Source: `torchrun`'s static rendezvous honours `--node-rank`; the dynamic one orders nodes as
  ///   they come.
  public static let torchrun = LaunchTarget(
    "torchrun", versions: ["2.13"],
    "torchrun.sh: run once on each node, which it finds its place of by its name"
  ) { launch throws(LaunchFaults) in
    let (script, warnings) = try script(launch, target: "torchrun")
    return Emission(
      files: [LaunchFile(name: "torchrun.sh", text: script, isExecutable: true)],
      warnings: warnings)
  }

  /// A script that starts the ranks of the node that it runs on, for every launcher that starts nodes.
  ///
  /// - Throws: `LaunchFaults`, what the program or a numbering node by node cannot express.
  static func script(
    _ launch: Launch, target: String
  ) throws(LaunchFaults) -> (text: String, warnings: [String]) {
    let program = try RankProgram.of(launch, target: target)
    let node = try NodeLaunch(launch, target: target)
    var script = ShellScript(launch)
    script.append(node.rankLines)
    script.append(node.startLines)
    script.document("program", program.script)
    script.append(
      """
      exec "${PLAN_TORCHRUN:-torchrun}" --nnodes=\(node.hosts.count) --node-rank="$node_rank" \\
        --nproc-per-node=\(node.ranksPerNode) --rdzv-backend=static \\
        --master-addr="$MASTER_ADDR" --master-port="$MASTER_PORT" \\
        --no-python bash -c "$program" \(program.name) "$@"
      """)
    return (script.text, program.warnings)
  }
}
