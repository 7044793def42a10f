import InputFiles

extension LaunchTarget {
  /// A runtime of its own stands beside the job: what a job may change of another's has no place for
  /// the node's network, by which ranks find each other.
  /// - Source: Kubeflow Trainer 2, trainer.kubeflow.org/v1alpha1: a TrainJob makes a JobSet of its
  ///   name from the runtime's template, whose job and container `node` are the trainer's.
  static let trainJob = LaunchTarget(
    "trainjob", versions: ["v1alpha1"],
    "trainjob.yaml: Kubeflow's TrainJob with its runtime, one pod a node; needs --image"
  ) { launch throws(LaunchFaults) in
    let pods = try KubernetesPods(launch, target: "trainjob")
    let template = pods.template(
      restartPolicy: "Never",
      numbering: .indexedJob(firstAddress: "\(pods.name)-node-0-0.\(pods.name)"))
    let count = JSONValue.integer(pods.count)
    let metadata: JSONValue = ["name": .string(pods.name)]
    let node: JSONValue = [
      "name": "node",
      "template": [
        "metadata": ["labels": ["trainer.kubeflow.org/trainjob-ancestor-step": "trainer"]],
        "spec": ["backoffLimit": 0, "template": template],
      ],
    ]
    let runtime: JSONValue = [
      "apiVersion": "trainer.kubeflow.org/v1alpha1", "kind": "TrainingRuntime",
      "metadata": metadata,
      "spec": [
        "mlPolicy": ["numNodes": count],
        "template": ["spec": ["replicatedJobs": [node]]],
      ],
    ]
    let job: JSONValue = [
      "apiVersion": "trainer.kubeflow.org/v1alpha1", "kind": "TrainJob", "metadata": metadata,
      "spec": [
        "runtimeRef": ["kind": "TrainingRuntime", "name": .string(pods.name)],
        "trainer": ["numNodes": count],
      ],
    ]
    return Emission(
      files: [
        LaunchFile(
          name: "trainjob.yaml",
          text: YAMLText.documents([runtime, job], comments: launch.heading))
      ], warnings: pods.warnings)
  }
}
