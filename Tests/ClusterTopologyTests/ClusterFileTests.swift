import InputFiles
import Quantities
import Testing

@testable import ClusterTopology

@Suite("Cluster files that are read")
struct ClusterFileTests {
  @Test("the two pods of the design are understood")
  func twoPods() throws {
    let folder = try TemporaryFolder()
    let names = (1...16).map { "a" + $0.padded(to: 3) } + (0..<8).map { "pod-b-\($0)" }
    try folder.write("monday.csv", matrix(names) { 40 + Double($0 * 24 + $1) / 10 })
    try folder.write("friday.csv", matrix(names) { 40 + Double($1 * 24 + $0) / 10 })
    try folder.write("cluster.json", Self.design)
    let file = try ClusterFile.read(path: folder.path("cluster.json"))
    let cluster = file.topology

    #expect(file.warnings.isEmpty)
    #expect(cluster.name == "two-pods")
    #expect(cluster.nodeCount == 24)
    #expect(cluster.deviceCount == 192)
    #expect(cluster.name(ofNode: 15) == "a016")
    #expect(cluster.name(ofNode: 16) == "pod-b-0")
    let (podA, podB) = (cluster.nodeGroups[0], cluster.nodeGroups[1])
    #expect(podA.preset == "DGX-H100")
    #expect(podA.hostMemory?.gibibytes == 2048)
    #expect(podA.pricePerNodeHour == 31.2)
    #expect(podB.accelerator.name == "custom")
    #expect(podB.accelerator.visibleMemory.gibibytes == 95.6)
    #expect(podB.accelerator.peak(.fp8)?.teraFLOPS == 1979)
    #expect(podB.scaleUp.bandwidth(groupSize: 2).gigabytes == 450)
    #expect(cluster.fabric(between: 0, and: 1)?.name == "lan")
    // The lesser of 40 + (0·24 + 1) / 10 and its transpose, 40 + (1·24 + 0) / 10.
    #expect(abs(cluster.link(from: 0, to: 1).rate.gigabytes - 40.1) < 1e-5)
    #expect(abs(cluster.link(from: 1, to: 0).rate.gigabytes - 40.1) < 1e-5)
    #expect(cluster.link(from: 0, to: 20).rate.gigabytes == 3.125)
    #expect(cluster.measured?.sources.map(\.path) == ["monday.csv", "friday.csv"])
  }

  @Test("a file with only a preset and a number of nodes is a cluster")
  func smallest() throws {
    let cluster = try ClusterFile.parse(
      #"{ "nodeGroups": [{ "name": "pod", "nodes": 4, "node": "DGX-H100" }] }"#
    ).topology
    #expect(cluster.deviceCount == 32)
    #expect(cluster.fabrics.map(\.kind) == [.infiniband])
    #expect(cluster.link(from: 0, to: 3).rate.gigabytes == 400)
  }

