import LaunchPlan
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Kubernetes")
struct KubernetesTests {
  private static var sample: SampleLaunch {
    var sample = SampleLaunch.flat
    sample.image = "train:1"
    return sample
  }

  @Test(
    "a JobSet has one pod a node, on the plan's nodes, which finds its place by its node's name")
  func jobSet() throws {
    let text = try #require(try LaunchTarget.kubernetes.files(Self.sample)["jobset.yaml"])
    #expect(
      text.withoutScript
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        apiVersion: jobset.x-k8s.io/v1alpha2
        kind: JobSet
        metadata:
          name: llama-3-8b
        spec:
          replicatedJobs:
            - name: nodes
              replicas: 1
              template:
                spec:
                  parallelism: 2
                  completions: 2
                  completionMode: Indexed
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      hostNetwork: true
                      dnsPolicy: ClusterFirstWithHostNet
                      affinity:
                        nodeAffinity:
                          requiredDuringSchedulingIgnoredDuringExecution:
                            nodeSelectorTerms:
                              - matchExpressions:
                                  - key: kubernetes.io/hostname
                                    operator: In
                                    values:
                                      - a01
                                      - a02
                      containers:
                        - name: node
                          image: "train:1"
                          command:
                            - bash
                            - "-c"
                            - |
                            - plan
                          args: []
                          env:
                            - name: PLAN_NODE_NAME
                              valueFrom:
                                fieldRef:
                                  fieldPath: spec.nodeName
                          resources:
                            limits:
                              nvidia.com/gpu: 8
                          securityContext:
                            capabilities:
                              add:
                                - IPC_LOCK
                          volumeMounts:
                            - name: shared-memory
                              mountPath: "/dev/shm"
                      volumes:
                        - name: shared-memory
                          emptyDir:
                            medium: Memory

        """#)
  }

  @Test("the container runs the script of torchrun, whose dollars Kubernetes leaves alone")
  func command() throws {
    let text = try #require(try LaunchTarget.kubernetes.files(Self.sample)["jobset.yaml"])
    let launch = try Self.sample.launch()
    let script = try LaunchTarget.script(launch, target: "kubernetes").text
    #expect(script.contains("$(hostname)"))
    let indented = script.replacing("$(", with: "$$(").split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { $0.isEmpty ? "" : String(repeating: " ", count: 22) + $0 }.joined(separator: "\n")
    #expect(text.contains(indented))
  }

  @Test(
    "dollars are doubled where they would be read as a reference or as an escape",
    arguments: [
      ("$x ${y} $", "$x ${y} $"), ("$(z)", "$$(z)"), ("$$", "$$$$"), ("$$(z)", "$$$$(z)"),
      ("a$$$b", "a$$$$$$b"), ("", ""),
    ])
  func references(text: String, escaped: String) {
    #expect(text.escapingKubernetesReferences == escaped)
  }

  @Test("a LeaderWorkerSet is one group of all nodes")
  func leaderWorkerSet() throws {
    let files = try LaunchTarget.leaderWorkerSet.files(Self.sample)
    #expect(
      files["leaderworkerset.yaml"]?.withoutScript
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        apiVersion: leaderworkerset.x-k8s.io/v1
        kind: LeaderWorkerSet
        metadata:
          name: llama-3-8b
        spec:
          replicas: 1
          leaderWorkerTemplate:
            size: 2
            restartPolicy: RecreateGroupOnPodRestart
            workerTemplate:
              spec:
                hostNetwork: true
                dnsPolicy: ClusterFirstWithHostNet
                affinity:
                  nodeAffinity:
                    requiredDuringSchedulingIgnoredDuringExecution:
                      nodeSelectorTerms:
                        - matchExpressions:
                            - key: kubernetes.io/hostname
                              operator: In
                              values:
                                - a01
                                - a02
                containers:
                  - name: node
                    image: "train:1"
                    command:
                      - bash
                      - "-c"
                      - |
                      - plan
                    args: []
                    env:
                      - name: PLAN_NODE_NAME
                        valueFrom:
                          fieldRef:
                            fieldPath: spec.nodeName
                    resources:
                      limits:
                        nvidia.com/gpu: 8
                    securityContext:
                      capabilities:
                        add:
                          - IPC_LOCK
                    volumeMounts:
                      - name: shared-memory
                        mountPath: "/dev/shm"
                volumes:
                  - name: shared-memory
                    emptyDir:
                      medium: Memory

        """#)
  }

