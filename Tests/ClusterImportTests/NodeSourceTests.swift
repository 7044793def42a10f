import ClusterTopology
import Quantities
import Testing

@testable import ClusterImport

@Suite("Files about one node")
struct NodeSourceTests {
  /// `nvidia-smi topo -m` of accelerators with the same cell between each two, and of cards that are
  /// near each or every second accelerator.
  static func topology(_ count: Int, cell: String, cards: Int = 0, near: Int = 1) -> String {
    let names = (0..<count).map { "GPU\($0)" } + (0..<cards).map { "NIC\($0)" }
    var text =
      "\t\u{1B}[4m" + names.joined(separator: "\t") + "\tCPU Affinity\tNUMA Affinity\u{1B}[0m\n"
    for row in 0..<count {
      let cells = (0..<count).map { $0 == row ? "X" : cell }
      let ways = (0..<cards).map { $0 * near == row ? "PIX" : "NODE" }
      text += "GPU\(row)\t" + (cells + ways).joined(separator: "\t") + "\t0-47\t0\n"
    }
    return text + "\nLegend:\n\n  X    = Self\n"
  }

  @Test("8 H100 with NV18 between all are joined by NVSwitch at 450 GB/s, 4 with NV4 by a mesh")
  func nvlink() throws {
    let options = ImportOptions.with { $0.accelerator = "H100-SXM-80GB" }
    let switched = try ClusterMerge.cluster(
      [evidence(Self.topology(8, cell: "NV18"))], options: options)
    let group = try switched.topology().nodeGroups[0]
    #expect(group.acceleratorsPerNode == 8)
    #expect(group.scaleUp.kind == .nvswitch)
    #expect(group.scaleUp.perAccelerator == .gigabytes(450))
    #expect(group.scaleUp.inNetworkReduction)

    let mesh = try ClusterMerge.cluster(
      [evidence(Self.topology(4, cell: "NV4"))],
      options: .with { $0.accelerator = "A100-SXM-40GB" })
    let scaleUp = try mesh.topology().nodeGroups[0].scaleUp
    #expect(scaleUp.kind == .nvlinkMesh)
    #expect(scaleUp.perAccelerator == .gigabytes(300))
    #expect(scaleUp.perPair == .gigabytes(100))
  }

  @Test("NVLink links of Blackwell carry 50 GB/s, so that 18 of them are 900")
  func blackwell() throws {
    let cluster = try ClusterMerge.cluster(
      [evidence(Self.topology(8, cell: "NV18"))],
      options: .with { $0.accelerator = "B200-SXM-180GB" })
    #expect(try cluster.topology().nodeGroups[0].scaleUp.perAccelerator == .gigabytes(900))
  }

  @Test("without NVLink the wiring is PCIe, at the rate that the catalogue has for the card")
  func pcie() throws {
    let cluster = try ClusterMerge.cluster(
      [evidence(Self.topology(4, cell: "SYS"))], options: .with { $0.accelerator = "L40S" })
    let scaleUp = try cluster.topology().nodeGroups[0].scaleUp
    #expect(scaleUp.kind == .pcie)
    #expect(scaleUp.perAccelerator == .gigabytes(31))
  }

  @Test("cards that only every second accelerator is near are counted, with a warning")
  func unevenRails() throws {
    let found = try evidence(Self.topology(4, cell: "NV18", cards: 2, near: 2))
    #expect(found.nodes[0].cards?.value == 2)
    #expect(found.warnings.count == 1)
    #expect(found.warnings[0].message.hasPrefix("GPU1, GPU3 have no card behind their PCIe switch"))
  }

