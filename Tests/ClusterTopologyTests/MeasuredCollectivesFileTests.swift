import InputFiles
import Testing

@testable import ClusterTopology

@Suite("A cluster file may hold what collectives were measured to take")
struct MeasuredCollectivesFileTests {
  private func cluster(_ collectives: String) -> String {
    """
    {"nodeGroups": [{"name": "pod", "nodes": 2, "node": "DGX-H100"}],
     "measurements": {"collectives": [\(collectives)]}}
    """
  }

  private let one = """
    {"operation": "allReduce", "members": 16, "membersPerNode": 8,
     "points": [{"mebibytes": 1, "milliseconds": 0.07931999999999999},
                {"mebibytes": 64, "milliseconds": 2.5}]}
    """

  @Test("what is written reads as what was read, as often as one likes")
  func roundTrip() throws {
    let file = try ClusterFile.parse(cluster(one))
    let first = try #require(file.topology.collectives.series.first)
    #expect(first.members == 16 && first.membersPerNode == 8)
    #expect(first.points.count == 2)
    var text = JSONText.compact(file.topology.normalised)
    for _ in 0..<2 {
      let again = JSONText.compact(try ClusterFile.parse(text).topology.normalised)
      #expect(again == text)
      text = again
    }
  }

  @Test(
    "what cannot be is refused where it stands",
    arguments: [
      (
        #"{"operation": "allReduce", "members": 4, "membersPerNode": 8, "points": [{"mebibytes": 1, "milliseconds": 1}]}"#,
        "cluster.json:2:94: error: measurements.collectives[0].membersPerNode is 8, but must be at most the 4 members"
      ),
      (
        #"{"operation": "broadcast", "members": 4, "points": [{"mebibytes": 1, "milliseconds": 1}]}"#,
        #"cluster.json:2:49: error: measurements.collectives[0].operation is "broadcast", but must be one of "allReduce", "allGather" or "allToAll""#
      ),
      (
        #"{"operation": "allReduce", "members": 4, "points": [{"mebibytes": 2, "milliseconds": 1}, {"mebibytes": 1, "milliseconds": 1}]}"#,
        "cluster.json:2:86: error: measurements.collectives[0].points must have rising sizes, and times that do not fall"
      ),
    ])
  func faults(_ text: String, _ message: String) {
    let error = #expect(throws: InputFaults.self) { try ClusterFile.parse(cluster(text)) }
    #expect(error?.description == message)
  }

  @Test("two series of one kind of group are refused")
  func repeated() {
    let error = #expect(throws: InputFaults.self) {
      try ClusterFile.parse(cluster(one + "," + one))
    }
    #expect(
      error?.description.hasSuffix(
        "measures allReduce over 16 members, 8 a node, twice; put all sizes into one") == true)
  }
}
