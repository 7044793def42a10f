extension LaunchTarget {
  /// - Source: `torchrun`'s static rendezvous honours `--node-rank`; the dynamic one orders nodes as
  ///   they come.
  public static let torchrun = LaunchTarget(
    "torchrun", versions: ["2.13", "2.9"],
    "torchrun.sh: run once on each node, which it finds its place of by its name"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.of(launch, target: "torchrun")
    let node = try NodeLaunch(launch, target: "torchrun")
    var script = ShellScript(launch)
    script.append(Self.nodeRank(node))
    script.append(Self.start(node))
    script.document("program", program.script)
    script.append(
      """
      exec "${PLAN_TORCHRUN:-torchrun}" --nnodes=\(node.hosts.count) --node-rank="$node_rank" \\
        --nproc-per-node=\(node.ranksPerNode) --rdzv-backend=static \\
        --master-addr="$MASTER_ADDR" --master-port="$MASTER_PORT" \\
        --no-python bash -c "$program" \(program.name) "$@"
      """)
    return Emission(
      files: [LaunchFile(name: "torchrun.sh", text: script.text, isExecutable: true)],
      warnings: program.warnings)
  }

  /// Lines that set `node_rank`: from `PLAN_NODE_RANK`, or the place of the node's name among those of
  /// the plan.
  private static func nodeRank(_ node: NodeLaunch) -> String {
    let counts = node.hosts.count
    guard node.hosts.allSatisfy(\.isNamed) else {
      return counts == 1
        ? "node_rank=0"
        : """
        # The cluster's file names no nodes: say which of the \(counts) this one is.
        node_rank=${PLAN_NODE_RANK:?is not set; it is the place of this node, from 0 to \(counts - 1)}
        """
    }
    return """
      # The nodes in launch order.
      hosts=(
      \(node.hosts.map(\.name).shellLines(indentation: "  "))
      )
      node_rank=${PLAN_NODE_RANK-}
      if [[ -z $node_rank ]]; then
        name=${PLAN_NODE_NAME:-$(hostname)}
        for index in "${!hosts[@]}"; do
          if [[ ${hosts[index]} == "$name" || ${hosts[index]} == "${name%%.*}" ]]; then
            node_rank=$index
          fi
        done
        : "${node_rank:?is not known: $name is no node of the plan; set PLAN_NODE_RANK}"
      fi
      """
  }

  /// Lines that set the meeting point and the order of the devices.
  private static func start(_ node: NodeLaunch) -> String {
    var lines: [String] = []
    if node.hosts.count == 1 {
      lines.append(": \"${MASTER_ADDR:=localhost}\"")
    } else if node.hosts.allSatisfy(\.isNamed) {
      lines.append(": \"${MASTER_ADDR:=${hosts[0]}}\"")
    } else {
      lines.append(": \"${MASTER_ADDR:?is not set; it is the address of the node with rank 0}\"")
    }
    lines.append(": \"${MASTER_PORT:=29500}\"")
    if !node.usesNaturalDevices {
      let order = node.devices.map(String.init).joined(separator: ",")
      lines.append("export CUDA_VISIBLE_DEVICES=\(order)")
    }
    return lines.joined(separator: "\n")
  }
}
