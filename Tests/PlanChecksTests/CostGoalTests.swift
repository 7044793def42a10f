import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismVocabulary
import PlanChecks
import Planner
import Quantities
import Testing

@Suite("The certificate of the cheapest plan is about prices")
struct CostGoalTests {
  private func cheapest(
    prices: (slow: Double, fast: Double)?, longestStep: Seconds? = nil, gap: Double = 0.01
  ) throws -> SearchedPlan {
    try #require(try searched(prices: prices, longestStep: longestStep, gap: gap))
  }

  /// `nil` where no step is short enough.
  private func searched(
    prices: (slow: Double, fast: Double)?, longestStep: Seconds?, gap: Double = 0.01
  ) throws -> SearchedPlan? {
    try SearchedPlan(
      .twoKinds(fast: 2, slow: 2, memory: .gibibytes(10), prices: prices), .dense(layers: 8),
      goal: Goal(.cost, longestStep: longestStep), gap: gap)
  }

  private func groups(_ searched: SearchedPlan) -> [String] {
    searched.plan.mapping.hosts.map(\.nodeGroup)
  }

  @Test("Prices decide which nodes are taken, and the check agrees")
  func prices() throws {
    let (one, other) = (
      try cheapest(prices: (slow: 1, fast: 30)), try cheapest(prices: (slow: 30, fast: 1))
    )
    #expect(Set(groups(one)) == ["slow"])
    #expect(Set(groups(other)) == ["fast"])
    for searched in [one, other] {
      #expect(searched.check().violations.map(\.message) == [])
      #expect(searched.plan.certificate.gap <= 0.01)
      let nodes = searched.plan.mapping.hosts.reduce(0) { $0 + $1.nodes }
      #expect(searched.plan.prediction.pricePerHour == Double(nodes))
    }
  }

  @Test("Groups of three kinds that a plan leaves idle may be listed in any order")
  func idleGroups() throws {
    func group(_ name: String, _ teraflops: Int, _ price: Double) -> String {
      """
      { "name": "\(name)", "nodes": 1, "acceleratorsPerNode": 2, "pricePerNodeHour": \(price),
        "accelerator": { "name": "\(name) toy", "visibleMemoryGiB": 32,
          "peakTeraFLOPS": { "bf16": \(teraflops) }, "memoryGigabytesPerSecond": 800 },
        "scaleUp": { "kind": "nvswitch", "accelerators": 2, "gigabytesPerSecond": 100 },
        "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 200 } }
      """
    }
    let groups = [group("z", 60, 9), group("y", 90, 9), group("x", 120, 1)]
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
      let cluster = try ClusterFile.parse(
        """
        { "name": "three", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
          "nodeGroups": [ \(order.map { groups[$0] }.joined(separator: ", ")) ] }
        """
      ).topology
      let searched = try #require(
        try SearchedPlan(cluster, .dense(layers: 6), goal: Goal(.cost)))
      #expect(self.groups(searched) == ["x"])
      #expect(searched.check().violations.map(\.message) == [])
    }
  }

  @Test("Whatever digits a limit has, frames above it are closed on both sides", arguments: 0..<40)
  func digits(turn: Int) throws {
    let free = try cheapest(prices: (slow: 3, fast: 7), gap: 0.3).plan.prediction.step
    let limit = (0.55 + 0.013 * Double(turn) / 1.7) * free
    guard let searched = try searched(prices: (slow: 3, fast: 7), longestStep: limit, gap: 0.3)
    else { return }
    #expect(searched.check().violations.map(\.message) == [])
    #expect(searched.plan.prediction.step <= limit)
  }

  @Test("Without prices devices count, and the plan says so")
  func devices() throws {
    let searched = try cheapest(prices: nil)
    #expect(searched.check().violations.map(\.message) == [])
    #expect(searched.plan.prediction.pricePerHour == nil)
    #expect(searched.plan.assumptions.contains { $0.contains("pricePerNodeHour") })
  }

  @Test("A shorter step costs more, as its limit falls, and the check holds each to it")
  func limits() throws {
    let free = try cheapest(prices: (slow: 3, fast: 7))
    var (step, price) = (free.plan.prediction.step, 0.0)
    for share in [1, 0.8, 0.6, 0.45] {
      let limit = share * free.plan.prediction.step
      guard let searched = try searched(prices: (slow: 3, fast: 7), longestStep: limit) else {
        break
      }
      #expect(searched.check().violations.map(\.message) == [])
      let own = searched.plan.prediction
      #expect(own.step <= limit && own.step <= step)
      let cost = own.step.value * (own.pricePerHour ?? 0)
      #expect(cost >= (1 - 0.012) * price)
      (step, price) = (own.step, cost)
    }
    #expect(step < free.plan.prediction.step, "some limit was met")
  }

  @Test("Where no step is short enough, the shortest is told, and what would do")
  func tooSlow() throws {
    let cluster = try ClusterTopology.twoKinds(memory: .gibibytes(10), prices: (slow: 3, fast: 7))
    let model = try TinyModel.dense(layers: 8)
    let workload = TrainingWorkload(globalBatch: 16, sequenceLength: 2_048)
    var request = PlanRequest(cluster: cluster, model: model.description, workload: workload)
    request.goal = Goal(.cost, longestStep: .milliseconds(1))
    let outcome = try makePlan(request, inputs: PlanInputs(cluster, model, workload))
    guard case .infeasible(let reason) = outcome else {
      Issue.record("no step takes a millisecond")
      return
    }
    #expect(reason.summary.hasPrefix("no plan takes at most 1.00 ms a step"))
    #expect(reason.bindingLimits == ["steps of at most 1.00 ms"])
    // The remedy does.
    let change = try #require(reason.remedies.first?.change)
    request.goal.longestStep = Seconds(try #require(Double(change.dropFirst("--step ".count))))
    guard case .planned = try makePlan(request, inputs: PlanInputs(cluster, model, workload)) else {
      Issue.record("\(change) finds no plan")
      return
    }
  }

  @Test("A certificate that counts time instead, or other nodes, does not hold")
  func corrupted() throws {
    let searched = try cheapest(prices: (slow: 1, fast: 30))
    #expect(try !searched.violations { $0.scope.goal = nil }.isEmpty)
    #expect(try !searched.violations { $0.scope.goal = Goal(.time) }.isEmpty)
    let tooShort = try searched.violations {
      $0.scope.goal?.longestStep = 0.9 * searched.plan.prediction.step
    }
    #expect(tooShort.map(\.kind).contains(.objective))
    let fast = try cheapest(prices: (slow: 30, fast: 1))
    // The same plan where the prices are the other way round.
    let report = PlanCheck.run(
      plan: fast.plan, cluster: searched.cluster, model: fast.model.description,
      workload: fast.workload)
    #expect(!report.certificateHolds)
  }
}
