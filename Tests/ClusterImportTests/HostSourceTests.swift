import ClusterTopology
import Quantities
import Testing

@testable import ClusterImport

@Suite("Files that name hosts")
struct HostSourceTests {
  @Test("slurm.conf: nodes with their gres and memory, defaults, and the cluster's name")
  func slurmConfiguration() throws {
    let found = try evidence(
      """
      # comment
      ClusterName=tiger
      GresTypes=gpu
      NodeName=DEFAULT Gres=gpu:h100:8(S:0-1) RealMemory=2063000
      NodeName=a[01-03] CPUs=192 State=UNKNOWN
      nodename=login CPUs=16 \\
        Gres=(null)
      PartitionName=debug Nodes=ALL
      """)
    #expect(found.clusterName == "tiger")
    #expect(found.nodes.map { $0.hosts.map(\.value) } == [["a01", "a02", "a03"], ["login"]])
    #expect(found.nodes[0].acceleratorsPerNode?.value == 8)
    #expect(found.nodes[0].accelerator?.value == "H100-SXM-80GB")
    #expect(found.nodes[0].hostMemory?.value == .mebibytes(2_063_000))
    #expect(found.nodes[1].acceleratorsPerNode?.value == 0)
  }

  @Test("scontrol show nodes: records of several lines, in which '#1' starts no comment")
  func scontrolNodes() throws {
    let found = try evidence(
      """
      NodeName=n0 Arch=x86_64 CoresPerSocket=1
         Gres=gpu:nvidia_a100-sxm4-80gb:4
         OS=Linux 6.1 #1 SMP RealMemory=1000000 AllocMem=0
         State=IDLE+DRAIN ThreadsPerCore=1

      NodeName=n1 Gres=gpu:4
         State=IDLE
      """)
    #expect(found.nodes.map { $0.hosts[0].value } == ["n0", "n1"])
    #expect(found.nodes[0].accelerator?.value == "A100-SXM-80GB")
    #expect(found.nodes[0].hostMemory?.value == .mebibytes(1_000_000))
    #expect(found.warnings.map(\.message) == ["n0 is IDLE+DRAIN; it is counted all the same"])
    #expect(found.nodes[1].acceleratorsPerNode?.value == 4)
  }

