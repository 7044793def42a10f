import ClusterTopology
import CostModel
import Foundation
import LaunchPlan
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom

extension PlanCheck {
  /// Where a plan's placement of experts is not one of its model's experts on its own expert ranks, or
  /// where what their loads add is not what the cost model says.
  ///
  /// - Parameter uses: how the tokens of the plan's routing use the ranks, with the experts as placed
  ///   and in their order; `nil` where the routing is assumed.
  public static func expertViolations(
    plan: LaunchPlan, cluster: ClusterTopology, model: ModelDescription, workload: Workload,
    uses: (placed: [LayerUse], inOrder: [LayerUse])?
  ) -> [Violation] {
    guard let routing = plan.inputs.routing else {
      return plan.expertPlacement?.order == .placed || plan.inputs.workload.expertUse != nil
        ? [
          Violation(
            .expertPlacement,
            "expertPlacement is placed or inputs.workload has expertUse, but inputs has no routing")
        ] : []
    }
    let lawful = routing.powerLaw.map {
      lawViolations(plan.inputs.workload.expertUse ?? [], $0, model, ranks: cluster.deviceCount)
    }
    guard plan.parallelism.expert > 1 else { return lawful ?? [] }
    guard let placement = plan.expertPlacement, let added = placement.added,
      let stack = Stack.named(plan.stack.identity),
      let calibration = try? plan.inputs.calibrationFile(),
      let costs = try? CostModel(
        model: model, cluster: plan.mapping.launchOrder(of: cluster) ?? cluster,
        workload: workload, stack: stack, calibration: calibration.calibration)
    else {
      return [
        Violation(
          .expertPlacement, "inputs.routing is there, but expertPlacement says nothing of it")
      ]
    }
    let pricer = FramePricer(costs)
    let frame = Frame(plan.parallelism)
    guard frame.runs(on: costs.cluster.deviceCount) else { return [] }
    var violations = lawful ?? []
    if (placement.order == .placed) != (placement.placement != nil) {
      violations.append(
        Violation(
          .expertPlacement,
          "expertPlacement.order is \(placement.order.rawValue), but the slots are "
            + (placement.placement == nil ? "absent" : "there")))
    }
    if let placed = placement.placement {
      violations += siteViolations(placed, frame, stageOf: plan.stageOfLayer, pricer)
    }
    let ranks = plan.parallelism.expert
    let assumed = routing.powerLaw.map { powerLaw($0, model: model, ranks: ranks) }
    if let uses = uses ?? assumed.map({ ($0, $0) }) {
      let pairs = [
        ("imbalance", added.imbalance, mean(uses.placed)),
        ("imbalanceInOrder", added.imbalanceInOrder, mean(uses.inOrder)),
        ("seconds", added.time.value, pricer.addedTime(uses.placed, plan: plan).value),
        (
          "secondsInOrder", added.timeInOrder.value,
          pricer.addedTime(uses.inOrder, plan: plan).value
        ),
      ]
      for (key, stated, actual) in pairs
      where !(abs(stated - actual) <= 1e-9 * max(1e-6, abs(actual))) {
        violations.append(
          Violation(
            .expertPlacement, "expertPlacement.added.\(key) is \(stated), but must be \(actual)"))
      }
    }
    return violations
  }

  /// Whether the ways to divide experts are priced with what the power law gives them.
  private static func lawViolations(
    _ stated: [ExpertUse], _ exponent: Double, _ model: ModelDescription, ranks most: Int
  ) -> [Violation] {
    guard let experts = model.expertCounts.max() else { return [] }
    let ways = (1...experts).filter { $0 > 1 && experts.isMultiple(of: $0) && $0 <= most }
    let stated = stated.filter { $0.ranks <= most }
    guard stated.map(\.ranks) == ways else {
      return [
        Violation(
          .expertPlacement,
          "inputs.workload.expertUse has \(stated.map(\.ranks)) ranks, but must have \(ways)")
      ]
    }
    return stated.compactMap { use in
      let actual = mean(powerLaw(exponent, model: model, ranks: use.ranks))
      let isRight =
        use.experts == experts && use.ranksPerDomain == nil && use.ranksReached == nil
        && use.domainsReached == nil && abs(use.imbalance - actual) <= 1e-9 * actual
      return isRight
        ? nil
        : Violation(
          .expertPlacement,
          "inputs.workload.expertUse has imbalance \(use.imbalance) for \(use.ranks) ranks, but the "
            + "power law gives \(actual)")
    }
  }

