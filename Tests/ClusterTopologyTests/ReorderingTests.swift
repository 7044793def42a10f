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

  @Test("Nodes keep to the places of their group")
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
    #expect(two.reordered([0, 2, 3, 1]) == nil)
    let turned = try #require(two.reordered([3, 2, 0, 1]))
    #expect(turned.nodeGroups.map(\.name) == ["b", "a"])
    #expect(turned.name(ofNode: 0) == two.name(ofNode: 3))
    #expect(turned.link(from: 1, to: 0).rate == two.link(from: 2, to: 3).rate)
    #expect(two.groupOrders() == [[0, 1], [1, 0]])
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 16, pipeline: 2)) == "b")
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 8, pipeline: 3)) == "a")
    #expect(two.nodeGroup(ofStage: 1, of: .init(data: 12, pipeline: 2)) == nil)
  }

  @Test("Switches lie where they lie, so that nodes below them keep their places")
  func switches() throws {
    let tiered = try ClusterFile.parse(
      """
      { "name": "tiered", "fabrics": [ { "name": "ib", "kind": "infiniband",
          "levels": [ { "nodesPerSwitch": 2, "oversubscription": 4 } ] } ],
        "nodeGroups": [ { "name": "a", "nodes": 4, "node": "DGX-H100",
          "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400 } } ] }
      """
    ).topology
    #expect(tiered.reordered([0, 2, 1, 3]) == nil)
    #expect(tiered.reordered([0, 1, 2, 3]) != nil)
  }
}
