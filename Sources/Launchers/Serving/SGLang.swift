import InputFiles
import ModelDescription
import ParallelismVocabulary

extension LaunchTarget {
  /// - Source: SGLang 0.5.23, `server_args.py`, `eplb/expert_location.py`: with data-parallel
  ///   attention, `--tp-size` counts all ranks of a stage, of which `--dp-size` hold attention whole;
  ///   experts are cut over what `--ep-size` leaves of them.
  static let sglang = LaunchTarget(
    "sglang", versions: ["0.5.23"],
    "sglang.sh: sglang.launch_server with the plan's degrees and experts, run once on each node"
  ) { launch throws(LaunchFaults) in
    var degrees = ServingDegrees(launch)
    let parallelism = degrees.parallelism
    let node = try NodeLaunch(launch, target: "sglang")
    let ranks = parallelism.tensor * parallelism.data
    let order = launch.plan.mapping.rankOrder.filter { $0 == .data || $0 == .pipeline }
    if order != [.data, .pipeline], parallelism.data > 1, parallelism.pipeline > 1 {
      degrees.faults.append(
        "it numbers ranks by tensor, data, pipeline, and the plan has pipeline before data")
    }
    if degrees.hasExperts, parallelism.expert * parallelism.expertTensor != ranks {
      degrees.faults.append(
        "it holds each expert once in a stage of \(ranks) ranks; the plan holds them "
          + "\(parallelism.degrees.expertData) times (expert \(parallelism.expert), expert-tensor "
          + "\(parallelism.expertTensor))")
    }
    if !degrees.hasExperts, parallelism.data > 1, node.hosts.count > 1 {
      degrees.faults.append("its replicas of a dense model share one node; start a server for each")
    }
    guard degrees.faults.isEmpty else { throw LaunchFaults(target: "sglang", degrees.faults) }

    var words = ["--tp-size", String(degrees.hasExperts ? ranks : parallelism.tensor)]
    if parallelism.pipeline > 1 { words += ["--pp-size", String(parallelism.pipeline)] }
    if parallelism.data > 1 { words += ["--dp-size", String(parallelism.data)] }
    if degrees.hasExperts {
      if parallelism.data > 1 { words.append("--enable-dp-attention") }
      words += ["--ep-size", String(parallelism.expert)]
    }
    var script = ShellScript(launch)
    script.append(degrees.head(node))
    if let split = degrees.split { script.append("export SGLANG_PP_LAYER_PARTITION=\(split)") }
    script.array("arguments", words)
    if node.hosts.count > 1 {
      script.append(
        """
        arguments+=(--nnodes \(node.hosts.count) --node-rank "$node_rank"
          --dist-init-addr "$MASTER_ADDR:$MASTER_PORT")
        """)
    }
    var files: [LaunchFile] = []
    if let placement = expertLocations(launch) {
      script.document("experts", placement)
      script.append(
        """
        placement=$(mktemp --suffix=.json)
        trap 'rm -f "$placement"' EXIT
        printf '%s' "$experts" > "$placement"
        arguments+=(--init-expert-location "$placement")
        """)
      files.append(LaunchFile(name: "expert-location.json", text: placement))
    }
    script.append(
      #""${PLAN_PYTHON:-python}" -m sglang.launch_server --model-path "$PLAN_MODEL" \"#
        + "\n" + #"  "${arguments[@]}" "$@""#)
    files.insert(LaunchFile(name: "sglang.sh", text: script.text, isExecutable: true), at: 0)
    return Emission(files: files, warnings: degrees.warnings)
  }

  /// The logical expert of every physical slot of every layer; `nil` without routed experts.
  ///
  /// Slot s of a layer lies on expert rank s divided by the slots of a rank, which is the plan's
  /// contiguous placement where slot s holds expert s. The reader takes no further key, so that the
  /// script beside it says where the file is from.
  private static func expertLocations(_ launch: Launch) -> String? {
    guard let placement = launch.plan.expertPlacement,
      let count = launch.model.kinds.compactMap(\.experts?.count).max()
    else { return nil }
    var rows = [[Int]](repeating: Array(0..<count), count: launch.model.layers.count)
    for (layer, slots) in zip(placement.placement?.layers ?? [], placement.placement?.slots ?? [])
    where rows.indices.contains(layer) { rows[layer] = slots }
    let lines = rows.map { "  " + JSONText.compact(.array($0.map(JSONValue.integer))) }
    return "{\"physical_to_logical_map\": [\n" + lines.joined(separator: ",\n") + "\n]}\n"
  }
}
