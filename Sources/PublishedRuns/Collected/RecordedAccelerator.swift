import ClusterTopology
import InputFiles

/// An accelerator as sources name it, and the node and network that it is assumed to stand in where
/// the record is silent.
struct RecordedAccelerator: Sendable {
  /// Generations of devices, oldest first.
  enum Era: Int, Comparable, Sendable {
    case volta, ampere, hopper, blackwell

    static func < (left: Era, right: Era) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a record's text contains, any of them.
  var words: [String]
  var vendor = "NVIDIA"
  var era: Era
  /// The catalogue's node, where it has the usual one.
  var node: String?
  /// The members of a node group that differ from the preset, or stand in its place.
  var group: [JSONValue.Member] = []
  var perNode = 8
  /// The network cards of one accelerator together, in 10⁹ bits a second.
  var gigabitsPerSecond: Double
  var fabric = Fabric.Kind.infiniband
  /// The accelerators of a rack-wide domain that a job uses.
  var domain: Int?
  /// Why the network is assumed so.
  var origin: String
}

extension RecordedAccelerator {
  /// The first entry that the text names.
  static func named(_ text: String) -> RecordedAccelerator? {
    all.first { text.mentions($0.words) }
  }

  /// Whether the parts of a text that lists several things name different entries.
  static func namesSeveral(_ text: String) -> Bool {
    let parts = text.split { ",+/&".contains($0) }
    return Set(parts.compactMap { named(String($0))?.words }).count > 1
  }

