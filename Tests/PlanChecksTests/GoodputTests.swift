import ClusterTopology
import InputFiles
import LaunchPlan
import PlanChecks
import Quantities
import Testing

@Suite("A plan tells what failures leave of the time where the cluster states their rate")
struct GoodputTests {
  private static func cluster(failing: Bool) throws -> ClusterTopology {
    let toys = try ClusterTopology.toys(nodes: 4, perNode: 2, memory: .gibibytes(16))
    return try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      health: ClusterHealth(failures: failing ? .assumed(perNode: Seconds(3.6e6)) : nil))
  }

  @Test("it holds, and a better figure, another number of steps or none at all is refused")
  func goodput() throws {
    let searched = try #require(try SearchedPlan(Self.cluster(failing: true), .dense()))
    #expect(searched.check().violations.isEmpty)
    let stated = try #require(searched.plan.prediction.goodput)
    #expect(stated.timeBetweenFailures == Seconds(9e5))
    #expect((0.95..<1).contains(stated.share))
    let document = try searched.plan.json()
    func findings(_ key: String, _ value: JSONValue) -> [String]? {
      guard let edited = document.editing("prediction.goodput.\(key)", { _ in value }) else {
        return nil
      }
      return searched.check(edited: edited)?.messages(.prediction)
    }
    #expect(
      findings("share", .number(0.9999))
        == ["prediction.goodput.share is 0.9999, but comes to \(stated.share)"])
    #expect(findings("checkpointSteps", .integer(1))?.count == 1)
    #expect(findings("spareNodes", .integer(77))?.count == 1)
  }

  @Test("a cluster that states no rate has none")
  func absent() throws {
    let searched = try #require(try SearchedPlan(Self.cluster(failing: false), .dense()))
    #expect(searched.plan.prediction.goodput == nil)
    #expect(try !JSONText.compact(searched.plan.json()).contains("goodput"))
  }
}
