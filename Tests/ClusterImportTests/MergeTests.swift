import ClusterTopology
import InputFiles
import Quantities
import Testing

@testable import ClusterImport

@Suite("Several files make one cluster")
struct MergeTests {
  private let slurm = "ClusterName=tiger\nNodeName=n[0-3] Gres=gpu:h100:8 RealMemory=1048576\n"
  private let switches =
    "SwitchName=l0 Nodes=n[0-1]\nSwitchName=l1 Nodes=n[2-3]\nSwitchName=s Switches=l[0-1]\n"

  private func merge(
    _ texts: (text: String, file: String)..., change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> ImportedCluster {
    try ClusterMerge.cluster(
      try texts.map { try evidence($0.text, $0.file) }, options: .with(change))
  }

  /// What a merge is refused with.
  private func failure(
    _ texts: (text: String, file: String)..., change: (inout ImportOptions) -> Void = { _ in }
  ) throws -> String? {
    let evidence = try texts.map { try ClusterImportTests.evidence($0.text, $0.file) }
    do throws(ImportFailure) {
      _ = try ClusterMerge.cluster(evidence, options: .with(change))
      return nil
    } catch .faults(let faults) {
      return faults.description
    } catch .need(let need) {
      return need.description
    }
  }

  @Test("hosts of Slurm, links of nvidia-smi, switches of topology.conf: 32 H100 that plan reads")
  func whole() throws {
    let topology = NodeSourceTests.topology(8, cell: "NV18", cards: 8)
    let cluster = try merge(
      (topology, "topo.txt"), (slurm, "slurm.conf"), (switches, "topology.conf")
    ) {
      $0.gigabitsPerSecond = 400
      $0.fabric = .infiniband
    }
    #expect(
      cluster.text() == """
        {
          "name": "tiger",
          "nodeGroups": [
            {
              "name": "h100-sxm-80gb",
              "nodes": 4,
              "names": "n[0-3]",
              "acceleratorsPerNode": 8,
              "accelerator": "H100-SXM-80GB",
              "scaleUp": { "kind": "nvswitch", "accelerators": 8, "gigabytesPerSecond": 450 },
              "nics": { "fabric": "infiniband", "perNode": 8, "gigabitsPerSecond": 400 },
              "hostMemoryGiB": 1024
            }
          ],
          "fabrics": [
            {
              "name": "infiniband",
              "kind": "infiniband",
              "latencyMicroseconds": 14,
              "levels": [
                { "nodesPerSwitch": 2, "oversubscription": 1 }
              ]
            }
          ]
        }

        """)
    #expect(try cluster.topology().deviceCount == 32)
    #expect(
      cluster.originLines == [
        "H100-SXM-80GB: slurm.conf:2", "8 accelerators a node: slurm.conf:2",
        "nvswitch at 450 GB/s an accelerator: topo.txt:1",
        "8 network cards of 400 Gb/s: topo.txt:1, --gigabits-per-second",
        "1024.0 GiB of host memory: slurm.conf:2", "infiniband: --fabric",
        "2 nodes below a switch: topology.conf:1",
      ])
  }

  @Test("what two files say differently is a fault at the later one's place")
  func contradiction() throws {
    let topology = NodeSourceTests.topology(4, cell: "NV18")
    #expect(
      try failure((slurm, "slurm.conf"), (topology, "topo.txt"))
        == "topo.txt:1:1: error: a node has 4 accelerators, but in slurm.conf:2 a node has 8 accelerators"
    )
    #expect(
      try failure(
        (slurm, "slurm.conf"),
        (#"{"nodes": [{"name": "n1", "gres": "gpu:h200:8"}]}"#, "sinfo.json"))
        == "sinfo.json:1:21: error: the accelerator is H200-SXM-141GB, but in slurm.conf:2 the "
        + "accelerator is H100-SXM-80GB")
  }

  @Test("what nobody tells is asked for by the option that tells it")
  func needs() throws {
    let bare = "NodeName=n[0-1] Gres=gpu:8\n"
    #expect(
      try failure((bare, "a"))
        == "no file tells which accelerator the nodes have: give --accelerator NAME, such as "
        + "H100-SXM-80GB, or --node NAME of the catalogue ('plan init --list')")
    #expect(
      try failure(("NodeName=n[0-1]\n", "a")) { $0.accelerator = "H100-SXM-80GB" }
        == "no file tells how many accelerators a node has: give --accelerators-per-node N, or --node "
        + "NAME of the catalogue")
    #expect(
      try failure((bare, "a")) { $0.accelerator = "H100-SXM-80GB" }
        == "no file tells the network cards between the 2 nodes: give --cards N and "
        + "--gigabits-per-second RATE, or --node NAME of the catalogue")
    #expect(
      try failure((bare, "a"), (NodeSourceTests.topology(8, cell: "NV18", cards: 4), "b")) {
        $0.accelerator = "H100-SXM-80GB"
      }
        == "no file tells the rate of the 4 network cards of a node: give --gigabits-per-second RATE, "
        + "or --node NAME of the catalogue")
    #expect(
      try failure((bare, "a")) {
        $0.node = "DGX-H100"
        $0.nodes = 3
      } == "--nodes is 3, but the files name 2 hosts with accelerators")
  }

  @Test("flags stand above files, and files above the catalogue; each difference is told")
  func precedence() throws {
    let cluster = try merge((slurm, "slurm.conf")) {
      $0.node = "DGX-H200"
      $0.accelerator = "H800-SXM-80GB"
      $0.acceleratorsPerNode = 4
      $0.cards = 2
      $0.gigabitsPerSecond = 100
    }
    let group = try cluster.topology().nodeGroups[0]
    #expect(group.accelerator.name == "H800-SXM-80GB")
    #expect(group.acceleratorsPerNode == 4)
    #expect(group.nics?.total == .gigabits(200))
    #expect(
      cluster.warningTexts == [
        "slurm.conf:2:1: warning: the accelerator is H100-SXM-80GB, where --accelerator says "
          + "H800-SXM-80GB; the flag's stands",
        "slurm.conf:2:1: warning: a node has 8 accelerators, where --accelerators-per-node says 4; the "
          + "flag's stands",
      ])
  }

  @Test("hosts of two kinds become two groups on one fabric; hosts without accelerators none")
  func groups() throws {
    let cluster = try merge(
      (
        "NodeName=a[0-1] Gres=gpu:h100:8\nNodeName=login Gres=(null)\nNodeName=b[0-2] Gres=gpu:h100:4\n",
        "slurm.conf"
      )
    ) {
      $0.cards = 4
      $0.gigabitsPerSecond = 200
    }
    let topology = try cluster.topology()
    #expect(topology.nodeGroups.map(\.name) == ["h100-sxm-80gb", "h100-sxm-80gb-2"])
    #expect(topology.deviceCount == 28)
    #expect(
      cluster.warningTexts.contains(
        "slurm.conf:2:1: warning: login has no accelerator, and is left out"))
  }

  @Test("leaves of 2 and 3 hosts are counted as 3 below each, with a warning; 3 and 2 need none")
  func unevenLeaves() throws {
    let cluster = try merge(
      ("NodeName=n[0-4] Gres=gpu:h100:8\n", "slurm.conf"),
      (
        "SwitchName=a Nodes=n[1,3]\nSwitchName=b Nodes=n[0,2,4]\nSwitchName=s Switches=a,b\n",
        "topology.conf"
      )
    ) { $0.node = "DGX-H100" }
    let topology = try cluster.topology()
    #expect((0..<5).map { topology.name(ofNode: $0) } == ["n1", "n3", "n0", "n2", "n4"])
    #expect(topology.fabrics[0].levels.map(\.nodesPerSwitch) == [3])
    #expect(cluster.warningTexts.contains { $0.contains("switches have unlike numbers of hosts") })
    let short = SwitchTree(
      tiers: [.init(units: [["a", "b", "c"], ["d", "e"]])], file: "file", position: nil)
    #expect(short.levels.levels.map(\.nodesPerSwitch) == [3])
    #expect(!short.levels.isUneven)
  }

  @Test("a single node needs no network; its cards are left out while their rate is not told")
  func singleNode() throws {
    let cluster = try merge((NodeSourceTests.topology(8, cell: "NV18", cards: 8), "topo.txt")) {
      $0.accelerator = "H100-SXM-80GB"
    }
    #expect(try cluster.topology().nodeGroups[0].nics == nil)
    #expect(
      cluster.warningTexts == [
        "import: warning: no file names the hosts: one node is taken; --nodes says how many there are",
        "topo.txt:1:1: warning: the rate of the 8 network cards is not told, and a single node needs "
          + "none: they are left out; --gigabits-per-second adds them",
      ])
  }

  @Test("the order of files changes neither hosts nor figures")
  func order() throws {
    let parts = [
      (slurm, "a"), (switches, "b"), (NodeSourceTests.topology(8, cell: "NV18", cards: 8), "c"),
    ]
    let change: (inout ImportOptions) -> Void = { $0.gigabitsPerSecond = 400 }
    let texts = try [[0, 1, 2], [2, 1, 0], [1, 2, 0]].map { order in
      try ClusterMerge.cluster(
        try order.map { try evidence(parts[$0].0, parts[$0].1) }, options: .with(change)
      ).text()
    }
    #expect(Set(texts).count == 1)
  }

  @Test("a million hosts in one line are imported; one more than a cluster may have is refused")
  func million() throws {
    let cluster = try merge(("NodeName=n[0-999999] Gres=gpu:h100:8\n", "slurm.conf")) {
      $0.node = "DGX-H100"
    }
    #expect(cluster.text().contains(#",n[100000-999999]""#))
    #expect(
      refusal("NodeName=n[0-1048576] Gres=gpu:8\n")
        == #"file:1:1: error: "n[0-1048576]" stands for more than the 1048576 names allowed"#)
  }
}