  @Test("any figure of a preset can be overridden")
  func overrides() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 2, "node": "DGX-H100", "acceleratorsPerNode": 4,
        "accelerator": { "visibleMemoryGiB": 70, "peakTeraFLOPS": { "bf16": 800 } },
        "scaleUp": { "gigabytesPerSecond": 400, "inNetworkReduction": false },
        "nics": { "perNode": 2 } }] }
      """
    ).topology
    let group = cluster.nodeGroups[0]
    #expect(group.accelerator.name == "H100-SXM-80GB")
    #expect(group.accelerator.visibleMemory.gibibytes == 70)
    #expect(group.accelerator.peak(.bf16)?.teraFLOPS == 800)
    #expect(group.accelerator.peak(.fp8)?.teraFLOPS == 1978.9)
    #expect(group.scaleUp.accelerators == 4)
    #expect(group.scaleUp.bandwidth(groupSize: 2).gigabytes == 400)
    #expect(!group.scaleUp.inNetworkReduction)
    #expect(group.nics?.total.gigabytes == 100)
  }

  @Test("an accelerator can start from the catalogue, and brings its usual wiring")
  func acceleratorPreset() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 1, "acceleratorsPerNode": 4,
        "accelerator": { "preset": "MI300X", "memoryGigabytesPerSecond": 5000 } }] }
      """
    ).topology
    let group = cluster.nodeGroups[0]
    #expect(group.accelerator.memoryBandwidth.gigabytes == 5000)
    #expect(group.scaleUp.kind == .xgmiMesh)
    #expect([2, 4].map { group.scaleUp.bandwidth(groupSize: $0).gigabytes } == [64, 192])
  }

  @Test("a preset's accelerator keeps its wiring under another name and in other numbers")
  func renamedAccelerator() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 1, "node": "DGX-H100", "acceleratorsPerNode": 4,
        "accelerator": { "name": "our H100", "visibleMemoryGiB": 78 } }] }
      """
    ).topology
    let scaleUp = cluster.nodeGroups[0].scaleUp
    #expect(cluster.nodeGroups[0].accelerator.name == "our H100")
    #expect(scaleUp.accelerators == 4)
    #expect(scaleUp.kind == .nvswitch)
  }

  @Test("pairs joined by bridges are a level inside PCIe")
  func bridges() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 1, "acceleratorsPerNode": 8,
        "accelerator": "H100-PCIe", "scaleUp": { "kind": "nvlinkPairs", "gigabytesPerSecond": 63,
          "levels": [{ "accelerators": 2, "gigabytesPerSecond": 300 }] } }] }
      """
    ).topology
    let scaleUp = cluster.nodeGroups[0].scaleUp
    #expect([2, 4].map { scaleUp.bandwidth(groupSize: $0).gigabytes } == [300, 63])
    #expect(scaleUp.latency == .microseconds(5.7))
  }

  @Test("in a mesh without a stated pair rate, the links are shared out equally")
  func meshPair() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 1, "acceleratorsPerNode": 4,
        "accelerator": "A100-80GB",
        "scaleUp": { "kind": "nvlinkMesh", "gigabytesPerSecond": 300 } }] }
      """
    ).topology
    #expect(cluster.nodeGroups[0].scaleUp.perPair.gigabytes == 100)
  }

  @Test("health lowers a node's compute and one direction of a link")
  func health() throws {
    let cluster = try ClusterFile.parse(
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 3, "node": "DGX-H100" }],
        "health": { "slowNodes": [{ "node": "pod-1", "factor": 0.8 }],
                    "badLinks": [{ "from": "pod-0", "to": "pod-2", "factor": 0.25 }] } }
      """
    ).topology
    #expect(cluster.computeFactor(ofNode: 1) == 0.8)
    #expect(cluster.computeFactor(ofNode: 0) == 1)
    #expect(cluster.link(from: 0, to: 2).rate.gigabytes == 100)
    #expect(cluster.link(from: 2, to: 0).rate.gigabytes == 400)
  }

  @Test("names may hold quotes, spaces, newlines and what a shell would run")
  func strangeNames() throws {
    let cluster = try ClusterFile.parse(
      #"""
      { "name": "it's \"mine\"\n$(rm -rf /)", "nodeGroups": [{ "name": "pod; ls `x`", "node": "DGX-H100",
        "names": ["a \"quoted\" name", "two\nlines", "$HOME", "ü\u0000"] }] }
      """#
    ).topology
    #expect(cluster.nodeCount == 4)
    #expect(cluster.name(ofNode: 1) == "two\nlines")
    let summary = ClusterSummary(cluster).text
    #expect(!summary.contains("two\nlines"))
    #expect(summary.contains(#"it's "mine"\n$(rm -rf /)"#))
    #expect(try reread(cluster).name(ofNode: 3) == "ü\u{0}")
  }

  @Test("a matrix may name nodes in any order, and its diagonal is not read")
  func matrixOrder() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.csv", "pod-2,pod-0,pod-1\nx,160,80\n240,,320\n400,120,0\n")
    try folder.write(
      "cluster.json",
      """
      { "nodeGroups": [{ "name": "pod", "nodes": 3, "node": "DGX-H100" }],
        "measurements": { "nodeBandwidth": [{ "file": "m.csv", "unit": "gigabitsPerSecond" }] } }
      """)
    let cluster = try ClusterFile.read(path: folder.path("cluster.json")).topology
    #expect(cluster.link(from: 2, to: 0).rate.gigabytes == 20)
    #expect(cluster.link(from: 2, to: 1).rate.gigabytes == 10)
    #expect(cluster.link(from: 0, to: 1).rate.gigabytes == 40)
    #expect(cluster.link(from: 1, to: 2).rate.gigabytes == 50)
  }

  // MARK: Writing

  @Test(
    "the normalised form of every preset reads back as the same cluster", arguments: Catalogue.nodes
  )
  func normalised(preset: NodePreset) throws {
    let cards = (perNode: 8, gigabitsPerSecond: 400.0)
    let text = try ClusterFile.template(
      node: preset.name, nodes: 40, cards: preset.nics == nil ? cards : nil)
    let cluster = try ClusterFile.parse(text).topology
    #expect(cluster.nodeCount == 40)
    #expect(cluster.nodeGroups[0].scaleUp == preset.scaleUp)
    #expect(
      cluster.nodeGroups[0].accelerator == Catalogue.accelerator(preset.accelerator)?.accelerator)
    let again = try reread(cluster)
    #expect(again.nodeGroups[0].accelerator == cluster.nodeGroups[0].accelerator)
    #expect(again.nodeGroups[0].scaleUp == cluster.nodeGroups[0].scaleUp)
    #expect(again.nodeGroups[0].nics == cluster.nodeGroups[0].nics)
    #expect(again.fabrics == cluster.fabrics)
    #expect(again.normalised == cluster.normalised)
  }

  @Test("a plan's cluster reads its measurements again, and notices a change")
  func measurementsArePinned() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.csv", "a1,a2\n0,30\n31,0\n")
    try folder.write(
      "cluster.json",
      """
      { "nodeGroups": [{ "name": "pod", "names": "a[1-2]", "node": "DGX-H100" }],
        "fabrics": [{ "name": "ib", "kind": "infiniband",
          "levels": [{ "nodesPerSwitch": 1, "oversubscription": 2.5 }] }],
        "health": { "badLinks": [{ "from": "a1", "to": "a2", "factor": 0.5 }] },
        "measurements": { "nodeBandwidth": [{ "file": "m.csv", "unit": "gigabytesPerSecond" }] } }
      """)
    let cluster = try ClusterFile.read(path: folder.path("cluster.json")).topology
    let plan = JSONText.pretty(["inputs": ["cluster": cluster.normalised]])
    let node = try #require(
      try JSONDocument.parse(plan, file: "plan.json").root["inputs"]?["cluster"])
    let again = try ClusterFile.read(node, file: "plan.json", folder: folder.path("")).topology
    #expect(again.normalised == cluster.normalised)
    #expect(again.link(from: 0, to: 1) == cluster.link(from: 0, to: 1))

    try folder.write("m.csv", "a1,a2\n0,30\n32,0\n")
    let digest = SHA256.hexadecimal(Array("a1,a2\n0,30\n31,0\n".utf8))
    let changed = SHA256.hexadecimal(Array("a1,a2\n0,30\n32,0\n".utf8))
    let faults = #expect(throws: InputFaults.self) {
      try ClusterFile.read(node, file: "plan.json", folder: folder.path(""))
    }
    #expect(
      faults?.faults.map(\.message) == [
        "inputs.cluster.measurements.nodeBandwidth[0].file is \"m.csv\", whose SHA-256 is "
          + "\(changed), but must be \(digest): the file has changed"
      ])
  }

  @Test("16 DGX H100 are written as a file to edit")
  func template() throws {
    #expect(
      try ClusterFile.template(node: "DGX-H100", nodes: 16) == """
        {
          "name": "16-dgx-h100",
          "nodeGroups": [
            {
              "name": "dgx-h100",
              "nodes": 16,
              "names": "dgx-h100-[01-16]",
              "node": "DGX-H100",
              "acceleratorsPerNode": 8,
              "accelerator": "H100-SXM-80GB",
              "scaleUp": { "kind": "nvswitch", "accelerators": 8, "gigabytesPerSecond": 450 },
              "nics": { "fabric": "infiniband", "perNode": 8, "gigabitsPerSecond": 400 }
            }
          ],
          "fabrics": [
            { "name": "infiniband", "kind": "infiniband", "latencyMicroseconds": 14 }
          ]
        }

        """)
  }

  @Test("a template that cannot be written says why")
  func templateErrors() {
    func message(_ node: String, _ nodes: Int) -> String? {
      do throws(ClusterFile.TemplateError) {
        _ = try ClusterFile.template(node: node, nodes: nodes)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      message("DGX-H10", 4)
        == "\"DGX-H10\" names no node of the catalogue; did you mean \"DGX-H100\"?")
    #expect(message("DGX-H100", 0) == "the number of nodes is 0, but must be from 1 to 1048576")
    #expect(
      message("HGX-H20", 2)
        == "the catalogue has no network cards for HGX-H20, since they differ from site to site; "
        + "state their number and rate")
    #expect(message("HGX-H20", 1) == nil)
  }

  private func reread(_ cluster: ClusterTopology) throws -> ClusterTopology {
    try ClusterFile.parse(JSONText.pretty(cluster.normalised)).topology
  }

  /// The cluster file of the design, without its measurements and its last brace.
  static let pods = """
    { "name": "two-pods",
      "nodeGroups": [
        { "name": "pod-a", "nodes": 16, "names": "a[001-016]", "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 }, "hostMemoryGiB": 2048, "pricePerNodeHour": 31.2 },
        { "name": "pod-b", "nodes": 8, "acceleratorsPerNode": 8,
          "accelerator": { "name": "custom", "visibleMemoryGiB": 95.6, "peakTeraFLOPS": { "bf16": 989, "fp8": 1979 }, "memoryGigabytesPerSecond": 2400 },
          "scaleUp": { "accelerators": 8, "kind": "nvswitch", "gigabytesPerSecond": 450 }, "nics": { "fabric": "roce", "perNode": 4, "gigabitsPerSecond": 200 } } ],
      "fabrics": [ { "name": "ib", "kind": "infiniband", "levels": [ { "nodesPerSwitch": 16, "oversubscription": 1 } ] },
                   { "name": "roce", "kind": "roce" },
                   { "name": "lan", "kind": "ethernet", "gigabitsPerSecond": 25, "connects": ["pod-a", "pod-b"] } ]
    """

  static let design =
    pods + """
      ,
      "measurements": { "nodeBandwidth": [ { "file": "monday.csv", "unit": "gigabytesPerSecond" }, { "file": "friday.csv", "unit": "gigabytesPerSecond" } ] } }
      """

  private func matrix(_ names: [String], _ cell: (Int, Int) -> Double) -> String {
    let rows = names.indices.map { row in
      names.indices.map { row == $0 ? "" : String(cell(row, $0)) }.joined(separator: ",")
    }
    return ([names.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
  }
}
