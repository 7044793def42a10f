import InputFiles
import ParallelismVocabulary

extension LaunchTarget {
  /// - Source: vLLM 0.33, `config/parallel.py`, `engine/arg_utils.py`: ranks are numbered by tensor,
  ///   pipeline, data; experts are shared out over all tensor and data ranks, or not at all.
  static let vLLM = LaunchTarget(
    "vllm", versions: ["0.33"],
    "vllm.sh: vllm serve with the plan's degrees, run once on each node"
  ) { launch throws(LaunchFaults) in
    var degrees = ServingDegrees(launch)
    let parallelism = degrees.parallelism
    if parallelism.data > 1, parallelism.pipeline > 1, !pipelineIsInner(launch) {
      degrees.faults.append(
        "it numbers ranks by tensor, pipeline, data, and the plan has data before pipeline")
    }
    let widest = parallelism.tensor * parallelism.data
    if degrees.hasExperts, parallelism.expert > 1,
      parallelism.expert != widest || parallelism.expertTensor != 1
    {
      degrees.faults.append(
        "its experts are shared out over all \(widest) tensor and data ranks or not at all, not over "
          + "\(parallelism.expert) with an expert-tensor degree of \(parallelism.expertTensor)")
    }
    let node = try NodeLaunch(launch, target: "vllm")
    let replica = parallelism.tensor * parallelism.pipeline
    if parallelism.data > 1, node.hosts.count > 1, !node.ranksPerNode.isMultiple(of: replica) {
      degrees.faults.append(
        "a replica of \(replica) ranks spans nodes; start one server for each replica")
    }
    guard degrees.faults.isEmpty else { throw LaunchFaults(target: "vllm", degrees.faults) }

    var words = ["--tensor-parallel-size", String(parallelism.tensor)]
    if parallelism.pipeline > 1 {
      words += ["--pipeline-parallel-size", String(parallelism.pipeline)]
    }
    if parallelism.data > 1 { words += ["--data-parallel-size", String(parallelism.data)] }
    if parallelism.expert > 1 { words.append("--enable-expert-parallel") }
    var script = ShellScript(launch)
    script.append(degrees.head(node))
    if let split = degrees.split { script.append("export VLLM_PP_LAYER_PARTITION=\(split)") }
    script.array("arguments", words)
    if node.hosts.count > 1 { script.append(severalNodes(node, replica: replica, launch)) }
    script.append(
      #"exec "${PLAN_VLLM:-vllm}" serve "$PLAN_MODEL" "${arguments[@]}" "$@""#)
    return Emission(
      files: [LaunchFile(name: "vllm.sh", text: script.text, isExecutable: true)],
      warnings: degrees.warnings)
  }

  private static func pipelineIsInner(_ launch: Launch) -> Bool {
    let order = launch.plan.mapping.rankOrder.filter { $0 == .data || $0 == .pipeline }
    return order == [.pipeline, .data]
  }

  /// Replicas are spread over the nodes, or one replica is.
  private static func severalNodes(_ node: NodeLaunch, replica: Int, _ launch: Launch) -> String {
    let own =
      launch.plan.parallelism.data > 1
      ? """
      arguments+=(--data-parallel-size-local \(node.ranksPerNode / replica)
        --data-parallel-start-rank "$((node_rank * \(node.ranksPerNode / replica)))"
        --data-parallel-address "$MASTER_ADDR" --data-parallel-rpc-port "$MASTER_PORT")
      """
      : """
      arguments+=(--nnodes \(node.hosts.count) --node-rank "$node_rank"
        --master-addr "$MASTER_ADDR" --master-port "$MASTER_PORT")
      """
    return own + """

      if ((node_rank > 0)); then
        arguments+=(--headless)
      fi
      """
  }
}
