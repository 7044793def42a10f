import InputFiles
import Testing

@testable import ClusterImport

@Suite("Files that tell nothing of a cluster")
struct ForeignFileTests {
  static let refusals: [(String, String)] = [
    (
      "<graphs version=\"1\"/>",
      "is a NCCL graph, the rings and trees that NCCL chose; what the node is made of stands in the "
        + "topology that NCCL_TOPO_DUMP_FILE writes"
    ),
    (
      "<?xml version=\"1.0\" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM \"nvsmi_device_v12.dtd\">\n<nvidia_smi_log/>",
      "is the output of nvidia-smi -q -x, which does not tell how accelerators are joined; give that "
        + "of nvidia-smi topo -m"
    ),
    (
      "<a/>",
      "is XML with the outermost element \"a\", but must be a NCCL topology ('system') or of hwloc "
        + "('topology')"
    ),
    (
      "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n",
      "defines a kind of Kubernetes resource (CustomResourceDefinition), and holds none; give the output "
        + "of kubectl get nodes -o json"
    ),
    (
      "apiVersion: v1\nkind: NodeList\n",
      "is a Kubernetes resource (NodeList) in YAML; give the output of kubectl get nodes -o json"
    ),
    (
      "#!/bin/bash\n#SBATCH -N4\nsrun x\n",
      "is a job script for sbatch, which asks for nodes but does not describe them; 'plan import launch' "
        + "reads those that start Megatron-LM"
    ),
    (
      "#!/bin/sh\necho\n", "is a script; 'plan import launch' reads those that start Megatron-LM"
    ),
    (
      #"{"logical_count": [[1]]}"#,
      "records the routing of tokens to experts; 'plan import routing' reads it"
    ),
    (
      "# OSU MPI Bandwidth Test v7.0\n# Size      Bandwidth (MB/s)\n1   4.5\n",
      "is the output of an OSU benchmark, which measures one pair of hosts that it does not name; put "
        + "the rates of all pairs into a CSV matrix with a header of host names"
    ),
    (
      "# Title\n\n## Part\n\nText.\n",
      "is a text in Markdown with no table or output that can be imported"
    ),
    (#"{"nodeGroups": []}"#, "is a cluster file already"),
    (#"{"formatVersion": "1.0", "nodeGroups": []}"#, "is a plan; 'plan show' describes plans"),
    (#"{"hidden_size": 4096}"#, "describes a model, and not a cluster"),
    (
      "{}",
      "is JSON, but neither sinfo --json, scontrol show nodes --json nor kubectl get nodes -o json"
    ),
    ("PK\u{3}\u{4}", "is a zip archive, as PyTorch saves tensors in; only texts are imported"),
    ("a\0b", "holds binary data, but must be a text"),
    (
      "hello\n",
      "is not recognised; if it is one of these, say so by its word before the file: nvidia-smi, "
        + "nccl-topology, nccl-tests, nvbandwidth, mpigraph, bandwidth-matrix, ibnetdiscover, slurm, "
        + "sinfo, kubernetes, hwloc, topograph"
    ),
  ]

  @Test("each is refused by what it is", arguments: refusals)
  func refused(text: String, message: String) {
    #expect(refusal(text) == "file: error: " + message)
  }

  @Test("gzip is refused before anything is read")
  func compressed() {
    let faults = #expect(throws: InputFaults.self) {
      try Importers.evidence(of: TextFile(file: "a.gz", bytes: [0x1F, 0x8B, 8, 0]))
    }
    #expect(faults?.description == "a.gz: error: is compressed by gzip; unpack it first")
  }

  @Test("a kind that the user forces on another file is refused by that kind's reader")
  func forced() {
    for kind in SourceKind.allCases {
      #expect(refusal("hello\n", kind: kind) != nil, "\(kind)")
    }
  }

  @Test("every cut of every sample is imported or refused, never a crash")
  func cuts() {
    let samples = [
      NodeSourceTests.topology(2, cell: "NV18", cards: 1),
      HostSourceTests.discovery(leaves: 1, hosts: 2),
      MeasurementTests.allReduce(hosts: 2, ranksPerHost: 1, gigabytes: 10),
      MeasurementTests.mpiGraph,
      "SwitchName=a Nodes=n[0-1]\nNodeName=n[0-1] Gres=gpu:h100:8(S:0-1)\n",
      #"{"nodes": [{"name": "n0", "gres": "gpu:8"}]}"#, "n1,n2\n0,20\n19,0\n",
      "switches:\n  a:\n    switches: [b]\nblocks:\n- switch: b\n  nodes: [\"n[1-2]\"]\n",
      "<system><cpu><pci class=\"0x030200\" busid=\"1\"><gpu dev=\"0\"/></pci></cpu></system>",
    ]
    for sample in samples {
      let bytes = Array(sample.utf8)
      for end in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
        for kind in [nil] + SourceKind.allCases.map(Optional.some) {
          let text = TextFile(file: "a", bytes: Array(bytes[..<end]))
          if let found = try? Importers.evidence(of: text, kind: kind) {
            _ = try? ClusterMerge.cluster([found], options: .with { $0.node = "DGX-H100" }).text()
          }
        }
      }
    }
  }
}
