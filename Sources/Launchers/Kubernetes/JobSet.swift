import InputFiles

extension LaunchTarget {
  /// - Source: JobSet, jobset.x-k8s.io/v1alpha2: pod i of the only job is
  ///   `<name>-nodes-0-<i>.<name>`, and an Indexed job numbers its pods in an annotation.
  static let kubernetes = LaunchTarget(
    "kubernetes", versions: ["jobset-v1alpha2"],
    "jobset.yaml: a JobSet of one pod a node, on the plan's nodes; needs --image"
  ) { launch throws(LaunchFaults) in
    let pods = try KubernetesPods(launch, target: "kubernetes")
    let template = pods.template(
      restartPolicy: "Never",
      numbering: .indexedJob(firstAddress: "\(pods.name)-nodes-0-0.\(pods.name)"))
    let count = JSONValue.integer(pods.count)
    let job: JSONValue = [
      "parallelism": count, "completions": count, "completionMode": "Indexed", "backoffLimit": 0,
      "template": template,
    ]
    let set: JSONValue = [
      "apiVersion": "jobset.x-k8s.io/v1alpha2", "kind": "JobSet",
      "metadata": ["name": .string(pods.name)],
      "spec": [
        "replicatedJobs": [["name": "nodes", "replicas": 1, "template": ["spec": job]]]
      ],
    ]
    return Emission(
      files: [
        LaunchFile(
          name: "jobset.yaml", text: YAMLText.documents([set], comments: launch.heading))
      ], warnings: pods.warnings)
  }
}