  @Test("links are told apart: bridges over neighbours, over pairs that are far, and unlike pairs")
  func links() {
    #expect(
      LinkMatrix([[0, 4, 0, 0], [4, 0, 0, 0], [0, 0, 0, 4], [0, 0, 4, 0]]).wiring.0
        == .pairs(links: 4))
    let far = LinkMatrix([[0, 0, 4, 0], [0, 0, 0, 4], [4, 0, 0, 0], [0, 4, 0, 0]]).wiring
    #expect(far.0 == .pairs(links: 4, order: [0, 2, 1, 3]))
    #expect(far.doubt == nil)
    #expect(
      far.0?.words
        == "joined in pairs by bridges of 4 NVLink links, side by side in the order 0, 2, 1, 3")
    let chain = LinkMatrix([[0, 4, 0, 0], [4, 0, 4, 0], [0, 4, 0, 0], [0, 0, 0, 0]]).wiring
    #expect(chain.0 == .pcie)
    #expect(
      chain.doubt
        == "NVLink joins only some accelerators, and not in pairs; a cluster file cannot say so, and "
        + "PCIe is taken for all")
    let cube = LinkMatrix([[0, 1, 2, 1], [1, 0, 1, 2], [2, 1, 0, 0], [1, 2, 0, 0]]).wiring
    #expect(cube.0 == .mesh(linksPerPair: 1, links: 4))
    #expect(cube.doubt?.contains("0 to 2 NVLink links") == true)
    #expect(LinkMatrix([[0]]).wiring.0 == nil)
  }

  @Test("a table that was cut is refused with its line")
  func cutTable() {
    let text = Self.topology(3, cell: "NV18").split(separator: "\n").dropLast(3).joined(
      separator: "\n")
    #expect(
      refusal(text + "\nGPU2\tNV18")
        == #"file:4:1: error: the row of "GPU2" has 1 cell, but the header names 3 devices: is it whole?"#
    )
    #expect(refusal(text) == #"file:1:1: error: the table has no row of "GPU2""#)
    #expect(
      refusal(Self.topology(2, cell: "NVX"))?.hasPrefix(
        #"file:2:8: error: "NVX" is no connection; those are X, NV and a number"#) == true)
  }

  @Test("a NCCL dump has its accelerators, links to switches, and ports with their rate")
  func ncclDump() throws {
    let gpus = (0..<4).map { index in
      """
      <pci busid="0000:\(index)0:00.0" class="0x030200" vendor="0x10de" device="0x2330" \
      link_speed="32.0 GT/s PCIe" link_width="16"><gpu dev="\(index)" sm="90" rank="\(index)" gdr="1">
      <nvlink target="0000:a0:00.0" count="9" tclass="0x068000"/>
      <nvlink target="0000:a1:00.0" count="9" tclass="0x068000"/></gpu></pci>
      """
    }.joined(separator: "\n")
    let nets = (0..<4).map {
      "<net name=\"mlx5_\($0)\" dev=\"\($0)\" speed=\"400000\" port=\"1\"/>"
    }
    let found = try evidence(
      """
      <system version="1"><cpu numaid="0">\(gpus)
      <nic>\(nets.joined())<net name="eth0" dev="9" speed="25000"/></nic></cpu></system>
      """)
    let facts = found.nodes[0]
    #expect(facts.acceleratorsPerNode?.value == 4)
    #expect(facts.accelerator?.value == "H100-SXM-80GB")
    #expect(facts.wiring?.value == .switched(links: 18))
    #expect(facts.cards?.value == 4)
    #expect(facts.cardRate?.value == .gigabits(400))
    #expect(
      found.warnings.map(\.message).joined().contains("1 slower network port beside 4 of 400 Gb/s"))
  }

  @Test("a cloud's NCCL file tells accelerators and cards by their classes, and nothing of NVLink")
  func ncclHints() throws {
    let found = try evidence(
      """
      <!-- <graphs> is no element here -->
      <system version="1"><cpu numaid="0"><pci busid="1" class="0x060400">
      <pci busid="2" class="0x030200" vendor="0x10de" device="0x20b0"/><pci busid="3" class="0x030200" vendor="0x10de" device="0x20b0"/>
      <pci busid="4" class="0x020000" vendor="0x1d0f" device="0xefa0"/></pci></cpu></system>
      """)
    #expect(found.kind == .ncclTopology)
    #expect(found.nodes[0].acceleratorsPerNode?.value == 2)
    #expect(found.nodes[0].accelerator?.value == "A100-SXM-40GB")
    #expect(found.nodes[0].cards?.value == 1)
    #expect(found.network?.value == .efa)
    #expect(found.nodes[0].wiring == nil)
  }

  @Test("hwloc tells memory, and accelerators by the numbers of PCI devices")
  func hwloc() throws {
    let found = try evidence(
      """
      <?xml version="1.0"?><!DOCTYPE topology SYSTEM "hwloc2.dtd"><topology version="3.0">
      <object type="Machine"><info name="DMIProductName" value="Box"/>
      <object type="NUMANode" local_memory="1099511627776"/><object type="NUMANode" local_memory="1099511627776"/>
      <object type="PCIDev" pci_type="0302 [10de:2335] [10de:18be] a1"/>
      <object type="PCIDev" pci_type="0300 [1a03:2000] [1a03:2000] 52"/>
      <object type="PCIDev" pci_type="0207 [15b3:1021] [15b3:0041] 00"/></object></topology>
      """)
    let facts = found.nodes[0]
    #expect(facts.hostMemory?.value == .gibibytes(2048))
    #expect(facts.acceleratorsPerNode?.value == 1)
    #expect(facts.accelerator?.value == "H200-SXM-141GB")
    #expect(facts.cards?.value == 1)
  }

  @Test("nvbandwidth's matrix is found inside another text; a slow pair is named")
  func nvbandwidth() throws {
    let text = """
      # Report
      Running device_to_device_memcpy_read_ce.
      memcpy CE GPU(row) -> GPU(column) bandwidth (GB/s)
                0         1         2
      0       N/A    276.07    276.36
      1    276.19       N/A    100.00
      2    276.33    276.29       N/A
      """
    let found = try evidence(text)
    #expect(found.nodes[0].acceleratorsPerNode?.value == 3)
    #expect(found.nodes[0].pairRate?.value == .gigabytes(276.24))
    #expect(
      found.warnings.map(\.message) == [
        "accelerators 1 and 2 copy at 100 GB/s, 63.8 % below the median of all pairs: a bad link, or "
          + "a mesh of unlike pairs"
      ])
    #expect(
      refusal(text.replacing("2    276.33    276.29       N/A", with: ""))
        == "file:7:1: error: the matrix has no row of accelerator 2 with 3 rates: is it whole?")
  }

  @Test(
    "accelerators are known by the names of drivers, labels and schedulers",
    arguments: [
      ("NVIDIA H100 80GB HBM3", "H100-SXM-80GB"), ("NVIDIA-H100-80GB-HBM3", "H100-SXM-80GB"),
      ("h100", "H100-SXM-80GB"), ("nvidia_h100_80gb_hbm3", "H100-SXM-80GB"),
      ("NVIDIA H100 PCIe", "H100-PCIe-80GB"), ("NVIDIA H100 NVL", "H100-NVL-94GB"),
      ("NVIDIA A100-SXM4-80GB", "A100-SXM-80GB"), ("NVIDIA-A100-SXM4-40GB", "A100-SXM-40GB"),
      ("NVIDIA A100 80GB PCIe", "A100-PCIe-80GB"), ("NVIDIA H200", "H200-SXM-141GB"),
      ("NVIDIA H20", "H20-96GB"), ("NVIDIA A800-SXM4-80GB", "A800-SXM-80GB"),
      ("NVIDIA B200", "B200-SXM-180GB"), ("NVIDIA B300 SXM6 AC", "B300-SXM-270GB"),
      ("NVIDIA GB200", "GB200-186GB"), ("NVIDIA GH200 480GB", "GH200-96GB"),
      ("NVIDIA GH200 144G HBM3e", "GH200-144GB"), ("Tesla V100-SXM2-16GB", "V100-SXM2-16GB"),
      ("Tesla V100-SXM3-32GB", "V100-SXM3-32GB"), ("Tesla T4", "T4"), ("NVIDIA L40S", "L40S"),
      ("NVIDIA GeForce RTX 4090", "RTX-4090"), ("AMD_Instinct_MI300X_OAM", "MI300X-192GB"),
      ("mi250x", "MI250X-GCD"),
    ])
  func names(text: String, expected: String) {
    #expect(AcceleratorNames.recognise(text) == expected)
  }

  @Test(
    "a name that several accelerators have, a slice of one, and another maker's are not guessed",
    arguments: [
      "a100", "v100", "NVIDIA-A100-PCIE-40GB", "NVIDIA-H100-80GB-HBM3-MIG-1g.10gb", "GTX 1080", "",
      "gpu",
    ])
  func unknownNames(text: String) {
    #expect(AcceleratorNames.recognise(text) == nil)
  }
}
