import ClusterTopology
import InputFiles
import LaunchPlan
import PlanChecks
import ParallelismVocabulary
import Quantities
import Testing

@Suite("On several kinds of accelerator, stages lie where the plan says and cost what that costs")
struct MixedClusterTests {
  private static func plan() throws -> SearchedPlan {
    try #require(try SearchedPlan(.twoKinds(memory: .gibibytes(8)), .dense(layers: 12), gap: 0))
  }

  @Test("The plan holds, and stages on the fast node have more layers than those on slow ones")
  func plan() throws {
    let searched = try Self.plan()
    #expect(searched.check().violations.isEmpty)
    let plan = searched.plan
    func layers(on group: String) -> [Int] {
      plan.stageGroups.filter { $0.nodeGroup == group }.flatMap(\.stages).map { stage in
        plan.stages[stage].layerRuns.reduce(0) { $0 + $1.count }
      }
    }
    let (fast, slow) = (layers(on: "fast"), layers(on: "slow"))
    #expect(!fast.isEmpty && !slow.isEmpty)
    #expect(fast.min() ?? 0 > slow.max() ?? 0, "\(fast) and \(slow)")
    #expect(plan.certificate.scope.groupOrders == 2)
    #expect(
      Set(plan.prediction.memory.map(\.capacity)) == [.gibibytes(8), .gibibytes(12)],
      "each stage has its own devices' memory")
  }

  @Test("Hosts in another order of groups, or a stage said to lie elsewhere, are refused")
  func corrupted() throws {
    let searched = try Self.plan()
    let document = try searched.plan.json()
    func findings(
      _ path: String, _ change: (JSONValue) -> JSONValue?
    ) -> [String]? {
      guard let edited = document.editing(path, change) else { return nil }
      return searched.check(edited: edited)?.map(\.message)
    }
    let turned = findings("mapping.hosts") { hosts in
      if case .array(let runs) = hosts, runs.count == 2 { .array(runs.reversed()) } else { nil }
    }
    #expect(turned?.contains { $0.hasPrefix("prediction.stepSeconds is ") } == true)
    let other = findings("stageGroups[0].nodeGroup") { name in
      .string(name == .string("fast") ? "slow" : "fast")
    }
    #expect(
      other?.contains { $0.hasPrefix("stageGroups[0].nodeGroup is ") && $0.hasSuffix("in it") }
        == true)
    let orders = findings("certificate.scope.groupOrders") { _ in .integer(1) }
    #expect(orders?.contains { $0.hasPrefix("certificate.scope.groupOrders is [1]") } == true)
  }

  @Test("Evidence of a frame does not hold for the other order of groups")
  func evidence() throws {
    let searched = try #require(
      try SearchedPlan(.twoKinds(memory: .gibibytes(8)), .mixed(layers: 8), gap: 0.3))
    let document = try searched.plan.json()
    #expect(searched.check(edited: document)?.isEmpty == true)
    let leaves = document.value(at: "certificate")?.leaves(at: [.key("certificate")]) ?? []
    let names = leaves.filter { $0.steps.contains(.key("nodeGroups")) }
    #expect(!names.isEmpty, "the evidence names orders of groups")
    for leaf in names {
      let value: JSONValue = leaf.value == .string("fast") ? .string("slow") : .string("fast")
      let edited = try #require(document.editing(leaf.steps[...]) { _ in value })
      #expect(searched.check(edited: edited)?.isEmpty != true)
    }
  }
}