  @Test("a TrainJob stands beside a runtime of its own")
  func trainJob() throws {
    let files = try LaunchTarget.trainJob.files(Self.sample)
    #expect(
      files["trainjob.yaml"]?.withoutScript
        == #"""
        # plan 0123456789abcdef: Llama-3-8B on 16 devices of two nodes, torchtitan@0.2
        # made by: plan emit plan.json --target x
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainingRuntime
        metadata:
          name: llama-3-8b
        spec:
          mlPolicy:
            numNodes: 2
          template:
            spec:
              replicatedJobs:
                - name: node
                  template:
                    metadata:
                      labels:
                        trainer.kubeflow.org/trainjob-ancestor-step: trainer
                    spec:
                      backoffLimit: 0
                      template:
                        spec:
                          restartPolicy: Never
                          hostNetwork: true
                          dnsPolicy: ClusterFirstWithHostNet
                          affinity:
                            nodeAffinity:
                              requiredDuringSchedulingIgnoredDuringExecution:
                                nodeSelectorTerms:
                                  - matchExpressions:
                                      - key: kubernetes.io/hostname
                                        operator: In
                                        values:
                                          - a01
                                          - a02
                          containers:
                            - name: node
                              image: "train:1"
                              command:
                                - bash
                                - "-c"
                                - |
                                - plan
                              args: []
                              env:
                                - name: PLAN_NODE_NAME
                                  valueFrom:
                                    fieldRef:
                                      fieldPath: spec.nodeName
                              resources:
                                limits:
                                  nvidia.com/gpu: 8
                              securityContext:
                                capabilities:
                                  add:
                                    - IPC_LOCK
                              volumeMounts:
                                - name: shared-memory
                                  mountPath: "/dev/shm"
                          volumes:
                            - name: shared-memory
                              emptyDir:
                                medium: Memory
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata:
          name: llama-3-8b
        spec:
          runtimeRef:
            kind: TrainingRuntime
            name: llama-3-8b
          trainer:
            numNodes: 2

        """#)
  }

  @Test("without names of nodes, a pod's place is its number, and pod 0 is the meeting point")
  func unnamed() throws {
    var sample = Self.sample
    sample.isNamed = false
    let text = try #require(try LaunchTarget.kubernetes.files(sample)["jobset.yaml"])
    #expect(!text.contains("nodeAffinity"))
    #expect(
      text.contains(
        """
                            - name: PLAN_NODE_RANK
                              valueFrom:
                                fieldRef:
                                  fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']"
                            - name: MASTER_ADDR
                              value: llama-3-8b-nodes-0-0.llama-3-8b
        """))
  }

  @Test("devices are asked for by their vendor's resource", arguments: ["AMD", "Intel"])
  func vendors(vendor: String) throws {
    var sample = Self.sample
    sample.vendor = vendor
    let text = try #require(try LaunchTarget.kubernetes.files(sample)["jobset.yaml"])
    #expect(text.contains(vendor == "AMD" ? "amd.com/gpu: 8" : "habana.ai/gaudi: 8"))
  }

  @Test("what is missing or unknown is an error, all at once")
  func faults() throws {
    var sample = SampleLaunch.flat
    sample.hosts = ["A_1", "a02"]
    sample.vendor = "Acme"
    #expect(
      try LaunchTarget.trainJob.faults(sample) == [
        "a pod needs a container's image: name it by --image",
        #""A_1" is no name that Kubernetes gives a node"#,
        #"devices of "Acme" have no single resource of Kubernetes; known are those of AMD, Intel and NVIDIA"#,
      ])
  }

  @Test(
    "objects have names of lower-case letters, digits and hyphens",
    arguments: [
      ("Llama-3.1 70B", "llama-3-1-70b"), ("", "plan"), ("7B", "plan-7b"), ("ünï/x_", "n-x"),
      (String(repeating: "a-", count: 30), "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a"),
    ])
  func objectNames(name: String, object: String) {
    #expect(name.objectName == object)
  }
}

extension String {
  /// The text without the block of the container's script.
  fileprivate var withoutScript: String {
    var lines: [Substring] = []
    var isInside = false
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      let bare = line.drop { $0 == " " }
      if bare == "- plan" { isInside = false }
      if !isInside { lines.append(line) }
      if bare == "- |" { isInside = true }
    }
    return lines.joined(separator: "\n")
  }
}