  private static func mean(_ uses: [LayerUse]) -> Double {
    uses.reduce(0) { $0 + $1.imbalance } / Double(max(1, uses.count))
  }

  /// Whether the placement is about the model's experts and the plan's own ranks and costs.
  private static func siteViolations(
    _ placed: LaunchPlan.PlacedExperts, _ frame: Frame, stageOf: [Int: Int],
    _ pricer: FramePricer
  ) -> [Violation] {
    var violations: [Violation] = []
    func expect(
      _ key: String, _ stated: Double, _ actual: Double, _ kind: Violation.Kind = .expertPlacement
    ) {
      if abs(stated - actual) > 1e-9 * max(1e-9, abs(actual)) {
        violations.append(
          Violation(
            kind,
            "expertPlacement.placement.\(key) is \(stated.spelled), but must be \(actual.spelled)"))
      }
    }
    let links = pricer.expertLinks(of: frame)
    let isWhole = links.domains > 1 && links.domains * links.membersPerDomain == links.members
    expect("nodes", Double(placed.nodes), isWhole ? Double(links.domains) : 1)
    expect(
      "gpusPerNode", Double(placed.gpusPerNode),
      Double(isWhole ? links.membersPerDomain : links.members))
    expect(
      "gap", placed.gap, placed.value > 0 ? (placed.value - placed.bound) / placed.value : 0, .gap)
    let model = pricer.model.model
    for layer in placed.layers {
      let kind = model.layers.indices.contains(layer) ? model.kinds[model.layers[layer]] : nil
      guard kind?.experts?.count == placed.experts else {
        violations.append(
          Violation(
            .expertPlacement,
            "expertPlacement.placement places \(placed.experts) experts in layer \(layer), but the "
              + "model has \(kind?.experts?.count ?? 0) there"))
        break
      }
    }
    if let seconds = placed.seconds, let first = placed.layers.first,
      model.layers.indices.contains(first), let stage = stageOf[first],
      let times = pricer.expertTimes(
        of: frame, layer: model.kinds[model.layers[first]], stage: stage)
    {
      expect("seconds.perLoad", seconds.perLoad.value, times.perLoad.value)
      expect("seconds.perGPU", seconds.perGPU.value, times.perGPU.value)
      expect("seconds.perNode", seconds.perNode.value, times.perNode.value)
    }
    return violations
  }

  /// Experts in their order under loads of n^−exponent, drawn for each layer from its own seed.
  private static func powerLaw(
    _ exponent: Double, model: ModelDescription, ranks: Int
  ) -> [LayerUse] {
    guard let experts = model.expertCounts.max(), experts.isMultiple(of: ranks) else { return [] }
    return model.layers(withExperts: experts).map { layer in
      var loads = (1...experts).map { pow(Double($0), -exponent) }
      var random = SplitMix(
        seed: 1 &+ UInt64(layer) &* 0xD1B5_4A32_D192_ED03)
      for last in (1..<experts).reversed() {
        loads.swapAt(last, Int(((random.next() >> 32) &* UInt64(last + 1)) >> 32))
      }
      let room = experts / ranks
      let fullest = (0..<ranks).map { loads[($0 * room)..<(($0 + 1) * room)].reduce(0, +) }.max()
      return LayerUse(
        layer: layer, imbalance: (fullest ?? 0) * Double(ranks) / loads.reduce(0, +))
    }
  }
}
