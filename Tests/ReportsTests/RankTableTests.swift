import ClusterTopology
import LaunchPlan
import ParallelismVocabulary
import Launchers
import Reports
import Testing

@Suite("Where every rank runs")
struct RankTableTests {
  @Test("ranks run through tensor, data and pipeline, and through the devices of the hosts")
  func order() throws {
    let table = try RankTable(try SamplePlan().plan(), on: .pod(nodes: 8))
    #expect(table.rows.count == 64)
    let ninth = table.rows[9]
    #expect([ninth.tensor, ninth.data, ninth.stage] == [1, 1, 0])
    #expect(ninth.host == "pod-1" && ninth.device == 1)
    let last = table.rows[63]
    #expect([last.tensor, last.data, last.stage] == [7, 1, 3])
    #expect(
      table.text.split(separator: "\n").prefix(3) == [
        "rank   host  device  stage  data  context  tensor  expert  expertTensor",
        "0     pod-0       0      0     0        0       0       0             0",
        "1     pod-0       1      0     0        0       1       0             0",
      ])
  }

  @Test("experts run through the ranks of a stage, expert-tensor fastest")
  func experts() throws {
    var sample = SamplePlan()
    sample.degrees = ParallelismDegrees(tensor: 2, expert: 4, expertTensor: 2, data: 8, pipeline: 4)
    let table = try RankTable(try sample.plan(), on: .pod(nodes: 8))
    #expect(table.rows.prefix(10).map(\.expert) == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0])
    #expect(table.rows.prefix(4).map(\.expertTensor) == [0, 1, 0, 1])
  }

  @Test("an exception moves one rank")
  func exceptions() throws {
    var sample = SamplePlan()
    sample.exceptions = [.init(rank: 3, host: 7, device: 5)]
    let row = try RankTable(try sample.plan(), on: .pod(nodes: 8)).rows[3]
    #expect(row.host == "pod-7" && row.device == 5)
  }

  @Test("hosts that the cluster does not have are told")
  func faults() throws {
    #expect(throws: RankTable.Fault.tooFewNodes(group: "pod", needed: 8, has: 4)) {
      try RankTable(try SamplePlan().plan(), on: .pod(nodes: 4))
    }
    var sample = SamplePlan()
    sample.hosts = [.init(nodeGroup: "rack", firstNode: 0, nodes: 8)]
    #expect {
      try RankTable(try sample.plan(), on: .pod(nodes: 8))
    } throws: {
      "\($0)" == #"the plan runs on the node group "rack", which the cluster does not have"#
    }
    sample.hosts = [.init(nodeGroup: "pod", firstNode: 0, nodes: 7)]
    #expect {
      try RankTable(try sample.plan(), on: .pod(nodes: 8))
    } throws: {
      "\($0)" == "the plan has 64 ranks, but its hosts have 56 devices"
    }
  }
}
