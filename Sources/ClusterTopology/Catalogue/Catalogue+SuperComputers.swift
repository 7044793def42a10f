extension Catalogue {
  /// Nodes of public super-computers.
  static let superComputerNodes: [NodePreset] = [
    NodePreset(
      "Frontier", 8, "MI250X-GCD", nics: (4, 200), .slingshot, hostMemory: 512,
      ["node olcf", "cards stasnet"], note: "a device is a die; four packages of two"),
    NodePreset(
      "LUMI-G", 8, "MI250X-GCD", nics: nil, .slingshot, hostMemory: 512, ["node zenlumi"],
      note: "a device is a die; the source has no count of cards"),
    NodePreset(
      "Perlmutter-40GB", 4, "A100-SXM-40GB",
      wiring: .mesh(.nvlinkMesh, perPair: 100, perAccelerator: 300), nics: (4, 200), .slingshot,
      ["node nersc", "links here", "card rate stasnet"],
      note: "12 links over three peers without switches: 4 links, 100 GB/s"),
    NodePreset(
      "Perlmutter-80GB", 4, "A100-SXM-80GB",
      wiring: .mesh(.nvlinkMesh, perPair: 100, perAccelerator: 300), nics: (4, 200), .slingshot,
      ["node nersc", "links here", "card rate stasnet"],
      note: "12 links over three peers without switches: 4 links, 100 GB/s"),
    NodePreset(
      "Alps-GH200", aliases: ["Clariden"], 4, "GH200-96GB", nics: nil, .slingshot, ["node cscs"],
      note: "the source has no count of cards"),
    NodePreset(
      "Jean-Zay-A100", 8, "A100-SXM-80GB", nics: (4, 100), .omnipath, ["node bloom"]),
  ]
}
