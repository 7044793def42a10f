import InputFiles

/// The ranks of a plan as launchers start them: the same number on every node, node after node.
///
/// Launchers that number ranks themselves give node i the ranks from i · n on; the order of the nodes
/// and the order of each node's devices realise a mapping. Single ranks that were moved elsewhere do
/// not fit in.
struct NodeLaunch: Sendable, Hashable {
  var hosts: [RankPlaces.Host]
  /// The ranks of every node.
  var ranksPerNode: Int
  /// The device of each local rank.
  var devices: [Int]
  var ranks: Int

  /// - Throws: `LaunchFaults`, where nodes hold different numbers of ranks or ranks were moved.
  init(_ launch: Launch, target: String) throws(LaunchFaults) {
    guard let regular = launch.places.regular, launch.plan.devices % regular.perHost == 0 else {
      throw LaunchFaults(
        target: target,
        [
          "its ranks are numbered node by node, equally many on each, but the plan's mapping moves "
            + "single ranks or fills nodes unevenly; the targets slurm and openmpi "
            + "start ranks one by one"
        ])
    }
    hosts = launch.places.hosts
    if let name = hosts.first(where: { $0.name.contains("\0") })?.name {
      throw LaunchFaults(
        target: target, ["\(name.quoted) has a NUL, which no argument or variable can hold"])
    }
    ranksPerNode = regular.perHost
    devices = regular.devices
    ranks = launch.plan.devices
  }

  /// Whether local rank i uses device i.
  var usesNaturalDevices: Bool { devices == Array(0..<devices.count) }
}

extension NodeLaunch {
  /// Lines that set `node_rank`: from `PLAN_NODE_RANK`, or the place of the node's name among those of
  /// the plan.
  var rankLines: String {
    guard hosts.allSatisfy(\.isNamed) else {
      return hosts.count == 1
        ? "node_rank=0"
        : """
        # The cluster's file names no nodes: say which of the \(hosts.count) this one is.
        node_rank=${PLAN_NODE_RANK:?is not set; it is the place of this node, from 0 to \(hosts.count - 1)}
        """
    }
    return """
      # The nodes in launch order.
      hosts=(
      \(hosts.map(\.name).shellLines(indentation: "  "))
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
  var startLines: String {
    var lines: [String] = []
    if hosts.count == 1 {
      lines.append(": \"${MASTER_ADDR:=localhost}\"")
    } else if hosts.allSatisfy(\.isNamed) {
      lines.append(": \"${MASTER_ADDR:=${hosts[0]}}\"")
    } else {
      lines.append(": \"${MASTER_ADDR:?is not set; it is the address of the node with rank 0}\"")
    }
    lines.append(": \"${MASTER_PORT:=29500}\"")
    if !usesNaturalDevices {
      let order = devices.map(String.init).joined(separator: ",")
      lines.append("export CUDA_VISIBLE_DEVICES=\(order)")
    }
    return lines.joined(separator: "\n")
  }
}
