import InputFiles

extension LaunchTarget {
  /// - Source: LeaderWorkerSet, leaderworkerset.x-k8s.io/v1: the leader of the first group is the
  ///   pod `<name>-0.<name>` and worker 0, and every pod has its number in a label.
  static let leaderWorkerSet = LaunchTarget(
    "leaderworkerset", versions: ["v1"],
    "leaderworkerset.yaml: a group of one pod a node, on the plan's nodes; needs --image"
  ) { launch throws(LaunchFaults) in
    let pods = try KubernetesPods(launch, target: "leaderworkerset")
    let set: JSONValue = [
      "apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet",
      "metadata": ["name": .string(pods.name)],
      "spec": [
        "replicas": 1,
        "leaderWorkerTemplate": [
          "size": .integer(pods.count), "restartPolicy": "RecreateGroupOnPodRestart",
          "workerTemplate": pods.template(
            restartPolicy: nil,
            numbering: .init(
              field: "metadata.labels['leaderworkerset.sigs.k8s.io/worker-index']",
              firstAddress: "\(pods.name)-0.\(pods.name)")),
        ],
      ],
    ]
    return Emission(
      files: [
        LaunchFile(
          name: "leaderworkerset.yaml",
          text: YAMLText.documents([set], comments: launch.heading))
      ],
      warnings: pods.warnings + [
        "a LeaderWorkerSet starts its pods again when the training has ended; delete it then"
      ])
  }
}
