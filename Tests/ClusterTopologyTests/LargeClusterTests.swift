import Quantities
import Testing

@testable import ClusterTopology

@Suite("Clusters of 16,384 accelerators")
struct LargeClusterTests {
  @Test("2,048 nodes load in under a quarter of a second")
  func load() throws {
    let text = try ClusterFile.template(node: "DGX-H100", nodes: 2_048)
    var cluster: ClusterTopology?
    let time = try ContinuousClock().measure { cluster = try ClusterFile.parse(text).topology }
    #expect(cluster?.deviceCount == 16_384)
    #expect(time < .milliseconds(250))
  }

  @Test("with a measured matrix of four million entries, in seconds on a busy machine")
  func matrix() throws {
    let folder = try TemporaryFolder()
    let names = (0..<2_048).map { "n" + $0.padded(to: 4) }
    let row = names.indices.map { String(20 + Double($0 % 50) / 10) }.joined(separator: ",")
    let rows = Array(repeating: row, count: names.count).joined(separator: "\n")
    try folder.write("m.csv", names.joined(separator: ",") + "\n" + rows + "\n")
    try folder.write(
      "cluster.json",
      """
      { "nodeGroups": [{ "name": "pod", "names": "n[0000-2047]", "node": "DGX-H100" }],
        "measurements": { "nodeBandwidth": [{ "file": "m.csv", "unit": "gigabytesPerSecond" }] } }
      """)
    var cluster: ClusterTopology?
    let time = try ContinuousClock().measure {
      cluster = try ClusterFile.read(path: folder.path("cluster.json")).topology
    }
    let loaded = try #require(cluster)
    #expect(abs(loaded.link(from: 7, to: 2_040).rate.gigabytes - 24) < 1e-5)
    #expect(abs((loaded.bestLink(between: 0, and: 0)?.rate.gigabytes ?? 0) - 24.9) < 1e-5)
    // 0.3 s on an idle core, a half of it the digest.
    #expect(time < .seconds(6))
  }

  @Test("a link is found in well under a few microseconds")
  func query() throws {
    let cluster = try ClusterTopology.of(
      "DGX-H100", nodes: 2_048,
      levels: [
        Fabric.Level(nodesPerSwitch: 32, oversubscription: 1),
        Fabric.Level(nodesPerSwitch: 256, oversubscription: 2),
      ])
    var slowest = BytesPerSecond.infinity
    let time = ContinuousClock().measure {
      for from in 0..<1_000 {
        for to in 1_000..<2_000 { slowest = min(slowest, cluster.link(from: from, to: to).rate) }
      }
    }
    #expect(slowest.gigabytes == 200)
    // A million queries, at 10 ns each where the caller is optimised too.
    #expect(time < .seconds(3))
  }
}