  // Longer names stand before those that they contain.
  private static let all: [RecordedAccelerator] = [
    RecordedAccelerator(
      words: ["a100-40", "a100 40", "a100-sxm-40"], era: .ampere, node: "DGX-A100-40GB",
      gigabitsPerSecond: 200, fabric: .roce, origin: "eight cards of 200 Gb/s a node of DGX-A100"),
    RecordedAccelerator(
      words: ["a800"], era: .ampere, group: [.init("accelerator", "A800-SXM-80GB")],
      gigabitsPerSecond: 200, origin: "eight cards of 200 Gb/s a node of DGX-A100"),
    RecordedAccelerator(
      words: ["a100"], era: .ampere, node: "DGX-A100-80GB", gigabitsPerSecond: 200,
      origin: "eight cards of 200 Gb/s a node of DGX-A100"),
    RecordedAccelerator(
      words: ["v100-16", "v100 16"], era: .volta, group: voltaNode("V100-SXM2-16GB"), perNode: 4,
      gigabitsPerSecond: 100, fabric: .omnipath,
      origin: "four cards of 100 Gb/s a node of four, as on Jean Zay"),
    RecordedAccelerator(
      words: ["v100"], era: .volta, group: voltaNode("V100-SXM2-32GB"), perNode: 4,
      gigabitsPerSecond: 100, fabric: .omnipath,
      origin: "four cards of 100 Gb/s a node of four, as on Jean Zay"),
    RecordedAccelerator(
      words: ["t4"], era: .volta,
      group: [
        .init("accelerator", "T4"),
        .init("scaleUp", ["kind": "pcie", "accelerators": 4, "gigabytesPerSecond": 6.25]),
      ], perNode: 4, gigabitsPerSecond: 12.5, fabric: .ethernet,
      origin: "50 Gb/s for the four of an AWS g4dn.12xlarge"),
    RecordedAccelerator(
      words: ["h100-96"], era: .hopper, node: "DGX-H100",
      group: [
        .init(
          "accelerator",
          [
            "preset": "H100-SXM-80GB", "name": "H100-SXM-96GB-HBM2e", "visibleMemoryGiB": 95,
            "memoryGigabytesPerSecond": 2400,
          ])
      ], gigabitsPerSecond: 400, fabric: .roce, origin: "eight cards of 400 Gb/s a node"),
    RecordedAccelerator(
      words: ["h100"], era: .hopper, node: "DGX-H100", gigabitsPerSecond: 400,
      origin: "eight cards of 400 Gb/s a node of DGX-H100"),
    RecordedAccelerator(
      words: ["h800"], era: .hopper, node: "HGX-H800", gigabitsPerSecond: 400,
      origin: "eight cards of 400 Gb/s a node of HGX-H800"),
    RecordedAccelerator(
      words: ["gh200", "gh-96"], era: .hopper, node: "Alps-GH200", perNode: 4,
      gigabitsPerSecond: 200, fabric: .slingshot, origin: "one Slingshot card of 200 Gb/s each"),
    RecordedAccelerator(
      words: ["h200-nvl", "h200 nvl"], era: .hopper,
      group: [
        .init(
          "accelerator",
          [
            "preset": "H200-SXM-141GB", "name": "H200-NVL-141GB",
            "peakTeraFLOPS": ["fp16": 835, "bf16": 835, "fp8": 1671],
          ])
      ], perNode: 4, gigabitsPerSecond: 400, origin: "one card of 400 Gb/s each"),
    RecordedAccelerator(
      words: ["h200"], era: .hopper, node: "DGX-H200", gigabitsPerSecond: 400,
      origin: "eight cards of 400 Gb/s a node of DGX-H200"),
    RecordedAccelerator(
      words: ["h20"], era: .hopper, node: "HGX-H20", gigabitsPerSecond: 400, fabric: .roce,
      origin: "eight cards of 400 Gb/s a node"),
    RecordedAccelerator(
      words: ["l40s"], era: .ampere, group: [.init("accelerator", "L40S")], perNode: 4,
      gigabitsPerSecond: 200, fabric: .roce,
      origin: "two cards of 400 Gb/s a node of four, as NVIDIA submitted"),
    RecordedAccelerator(
      words: ["gb200"], era: .blackwell, node: "GB200-NVL72", perNode: 4, gigabitsPerSecond: 400,
      domain: 64, origin: "one card of 400 Gb/s each"),
    RecordedAccelerator(
      words: ["gb300"], era: .blackwell, node: "GB300-NVL72", perNode: 4, gigabitsPerSecond: 800,
      domain: 64, origin: "one card of 800 Gb/s each"),
    RecordedAccelerator(
      words: ["b200"], era: .blackwell, node: "DGX-B200", gigabitsPerSecond: 400,
      origin: "eight cards of 400 Gb/s a node of DGX-B200"),
    RecordedAccelerator(
      words: ["b300"], era: .blackwell, node: "DGX-B300", gigabitsPerSecond: 800,
      origin: "eight cards of 800 Gb/s a node of DGX-B300"),
    amd("MI300X"), amd("MI325X"), amd("MI355X"),
    RecordedAccelerator(
      words: ["mi350x"], vendor: "AMD", era: .blackwell,
      group: [.init("accelerator", "MI350X-288GB")], gigabitsPerSecond: 400, fabric: .roce,
      origin: "eight cards of 400 Gb/s a node"),
    RecordedAccelerator(
      words: ["mi250x"], vendor: "AMD", era: .ampere, node: "Frontier", gigabitsPerSecond: 100,
      fabric: .slingshot, origin: "four cards of 200 Gb/s a node of eight dies, as on Frontier"),
  ]

  /// A node of four V100 with two links between any two.
  private static func voltaNode(_ accelerator: String) -> [JSONValue.Member] {
    [
      .init("accelerator", .string(accelerator)),
      .init(
        "scaleUp",
        [
          "kind": "nvlinkMesh", "accelerators": 4, "gigabytesPerSecond": 150,
          "pairGigabytesPerSecond": 50,
        ]),
    ]
  }

  private static func amd(_ name: String) -> RecordedAccelerator {
    RecordedAccelerator(
      words: [name.lowercased()], vendor: "AMD", era: .blackwell, node: name + "-platform",
      gigabitsPerSecond: 400, fabric: .roce, origin: "eight cards of 400 Gb/s a node")
  }
}
