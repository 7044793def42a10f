extension Catalogue {
  /// Makers' nodes, as they stand in one's own machine room.
  static let ownedNodes: [NodePreset] = [
    NodePreset(
      "DGX-2", 16, "V100-SXM3-32GB", nics: (8, 100), .infiniband, ["node pcper", "links stasnet"]),
    NodePreset(
      "DGX-A100-40GB", 8, "A100-SXM-40GB", nics: (8, 200), .infiniband,
      ["node mlperf,stasnet,aic"]),
    NodePreset(
      "DGX-A100-80GB", aliases: ["DGX-A100", "HGX-A100-80GB"], 8, "A100-SXM-80GB", nics: (8, 200),
      .infiniband, ["node seed,aic,stasnet"]),
    NodePreset(
      "DGX-H100", aliases: ["HGX-H100"], 8, "H100-SXM-80GB", nics: (8, 400), .infiniband,
      ["node mlperf,stasnet,aic"]),
    NodePreset(
      "DGX-H200", aliases: ["HGX-H200"], 8, "H200-SXM-141GB", nics: (8, 400), .infiniband,
      ["node mlperf,stasnet,aic"]),
    NodePreset(
      "HGX-H800", 8, "H800-SXM-80GB", nics: (8, 400), .infiniband, ["node deepep", "links pH800"]),
    NodePreset(
      "HGX-H20", 8, "H20-96GB", nics: nil, .roce, ["node pH20"],
      note: "four and eight cards of 400 Gb/s both occur"),
    NodePreset(
      "DGX-B200", aliases: ["HGX-B200"], 8, "B200-SXM-180GB", nics: (8, 400), .infiniband,
      ["node mlperf,glw"], note: "aiconfigurator assumes 800 Gb/s for each GPU"),
    NodePreset(
      "DGX-B300", aliases: ["HGX-B300"], 8, "B300-SXM-270GB", nics: (8, 800), .infiniband,
      ["node stasnet,mlperf,aic"]),
    NodePreset(
      "GB200-NVL72", aliases: ["GB200-NVL72-tray"], 4, "GB200-186GB", domain: 72, nics: (4, 400),
      .infiniband, ["node mlperf,stasnet,glw"],
      note: "a node is a tray of 4; 18 share one NVLink domain; aiconfigurator assumes 800 Gb/s"),
    NodePreset(
      "GB300-NVL72", aliases: ["GB300-NVL72-tray"], 4, "GB300-279GB", domain: 72, nics: (4, 800),
      .infiniband, ["node mlperf,aic,glw"],
      note: "a node is a tray of 4; 18 share one NVLink domain"),
    NodePreset(
      "MI300X-platform", aliases: ["MI300X-8"], 8, "MI300X-192GB", nics: (8, 400), .roce,
      ["node stasnet,azure"]),
    NodePreset(
      "MI325X-platform", aliases: ["MI325X-8"], 8, "MI325X-256GB", nics: (8, 400), .roce,
      ["node stasnet"]),
    NodePreset(
      "MI355X-platform", aliases: ["MI355X-8"], 8, "MI355X-288GB", nics: (8, 400), .roce,
      ["node stasnet,rocm"]),
    NodePreset(
      "Gaudi2-HLS-2", aliases: ["HLS-2"], 8, "Gaudi2-96GB", nics: (24, 100), .roce,
      ["node stas,mlperf"],
      note: "three ports of each card go out of the node"),
    NodePreset(
      "Gaudi3-HLB-325", aliases: ["HLB-325"], 8, "Gaudi3-128GB", nics: (24, 200), .roce,
      ["node stasnet"],
      note: "three ports of each card go out of the node"),
  ]
}
