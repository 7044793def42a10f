import ClusterTopology
import InputFiles

extension LaunchTarget {
  /// - Source: `sbatch` and `srun` of Slurm 22.05: `SLURM_HOSTFILE` is honoured with an arbitrary
  ///   distribution, and only where no list of nodes stands beside it; the numbering of tasks follows it,
  ///   that of nodes does not.
  public static let slurm = LaunchTarget(
    "slurm", versions: ["22.05"],
    "job.sbatch: a job whose tasks are the ranks, each on the plan's node and device"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.of(launch, target: "slurm")
    let allocation = try SlurmAllocation(launch)
    var script = ShellScript(launch, directives: allocation.directives)
    script.append(allocation.hostLines)
    script.append(allocation.hostFileLines)
    script.append(
      """
      MASTER_ADDR=${hosts[\(allocation.listing.firstHost)]}
      : "${MASTER_PORT:=$((20000 + SLURM_JOB_ID % 20000))}"
      export MASTER_ADDR MASTER_PORT WORLD_SIZE=\(launch.plan.devices)
      """)
    script.document("rank", allocation.listing.start(rank: "SLURM_PROCID"))
    script.document("program", program.script)
    script.append(
      """
      srun --ntasks=\(launch.plan.devices) --distribution=arbitrary \\
        bash -c "$rank" "$program" "$@"
      """)
    return Emission(
      files: [LaunchFile(name: "job.sbatch", text: script.text, isExecutable: true)],
      warnings: program.warnings + allocation.warnings)
  }
}

/// What a Slurm job asks for, and how its tasks are laid on the nodes that it gets.
private struct SlurmAllocation {
  let launch: Launch
  let devicesPerNode: Int
  let warnings: [String]

  init(_ launch: Launch) throws(LaunchFaults) {
    self.launch = launch
    let hosts = launch.places.hosts
    let widths = Set(hosts.map(\.devices))
    guard let width = widths.first, widths.count == 1 else {
      throw LaunchFaults(
        target: "slurm",
        [
          "nodes with \(widths.sorted().map(String.init).listed(joinedBy: "and")) devices need a "
            + "heterogeneous job, which is not written yet"
        ])
    }
    if let fault = launch.unaddressableHost(for: "Slurm") {
      throw LaunchFaults(target: "slurm", [fault])
    }
    devicesPerNode = width
    warnings =
      launch.places.areHostsNamed
      ? []
      : [
        "the cluster's file names no nodes: ranks are laid on those that Slurm gives, in its order"
      ]
  }

  var listing: RankListing { RankListing(launch: launch) }

  var directives: [String] {
    let hosts = launch.places.hosts
    var lines = [
      "#SBATCH --job-name=\(launch.plan.inputs.model.name.slurmJobName)",
      "#SBATCH --nodes=\(hosts.count)",
      "#SBATCH --ntasks=\(launch.plan.devices)",
      "#SBATCH --gres=gpu:\(devicesPerNode)",
      "#SBATCH --exclusive",
    ]
    if launch.places.areHostsNamed {
      lines.append("#SBATCH --nodelist=\(HostList.compressing(hosts.map(\.name)))")
    }
    return lines
  }

  /// Lines that set `hosts`, the nodes in launch order.
  var hostLines: String {
    launch.places.areHostsNamed
      ? listing.hosts
      : #"mapfile -t hosts < <(scontrol show hostnames "$SLURM_JOB_NODELIST")"#
  }

  /// Lines that write the host of every rank where `srun` looks for it.
  var hostFileLines: String {
    """
    SLURM_HOSTFILE=$(mktemp)
    trap 'rm -f "$SLURM_HOSTFILE"' EXIT
    export SLURM_HOSTFILE
    \(listing.hostOfRank(into: "\"$SLURM_HOSTFILE\""))
    """
  }
}

extension String {
  /// The text with everything replaced by a hyphen that a job's name cannot hold.
  fileprivate var slurmJobName: String {
    let name = String(
      String.UnicodeScalarView(
        unicodeScalars.prefix(64).map {
          String($0).isHostName ? $0 : "-"
        }))
    return name.isEmpty ? "plan" : name
  }
}
