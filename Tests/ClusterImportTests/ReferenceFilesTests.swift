import ClusterTopology
import InputFiles
import Testing

@testable import ClusterImport

@Suite("Every collected file is imported, or refused by name")
struct ReferenceFilesTests {
  /// What becomes of a file.
  enum Outcome: Sendable {
    /// A cluster with that many nodes and devices, by the options that it needs.
    case imported(
      SourceKind, nodes: Int, devices: Int, node: String? = nil, accelerator: String? = nil)
    /// A refusal that starts so.
    case refused(String)
  }

  static let outcomes: [String: Outcome] = [
    "hwloc/nvidia-dgx-gb10.xml": .imported(.hwloc, nodes: 1, devices: 8, node: "DGX-H100"),
    "ibnetdiscover/topograph-example-bad.out": .refused("is ibnetdiscover output without a switch"),
    "ibnetdiscover/topograph-example.out": .imported(
      .infiniband, nodes: 119, devices: 952, node: "DGX-H100"),
    "k8s/jobset.x-k8s.io_jobsets.yaml": .refused("defines a kind of Kubernetes resource"),
    "k8s/kueue-topologies-crd.yaml": .refused("defines a kind of Kubernetes resource"),
    "k8s/kueue.x-k8s.io_topologies.yaml": .refused("defines a kind of Kubernetes resource"),
    "k8s/leaderworkerset.x-k8s.io_leaderworkersets.yaml": .refused(
      "defines a kind of Kubernetes resource"),
    "k8s/trainer.kubeflow.org_trainjobs.yaml": .refused("defines a kind of Kubernetes resource"),
    "nccl-tests/all_reduce_perf-2x2-h100-dgx.txt": .imported(
      .ncclTests, nodes: 2, devices: 16, node: "DGX-H100"),
    "nccl-topo-xml/aws-g5.48xl-topo.xml": .refused(
      "is a NCCL topology whose 9 PCI devices have no 'class'"),
    "nccl-topo-xml/aws-p4d-24xl-topo.xml": .imported(.ncclTopology, nodes: 1, devices: 8),
    "nccl-topo-xml/aws-p4de-24xl-topo.xml": .imported(.ncclTopology, nodes: 1, devices: 8),
    "nccl-topo-xml/azure-ncv4-graph.xml": .refused("is a NCCL graph"),
    "nccl-topo-xml/azure-ncv4-topo.xml": .imported(.ncclTopology, nodes: 1, devices: 4),
    "nccl-topo-xml/azure-ndv2-topo.xml": .imported(
      .ncclTopology, nodes: 1, devices: 8, node: "Azure ND40rs_v2"),
    "nccl-topo-xml/azure-ndv4-topo.xml": .imported(
      .ncclTopology, nodes: 1, devices: 8, accelerator: "A100-SXM-40GB"),
    "nccl-topo-xml/azure-ndv5-topo.xml": .imported(
      .ncclTopology, nodes: 1, devices: 8, accelerator: "H100-SXM-80GB"),
    "nvbandwidth-README.md": .imported(
      .nvbandwidth, nodes: 1, devices: 8, accelerator: "A100-SXM-80GB"),
    "nvidia-smi/topo-m-h100-8gpu-8nic-uneven-rails.txt": .imported(
      .nvidiaSMI, nodes: 1, devices: 8, accelerator: "H100-SXM-80GB"),
    "nvidia-smi/topo-m-hopper-8gpu-8nic-rail-aligned.txt": .imported(
      .nvidiaSMI, nodes: 1, devices: 8, accelerator: "H200-SXM-141GB"),
    "slurm/gres.conf": .imported(.slurm, nodes: 1, devices: 8, accelerator: "H100-SXM-80GB"),
    "slurm/job.sbatch": .refused("is a job script for sbatch"),
    "slurm/job2.sbatch": .refused("is a job script for sbatch"),
    "slurm/scontrol-show-nodes.txt": .imported(.slurm, nodes: 4, devices: 32, node: "DGX-H100"),
    "slurm/scontrol-show-topology.txt": .imported(.slurm, nodes: 4, devices: 32, node: "DGX-H100"),
    "slurm/sinfo.json": .imported(.slurmJSON, nodes: 4, devices: 32, node: "DGX-H100"),
    "slurm/slurm.conf": .imported(.slurm, nodes: 4, devices: 32, node: "DGX-H100"),
    "slurm/topology.conf": .imported(.slurm, nodes: 4, devices: 32, node: "DGX-H100"),
    "topograph/k8s.md": .refused("is a text in Markdown with no table or output"),
    "topograph/model-large.yaml": .imported(
      .topograph, nodes: 96, devices: 384, node: "GB200-NVL72"),
    "topograph/model-medium.yaml": .imported(
      .topograph, nodes: 8, devices: 32, node: "GB200-NVL72"),
    "topograph/model-nvl72.yaml": .imported(
      .topograph, nodes: 72, devices: 288, node: "GB200-NVL72"),
    "topograph/model-small-tree.yaml": .imported(
      .topograph, nodes: 6, devices: 24, node: "GB200-NVL72"),
    "topograph/modeling.md": .refused("is a text in Markdown with no table or output"),
    "topograph/node-labels.md": .refused("is a text in Markdown with no table or output"),
    "topograph/slurm.md": .refused("is a text in Markdown with no table or output"),
  ]

