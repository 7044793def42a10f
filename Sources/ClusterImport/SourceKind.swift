/// A kind of file that tells something about a cluster; the raw value is its word on the command
/// line.
public enum SourceKind: String, CaseIterable, Sendable, Hashable {
  case nvidiaSMI = "nvidia-smi"
  case ncclTopology = "nccl-topology"
  case ncclTests = "nccl-tests"
  case nvbandwidth
  case mpiGraph = "mpigraph"
  case bandwidthMatrix = "bandwidth-matrix"
  case infiniband = "ibnetdiscover"
  case slurm
  case slurmJSON = "sinfo"
  case kubernetes
  case hwloc
  case topograph

  /// What such a file is, in a few words.
  public var summary: String {
    switch self {
    case .nvidiaSMI: "nvidia-smi topo -m"
    case .ncclTopology: "NCCL topology XML"
    case .ncclTests: "nccl-tests output"
    case .nvbandwidth: "nvbandwidth output"
    case .mpiGraph: "mpiGraph output"
    case .bandwidthMatrix: "a CSV matrix of bandwidth between nodes"
    case .infiniband: "ibnetdiscover output"
    case .slurm: "slurm.conf, gres.conf, topology.conf, scontrol show node or topology"
    case .slurmJSON: "sinfo --json or scontrol show nodes --json"
    case .kubernetes: "kubectl get nodes -o json"
    case .hwloc: "hwloc XML"
    case .topograph: "a topograph model"
    }
  }
}
