import InputFiles
import Quantities
import Testing

@testable import ClusterTopology

@Suite("A cluster's nodes can stand in another order")
struct ReorderingTests {
  /// Three nodes; from i to j goes 10·i + j + 1 GB/s, the second node is slow, and so is one link.
  private func cluster() throws -> ClusterTopology {
    let file = try ClusterFile.parse(ClusterFile.template(node: "DGX-H100", nodes: 3)).topology
    let rates: [Float] = [1, 2, 3, 11, 12, 13, 21, 22, 23]
    return try ClusterTopology(
      name: file.name, nodeGroups: file.nodeGroups, fabrics: file.fabrics,
      measured: MeasuredBandwidth(nodes: 3, gigabytesPerSecond: rates),
      health: ClusterHealth(
        slowNodes: [.init(node: 1, factor: 0.5)], badLinks: [.init(from: 1, to: 2, factor: 0.25)]))
  }

  @Test("Names, links and health go along with the nodes")
  func everything() throws {
    let cluster = try cluster()
    let reordered = try #require(cluster.reordered([2, 0, 1]))
    #expect((0..<3).map(reordered.name) == [2, 0, 1].map(cluster.name))
    #expect(reordered.computeFactor(ofNode: 2) == 0.5)
    #expect(reordered.computeFactor(ofNode: 1) == 1)
    for (from, sender) in [2, 0, 1].enumerated() {
      for (to, receiver) in [2, 0, 1].enumerated() where from != to {
        #expect(
          reordered.link(from: from, to: to).rate == cluster.link(from: sender, to: receiver).rate)
      }
    }
  }

  @Test("What is no order of every node is none")
  func none() throws {
    let cluster = try cluster()
    #expect(cluster.reordered([0, 1]) == nil)
    #expect(cluster.reordered([0, 1, 1]) == nil)
    #expect(cluster.reordered([0, 1, 3]) == nil)
    #expect(cluster.reordered([0, 1, 2])?.name(ofNode: 1) == cluster.name(ofNode: 1))
  }

  @Test("Nodes of a group stay together, and groups change places as a whole")
  func groups() throws {
    let two = try ClusterFile.parse(
      """
      { "name": "two", "fabrics": [ { "name": "ib", "kind": "infiniband" } ], "nodeGroups": [
        { "name": "a", "nodes": 2, "node": "DGX-H100", "nics": { "fabric": "ib", "perNode": 8,
          "gigabitsPerSecond": 400 } },
        { "name": "b", "nodes": 2, "node": "DGX-A100", "nics": { "fabric": "ib", "perNode": 8,
          "gigabitsPerSecond": 200 } } ] }
      """
    ).topology
    #expect(two.reordered([1, 0, 3, 2]) != nil)
    #expect(two.reordered([2, 0, 1, 3]) == nil)
    let turned = try #require(two.reordered([3, 2, 0, 1]))
    #expect(turned.nodeGroups.map(\.name) == ["b", "a"])
    #expect((0..<4).map(turned.name) == ["b-1", "b-0", "a-0", "a-1"])
    #expect(turned.link(from: 2, to: 3).rate == two.link(from: 0, to: 1).rate)
    #expect(turned.link(from: 0, to: 1).rate == two.link(from: 2, to: 3).rate)
    #expect(turned.link(from: 0, to: 2).rate == two.link(from: 3, to: 0).rate)
    #expect(two.order(startingWith: [3]) == [3, 2, 0, 1])
    #expect(two.reordered([0, 2, 3, 1]) == nil)
    #expect(two.groupOrders() == [[0, 1], [1, 0]])
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 16, pipeline: 2)) == "b")
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 8, pipeline: 3)) == "a")
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 12, pipeline: 2)) == nil)
  }

  /// Four nodes, two below each switch, four ways oversubscribed above.
  private func tiered() throws -> ClusterTopology {
    try ClusterFile.parse(
      """
      { "name": "tiered", "fabrics": [ { "name": "ib", "kind": "infiniband",
          "levels": [ { "nodesPerSwitch": 2, "oversubscription": 4 } ] } ],
        "nodeGroups": [ { "name": "a", "nodes": 4, "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } } ] }
      """
    ).topology
  }

  @Test("Switches lie where they lie, and nodes keep their places below them")
  func switches() throws {
    let tiered = try tiered()
    let changed = try #require(tiered.reordered([0, 2, 1, 3]))
    #expect(changed.link(from: 0, to: 1).rate.gigabytes == 100)
    #expect(changed.link(from: 0, to: 2).rate.gigabytes == 400)
    #expect(
      try #require(changed.reordered([0, 2, 1, 3])).link(from: 0, to: 1).rate.gigabytes == 400)
  }

  @Test("Trays keep their rack, whatever place they stand in")
  func racks() throws {
    let racks = try ClusterFile.parse(ClusterFile.template(node: "GB200-NVL72", nodes: 36)).topology
    #expect(racks.hasWholeDomains)
    let swapped = try #require(racks.reordered(Array(18..<36) + Array(0..<18)))
    #expect(swapped.hasWholeDomains)
    let mixed = try #require(racks.reordered([0, 18, 1] + Array(2..<18) + Array(19..<36)))
    #expect(!mixed.hasWholeDomains)
    #expect(!mixed.shareScaleUpDomain(0, 1))
    #expect(mixed.shareScaleUpDomain(0, 2))
  }

  @Test("A cluster without a node keeps the others' places, and is written with it as lost")
  func lost() throws {
    let left = try #require(try tiered().without([1]))
    #expect((0..<3).map(left.name) == ["a-0", "a-2", "a-3"])
    #expect(left.link(from: 0, to: 1).rate.gigabytes == 100)
    #expect(left.link(from: 1, to: 2).rate.gigabytes == 400)
    #expect(left.lostNames == ["a-1"])
    #expect(left.doubts.contains("a-1 is out of service"))
    let again = try ClusterFile.parse(JSONText.compact(left.normalised)).topology
    #expect(again.lostNames == ["a-1"])
    #expect(again.normalised == left.normalised)
    #expect(again.link(from: 0, to: 1).rate.gigabytes == 100)
    #expect(try #require(again.without([0])).lostNames == ["a-0", "a-1"])
    #expect(try tiered().without([0, 1, 2, 3]) == nil)
  }

  @Test("A node that comes in at another's place has its own name, and the other's links")
  func renamed() throws {
    let left = try #require(try tiered().without([3]))
    let renamed = try #require(left.renaming([1: "spare"]))
    #expect((0..<3).map(renamed.name) == ["a-0", "spare", "a-2"])
    #expect(renamed.link(from: 0, to: 1).rate.gigabytes == 400)
    let again = try ClusterFile.parse(JSONText.compact(renamed.normalised)).topology
    #expect((0..<3).map(again.name) == ["a-0", "spare", "a-2"])
    #expect(again.lostNames == ["a-3"])
    #expect(try tiered().renaming([1: "a-2"]) == nil)
    #expect(try cluster().renaming([1: "spare"]) == nil, "its links were measured")
  }

  @Test("Each snapshot's links can be looked at alone, in any order of nodes")
  func snapshots() throws {
    let toys = try ClusterFile.parse(ClusterFile.template(node: "DGX-H100", nodes: 2)).topology
    let cluster = try ClusterTopology(
      name: "two", nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(
        nodes: 2, gigabytesPerSecond: [0, 10, 20, 0],
        sources: ["one", "other"].map { .init(path: $0, unit: "gigabytesPerSecond", sha256: "") },
        snapshots: [[0, 10, 40, 0], [0, 30, 20, 0]]))
    #expect(cluster.snapshotPaths == ["one", "other"])
    let swapped = try #require(cluster.reordered([1, 0]))
    #expect(swapped.link(from: 0, to: 1).rate.gigabytes == 20)
    #expect(try #require(swapped.underSnapshot(0)).link(from: 0, to: 1).rate.gigabytes == 40)
    #expect(try #require(swapped.underSnapshot(1)).link(from: 1, to: 0).rate.gigabytes == 30)
    #expect(swapped.underSnapshot(2) == nil)
  }
}