  @Test(
    "each of the 36 files has the outcome that is written for it",
    .enabled(if: Shared.isPresent, "the reference data in ../shared/cluster-inputs is not here"))
  func files() throws {
    #expect(Shared.names == Self.outcomes.keys.sorted())
    for name in Shared.names {
      guard let outcome = Self.outcomes[name] else { continue }
      let text = try Shared.text(name)
      switch outcome {
      case .refused(let start):
        let faults = #expect(throws: InputFaults.self, "\(name)") {
          try Importers.evidence(of: text)
        }
        let message = faults?.faults.first?.message ?? ""
        #expect(message.hasPrefix(start), "\(name): \(message)")
      case .imported(let kind, let nodes, let devices, let node, let accelerator):
        let found = try Importers.evidence(of: text)
        #expect(found.kind == kind, "\(name)")
        let cluster = try ClusterMerge.cluster(
          [found],
          options: .with {
            $0.node = node
            $0.accelerator = accelerator
          })
        let topology = try cluster.topology()
        #expect(topology.nodeCount == nodes, "\(name)")
        #expect(topology.deviceCount == devices, "\(name)")
      }
    }
  }

  @Test(
    "Slurm's four files and nvidia-smi's table of one node make one cluster of 32 accelerators",
    .enabled(if: Shared.isPresent, "the reference data in ../shared/cluster-inputs is not here"))
  func together() throws {
    let names = [
      "slurm/slurm.conf", "slurm/gres.conf", "slurm/sinfo.json", "slurm/topology.conf",
      "nvidia-smi/topo-m-hopper-8gpu-8nic-rail-aligned.txt",
    ]
    let cluster = try ClusterMerge.cluster(
      try names.map { try Importers.evidence(of: try Shared.text($0)) },
      options: .with { $0.node = "DGX-H100" })
    let topology = try cluster.topology()
    #expect(topology.name == "plantest")
    #expect(topology.deviceCount == 32)
    #expect(topology.fabrics[0].levels.map(\.nodesPerSwitch) == [2])
  }

  @Test(
    "the collected log's outlier at 16 KiB does not spoil it: 21 µs and 147 GB/s",
    .enabled(if: Shared.isPresent, "the reference data in ../shared/cluster-inputs is not here"))
  func log() throws {
    let text = try Shared.text("nccl-tests/all_reduce_perf-2x2-h100-dgx.txt")
    let fit = try #require(try Importers.evidence(of: text).collective)
    #expect(abs(try #require(fit.latency).microseconds - 21) < 1)
    #expect(abs(try #require(fit.busRate).gigabytes - 147) < 1)
  }
}
