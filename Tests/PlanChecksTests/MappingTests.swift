import ClusterTopology
import LaunchPlan
import ParallelismVocabulary
import PlanChecks
import Testing

@Suite("Every rank lies on one device of the cluster, in the order that was priced")
struct MappingTests {
  private func messages(_ mapping: LaunchPlan.Mapping) throws -> [String] {
    let hand = try HandPlan(cluster: .toys(nodes: 2)) {
      $0.degrees = .init(tensor: 2, data: 2, pipeline: 2)
      $0.mapping = mapping
    }
    let report = try hand.check()
    #expect(report.violations.allSatisfy { [.mapping, .rankOrder].contains($0.kind) })
    return report.violations.map(\.message)
  }

  private func hosts(_ first: Int, _ nodes: Int, group: String = "toy") -> LaunchPlan.Hosts {
    LaunchPlan.Hosts(nodeGroup: group, firstNode: first, nodes: nodes)
  }

  @Test("All devices in order are the mapping that was priced, however its runs are cut")
  func identity() throws {
    #expect(try messages(.init(hosts: [hosts(0, 2)])).isEmpty)
    #expect(try messages(.init(hosts: [hosts(0, 1), hosts(1, 1)])).isEmpty)
    #expect(try messages(.init(hosts: [hosts(0, 2)], deviceOrder: [0, 1, 2, 3])).isEmpty)
    let unmoved = LaunchPlan.MovedRank(rank: 5, host: 1, device: 1)
    #expect(try messages(.init(hosts: [hosts(0, 2)], exceptions: [unmoved])).isEmpty)
  }

  @Test("Hosts are nodes of the cluster, each named once, and enough")
  func hostsExist() throws {
    #expect(
      try messages(.init(hosts: [hosts(0, 2, group: "pod")])) == [
        #"mapping.hosts[0].nodeGroup is "pod", but the cluster has "toy""#
      ])
    #expect(
      try messages(.init(hosts: [hosts(1, 2)])) == [
        #"mapping.hosts[0] has 2 nodes from node 1, but "toy" has 2"#
      ])
    #expect(
      try messages(.init(hosts: [hosts(0, 1), hosts(0, 2)])) == [
        #"mapping.hosts name "toy-0" twice, but each node must be named once"#
      ])
    #expect(
      try messages(.init(hosts: [hosts(0, 1)])) == [
        "mapping.hosts have 4 devices, but the plan has 8 ranks"
      ])
  }

  @Test("No host is named that no rank lies on")
  func unusedHosts() throws {
    let hand = try HandPlan(cluster: .toys(nodes: 2)) {
      $0.degrees = .init(tensor: 2, data: 1, pipeline: 2)
      $0.mapping = .init(hosts: [hosts(0, 2)])
    }
    #expect(
      try hand.check().violations.messages(.mapping) == [
        #"mapping.hosts name "toy-1", but the 4 ranks lie on the hosts before it"#
      ])
    let unmoved = try HandPlan(cluster: .toys(nodes: 2)) {
      $0.degrees = .init(tensor: 2, data: 1, pipeline: 2)
      $0.mapping = .init(
        hosts: [hosts(0, 2)], exceptions: [.init(rank: 0, host: 0, device: 0)])
    }
    #expect(try unmoved.check().violations.messages(.mapping).count == 1)
  }

  @Test("The order of devices covers those of a node")
  func deviceOrder() throws {
    #expect(
      try messages(.init(hosts: [hosts(0, 2)], deviceOrder: [0, 2, 1])) == [
        #"mapping.deviceOrder has 3 devices, but "toy-0" has 4"#
      ])
  }

  @Test("No two ranks share a device, and moved ranks lie on devices that exist")
  func exceptions() throws {
    func moved(_ host: Int, _ device: Int) -> LaunchPlan.Mapping {
      .init(hosts: [hosts(0, 2)], exceptions: [.init(rank: 0, host: host, device: device)])
    }
    #expect(
      try messages(moved(1, 3)) == [
        #"mapping puts ranks 0 and 7 on device 3 of "toy-1", but each rank needs a device of its own"#
      ])
    #expect(
      try messages(moved(2, 0)) == ["mapping.exceptions[0].host is 2, but the hosts are 0 to 1"])
    #expect(
      try messages(moved(1, 4)) == [
        "mapping.exceptions[0].device is 4, but the node's devices are 0 to 3"
      ])
  }

  @Test("Hosts of a group may stand in any order, in which the plan is priced")
  func hostOrder() throws {
    #expect(try messages(.init(hosts: [hosts(1, 1), hosts(0, 1)])).isEmpty)
  }

  @Test("Another order of axes or devices than the one that was priced is refused")
  func order() throws {
    #expect(
      try messages(.init(hosts: [hosts(0, 2)], deviceOrder: [0, 1, 3, 2])) == [
        "mapping puts rank 2 on device 3, but the plan is priced with rank 2 on device 2"
      ])
    let order: [Axis] = [.tensor, .data, .context, .pipeline]
    #expect(
      try messages(.init(rankOrder: order, hosts: [hosts(0, 2)])) == [
        "mapping.rankOrder is tensor, data, context, pipeline, but the plan is priced for tensor, "
          + "context, data, pipeline"
      ])
  }
}