  @Test("gres.conf: as many accelerators as device files; a type with two meanings is named")
  func gres() throws {
    let found = try evidence("Name=gpu Type=a100 File=/dev/nvidia[0-3]\n")
    #expect(found.nodes[0].acceleratorsPerNode?.value == 4)
    #expect(found.nodes[0].accelerator == nil)
    #expect(
      found.warnings.map(\.message) == [
        #"the type "a100" names A100-SXM-40GB as well as A100-SXM-80GB as well as A100-PCIe-80GB"#
      ])
  }

  @Test("topology.conf: tiers from the leaves up, in the order of the switches above")
  func topology() throws {
    let tree = try #require(
      evidence(
        """
        SwitchName=leaf1 Nodes=n[2-3]
        SwitchName=leaf0 Nodes=n[0-1]
        SwitchName=spine Switches=leaf[0-1]
        """
      ).tree)
    #expect(
      tree.tiers.map(\.units) == [[["n0", "n1"], ["n2", "n3"]], [["n0", "n1", "n2", "n3"]]])
    #expect(tree.levels.levels.map(\.nodesPerSwitch) == [2])
    #expect(!tree.levels.isUneven)
  }

  @Test("switches that go round in a circle, or name one that is not there, are refused")
  func badSwitches() {
    #expect(
      refusal("SwitchName=a Switches=b\nSwitchName=b Switches=a\n")
        == "file:2:1: error: the switches below \"b\" go round in a circle")
    #expect(
      refusal("SwitchName=a Switches=c\n")
        == "file:1:1: error: \"a\" names the switch \"c\", which is not there")
    #expect(
      refusal("SwitchName=a Nodes=n[0-1]\nSwitchName=b Nodes=n[1-2]\n")
        == "file:2:1: error: n1 is below \"b\", and below \"a\" already")
  }

  @Test("17 tiers of switches are refused")
  func manyTiers() {
    let chain = (1...16).map { "SwitchName=s\($0) Switches=s\($0 - 1)\n" }.joined()
    #expect(
      refusal("SwitchName=s0 Nodes=n0\n" + chain)
        == "file: error: has switches 17 deep, but no network has more than 16 tiers")
  }

  @Test("sinfo --json of Slurm 22.05 and of 23.02 say the same in different keys")
  func sinfo() throws {
    let old = try evidence(
      #"{"nodes": [{"name": "n0", "gres": "gpu:h200:8", "real_memory": 1024, "state": "down"}]}"#)
    let new = try evidence(
      #"{"sinfo": [{"nodes": {"nodes": ["n0"]}, "gres": {"total": "gpu:h200:8"}, "memory": {"minimum": 1024}}]}"#
    )
    for found in [old, new] {
      #expect(found.kind == .slurmJSON)
      #expect(found.nodes[0].hosts.map(\.value) == ["n0"])
      #expect(found.nodes[0].accelerator?.value == "H200-SXM-141GB")
      #expect(found.nodes[0].hostMemory?.value == .gibibytes(1))
    }
    #expect(old.warnings.map(\.message) == ["n0 is down; it is counted all the same"])
  }

  static func node(_ name: String, _ labels: String, gpus: Int = 8) -> String {
    #"{"kind": "Node", "metadata": {"name": "\#(name)", "labels": {\#(labels)}}, "#
      + #""status": {"capacity": {"nvidia.com/gpu": "\#(gpus)", "memory": "2097152Mi"}}}"#
  }

  @Test("Kubernetes nodes: labels tell the accelerator, the kind of instance and the switches")
  func kubernetes() throws {
    let nodes = (0..<4).map { index in
      Self.node(
        "k\(index)",
        #""nvidia.com/gpu.product": "NVIDIA-H100-80GB-HBM3", "node.kubernetes.io/instance-type": "p5.48xlarge", "#
          + #""fabric.topograph.run/tier-0": "s\#(index % 2)", "fabric.topograph.run/tier-1": "top""#
      )
    }
    let found = try evidence(#"{"kind": "List", "items": [\#(nodes.joined(separator: ","))]}"#)
    #expect(found.nodes[0].preset?.value == "AWS p5.48xlarge")
    #expect(
      found.tree?.tiers.map(\.units) == [
        [["k0", "k2"], ["k1", "k3"]], [["k0", "k2", "k1", "k3"]],
      ])
    let cluster = try ClusterMerge.cluster([found])
    let topology = try cluster.topology()
    #expect(topology.nodeGroups[0].nics?.perNode == 32)
    #expect(topology.fabrics[0].kind == .efa)
    #expect(topology.fabrics[0].levels.map(\.nodesPerSwitch) == [2])
    #expect((0..<4).map { topology.name(ofNode: $0) } == ["k0", "k2", "k1", "k3"])
    #expect(topology.nodeGroups[0].hostMemory == .gibibytes(2048))
  }

  @Test("36 trays of 4 in two NVLink cliques become domains of 72 accelerators")
  func cliques() throws {
    let nodes = (0..<36).map { index in
      Self.node(
        "t\(index)",
        #""nvidia.com/gpu.product": "NVIDIA-GB200", "nvidia.com/gpu.clique": "u.\#(index % 2)""#,
        gpus: 4)
    }
    let cluster = try ClusterMerge.cluster(
      [evidence(#"{"items": [\#(nodes.joined(separator: ","))]}"#)],
      options: .with {
        $0.cards = 4
        $0.gigabitsPerSecond = 400
      })
    let topology = try cluster.topology()
    #expect(topology.nodeGroups[0].scaleUp.accelerators == 72)
    #expect(topology.nodeGroups[0].nodesPerDomain == 18)
    #expect(topology.name(ofNode: 1) == "t2")
    #expect(topology.name(ofNode: 18) == "t1")
  }

  @Test("JSON of Kubernetes without a node says what it holds instead")
  func otherKubernetes() {
    #expect(
      refusal(#"{"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod", "metadata": {}}]}"#)
        == "file:1:1: error: is JSON of Kubernetes without a Node, but with Pod; give the output of "
        + "kubectl get nodes -o json")
  }

  /// A fabric of leaves with some hosts each, two adapters a host on two rails, under one spine.
  static func discovery(leaves: Int, hosts: Int) -> String {
    var text = "switchguid=0x1(1)\n"
    for leaf in 0..<leaves {
      for rail in 0..<2 {
        text +=
          "Switch\t65 \"S-\(leaf)\(rail)\"\t\t# \"LEAF;\(leaf)-\(rail)\" enhanced port 0 lid 1 lmc 0\n"
        for host in 0..<hosts {
          text +=
            "[\(host + 1)]\t\"H-\(leaf)\(rail)\(host)\"[1](1) \t\t# \"h\(leaf)\(host) mlx5_\(rail)\" lid 2 4xNDR\n"
        }
        for port in 0..<(hosts / 2) {
          text += "[\(40 + port)]\t\"S-9\"[\(port)]\t\t# \"SPINE\" lid 3 4xNDR\n"
        }
        text +=
          "[65]\t\"H-a\"[1](1) \t\t# \"Mellanox Technologies Aggregation Node\" lid 9 4xNDR\n\n"
      }
    }
    text +=
      "Switch\t65 \"S-9\"\t\t# \"SPINE\" enhanced port 0 lid 3 lmc 0\n[1]\t\"S-00\"[40]\t\t# \"LEAF\" lid 1 4xNDR\n"
    return text
  }

  @Test("ibnetdiscover: rails of the same hosts are one leaf, and half as much goes up as down")
  func infiniband() throws {
    let found = try evidence(Self.discovery(leaves: 3, hosts: 4))
    #expect(found.nodes[0].hosts.count == 12)
    #expect(found.nodes[0].cards?.value == 2)
    #expect(found.nodes[0].cardRate?.value == .gigabits(400))
    #expect(
      found.tree?.tiers[0].units == [
        ["h00", "h01", "h02", "h03"], ["h10", "h11", "h12", "h13"], ["h20", "h21", "h22", "h23"],
      ])
    let cluster = try ClusterMerge.cluster([found], options: .with { $0.node = "DGX-H100" })
    let topology = try cluster.topology()
    #expect(topology.nodeGroups[0].nics?.perNode == 2)
    #expect(topology.fabrics[0].levels == [.init(nodesPerSwitch: 4, oversubscription: 2)])
    #expect(cluster.warningTexts.contains { $0.contains("inNetworkReduction") })
  }

  @Test("a scan that met no switch is refused")
  func noSwitch() {
    let text = "caguid=0x1\nCa\t1 \"H-1\"\t\t# \"n01 HCA-1\"\n"
    #expect(
      refusal(text)
        == "file: error: is ibnetdiscover output without a switch: the scan ended at its own adapter, "
        + "so that it tells nothing of a fabric")
  }

  @Test("a topograph model: blocks below leaves, lists in either form, and domains")
  func topograph() throws {
    let found = try evidence(
      """
      # picture
      switches:
        core:
          switches:
          - spine-1
          - spine-2
        spine-1:
          labels:
            zone: zone1
          switches: [leaf-1, "leaf-2"]
      blocks:
      - switch: leaf-1
        nodes: ["a[1-2]", "b7"]
        annotations:
          accelerator.topology.test/domain: nvl1
      - switch: leaf-2
        nodes:
        - c[1-3]
        annotations:
          accelerator.topology.test/domain: nvl2
      """)
    #expect(
      found.nodes.map { $0.hosts.map(\.value) } == [["a1", "a2", "b7"], ["c1", "c2", "c3"]])
    #expect(found.nodes.map { $0.domain?.value } == ["nvl1", "nvl2"])
    #expect(found.tree?.tiers[0].units == [["a1", "a2", "b7"], ["c1", "c2", "c3"]])
  }

  @Test(
    "names that no host has are refused wherever they stand",
    arguments: [
      "NodeName=a;$(reboot) Gres=gpu:8\n",
      "NodeName=a'b Gres=gpu:8\n",
      #"{"nodes": [{"name": "a\nb", "gres": "gpu:8"}]}"#,
      #"{"items": [{"kind": "Node", "metadata": {"name": "$(x)"}}]}"#,
      "SwitchName=leaf Nodes=a`b`[0-1]\n",
      "START mpiGraph v1\nSend\ta;b:0\tc:1\na;b:0 to\t0\t1\nc:1 to\t1\t0\n",
      "#  Rank 0 Group 0 Pid 1 on $(x) device 0 [0x1b] H100\n# size algbw busbw\n",
      "a;b,c\n0,1\n1,0\n",
    ])
  func hostileNames(text: String) {
    let kind: SourceKind? = text.hasPrefix("a;b") ? .bandwidthMatrix : nil
    #expect(refusal(text, kind: kind)?.contains("is no name of a host: those have letters") == true)
  }
}
