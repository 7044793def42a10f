extension Catalogue {
  /// Instance types of the clouds.
  static let rentedNodes: [NodePreset] = [
    NodePreset(
      "AWS p3.8xlarge", 4, "V100-SXM2-16GB",
      wiring: .mesh(.nvlinkMesh, perPair: 25, perAccelerator: 100), nics: (1, 10), .ethernet,
      ["node amp,rapids"]),
    NodePreset(
      "AWS p3dn.24xlarge", 8, "V100-SXM2-32GB", nics: (1, 100), .efa, latency: 150,
      ["node rapids,ofi"]),
    NodePreset(
      "AWS p4d.24xlarge", 8, "A100-SXM-40GB", nics: (4, 100), .efa,
      ["node stasnet,rapids,ofi"], note: "two GPUs share a card"),
    NodePreset(
      "AWS p4de.24xlarge", 8, "A100-SXM-80GB", nics: (4, 100), .efa, ["node ofi,here"],
      note: "cards counted in the topology file, each as on p4d"),
    NodePreset(
      "AWS p5.48xlarge", 8, "H100-SXM-80GB", nics: (32, 100), .efa, ["node stasnet,rapids,ofi"]),
    NodePreset(
      "AWS p5e.48xlarge", 8, "H200-SXM-141GB", nics: (32, 100), .efa, ["node stasnet,ofi"]),
    NodePreset(
      "AWS p5en.48xlarge", 8, "H200-SXM-141GB", nics: (16, 200), .efa, latency: 35,
      ["node stasnet,ofi"]),
    NodePreset(
      "AWS p6-b200.48xlarge", 8, "B200-SXM-180GB", nics: (8, 400), .efa, latency: 35,
      ["node stasnet,ofi"]),
    NodePreset(
      "AWS p6-b300.48xlarge", 8, "B300-SXM-270GB", nics: (16, 400), .efa, latency: 35,
      ["node stasnet,ofi"]),
    NodePreset(
      "AWS g5.48xlarge", 8, "A10G", nics: (1, 100), .ethernet, ["node awsdoc,rapids,ofi"]),
    NodePreset(
      "Azure ND40rs_v2", 8, "V100-SXM2-32GB", nics: (1, 100), .infiniband, ["node topo,azure"]),
    NodePreset(
      "Azure ND96asr_v4", 8, "A100-SXM-40GB", nics: (8, 200), .infiniband, ["node topo,azure"]),
    NodePreset(
      "Azure ND96amsr_A100_v4", 8, "A100-SXM-80GB", nics: (8, 200), .infiniband,
      ["node topo,azure"]),
    NodePreset(
      "Azure ND96isr_H100_v5", 8, "H100-SXM-80GB", nics: (8, 400), .infiniband,
      hostMemory: 1900, ["node mlperf,topo,azure"]),
    NodePreset(
      "Azure ND96isr_H200_v5", 8, "H200-SXM-141GB", nics: (8, 400), .infiniband,
      hostMemory: 1850, ["node topo,azure"]),
    NodePreset(
      "Azure ND128isr_NDR_GB200_v6", 4, "GB200-186GB", domain: 72, nics: (4, 400), .infiniband,
      ["node azure"]),
    NodePreset(
      "Azure ND96isr_MI300X_v5", 8, "MI300X-192GB", nics: (8, 400), .infiniband,
      hostMemory: 1850, ["node azure"]),
    NodePreset(
      "GCP a2-highgpu-8g", 8, "A100-SXM-40GB", nics: (1, 100), .ethernet, ["node gcp"]),
    NodePreset(
      "GCP a2-megagpu-16g", 16, "A100-SXM-40GB", nics: (1, 100), .ethernet, ["node gcp"]),
    NodePreset(
      "GCP a2-ultragpu-8g", 8, "A100-SXM-80GB", nics: (1, 100), .ethernet, ["node gcp"]),
    NodePreset(
      "GCP a3-highgpu-8g", 8, "H100-SXM-80GB", nics: (4, 200), .tcpx, ["node stasnet,gcp"]),
    NodePreset(
      "GCP a3-megagpu-8g", 8, "H100-SXM-80GB", nics: (8, 200), .tcpx, ["node stasnet,gcp"]),
    NodePreset(
      "GCP a3-ultragpu-8g", 8, "H200-SXM-141GB", nics: (8, 400), .roce, ["node gcp"]),
    NodePreset(
      "GCP a4-highgpu-8g", 8, "B200-SXM-180GB", nics: (8, 400), .roce, ["node gcp"]),
    NodePreset(
      "GCP a4x-highgpu-4g", 4, "GB200-186GB", domain: 72, nics: (4, 400), .roce, ["node gcp"]),
    NodePreset(
      "GCP a4x-maxgpu-4g-metal", 4, "GB300-279GB", domain: 72, nics: (4, 800), .roce,
      ["node gcp"]),
  ]
}
