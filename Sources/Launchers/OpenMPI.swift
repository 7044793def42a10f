extension LaunchTarget {
  /// - Source: `mpirun` of Open MPI 4.1. The sequential mapper gives rank i the host of line i and
  ///   leaves binding alone; a rank file binds every rank to the cores of its line, whatever
  ///   `--bind-to` says, and a rank on one core starves its data loader and its launches.
  static let openMPI = LaunchTarget(
    "openmpi", versions: ["4.1"],
    "mpirun.sh: mpirun with a host for every rank, not bound to cores; run where mpirun is"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.of(launch, target: "openmpi")
    if let fault = launch.unaddressableHost(for: "Open MPI") {
      throw LaunchFaults(target: "openmpi", [fault])
    }
    let listing = RankListing(launch: launch)
    let isNamed = launch.places.areHostsNamed
    var script = ShellScript(launch)
    script.append(isNamed ? listing.hosts : Self.hostsOfEnvironment(launch.places.hosts.count))
    script.append(
      """
      hostfile=$(mktemp)
      trap 'rm -f "$hostfile"' EXIT
      \(listing.hostOfRank(into: "\"$hostfile\""))
      : "${MASTER_ADDR:=${hosts[\(listing.firstHost)]}}"
      : "${MASTER_PORT:=29500}"
      export MASTER_ADDR MASTER_PORT WORLD_SIZE=\(launch.plan.devices)
      \(Self.forwarding)
      """)
    script.document("rank", listing.start(rank: "OMPI_COMM_WORLD_RANK"))
    script.document("program", program.script)
    script.append(
      """
      "${PLAN_MPIRUN:-mpirun}" -np \(launch.plan.devices) --hostfile "$hostfile" --map-by seq \\
        --bind-to none "${forwarded[@]}" bash -c "$rank" "$program" "$@"
      """)
    var files = [LaunchFile(name: "mpirun.sh", text: script.text, isExecutable: true)]
    if isNamed { files.append(hostFile(launch)) }
    return Emission(files: files, warnings: program.warnings)
  }

  /// Lines that set `hosts` where the cluster's file names no nodes.
  private static func hostsOfEnvironment(_ count: Int) -> String {
    """
    # The cluster's file names no nodes: say which they are, in launch order, apart by spaces.
    read -r -a hosts <<< "${PLAN_HOSTS:?is not set; it names the \(count) nodes in launch order}"
    if ((${#hosts[@]} != \(count))); then
      echo "plan: the plan has \(count) nodes, but PLAN_HOSTS names ${#hosts[@]}" >&2
      exit 64
    fi
    """
  }

  /// Lines that set `forwarded`: a remote rank has no variable of the environment that is not named.
  private static let forwarding = """
    forwarded=()
    while read -r name; do
      case $name in
        MASTER_ADDR | MASTER_PORT | WORLD_SIZE | PATH | LD_LIBRARY_PATH | PYTHONPATH | \\
          VIRTUAL_ENV | CUDA_* | DEEPSPEED_* | FI_* | GLOO_* | HF_* | MEGATRON_* | NCCL_* | NVTE_* | \\
          PLAN_* | PYTORCH_* | RCCL_* | TORCH*) forwarded+=(-x "$name") ;;
      esac
    done < <(compgen -e)
    """

  /// The same list of hosts as the script makes, for whoever calls `mpirun` themselves.
  private static func hostFile(_ launch: Launch) -> LaunchFile {
    let places = launch.places
    let hosts = places.places.map { places.hosts[$0.host].name }
    return LaunchFile(
      name: "hostfile",
      text: (launch.heading.map { "# \($0)" }
        + ["# Line i is the host of rank i: mpirun --hostfile hostfile --map-by seq --bind-to none"]
        + hosts).map { $0 + "\n" }.joined())
  }
}
