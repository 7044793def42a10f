import CostModel
import ExpertPlacement
import LaunchPlan
import ModelDescription
import PlanChecks
import Quantities

extension LaunchPlan {
  /// The plan with its experts placed by what is known of routing, on the expert ranks of its degrees.
  ///
  /// Trainers hold each expert once, so that the fullest rank's load is made small; where the tokens of
  /// a trace tell which experts go together, and the stack sends a token once to a GPU, that and the
  /// dispatch together, in seconds. The step's prediction and bound stay those of the workload's
  /// `expertUse`, of experts placed at once; what this longer search changes stands beside it.
  ///
  /// - Parameters:
  ///   - stated: the routing as the plan names it.
  ///   - request: what the plan was made from.
  public func placingExperts(
    by knowledge: RoutingKnowledge, stated: PlanInputs.Routing, _ request: PlanRequest
  ) throws -> LaunchPlan {
    var request = request
    request.cluster = mapping.launchOrder(of: request.cluster) ?? request.cluster
    let placed = try ExpertPlan(self, request)?.placement(by: knowledge)
    var inputs = inputs
    inputs.routing = stated
    return try LaunchPlan(
      formatVersion: formatVersion, kind: kind, name: name, stack: stack, inputs: inputs,
      parallelism: parallelism, stageGroups: stageGroups, stages: stages, mapping: mapping,
      expertPlacement: placed?.placement ?? expertPlacement,
      sequenceScattering: sequenceScattering, prediction: prediction, certificate: certificate,
      alternatives: alternatives,
      assumptions: assumptions
        + [placed?.assumption ?? "every rank holds all experts, whatever their routing"],
      repair: repair)
  }
}

/// The expert ranks of a plan, and what the experts of its layers take there.
private struct ExpertPlan {
  let plan: LaunchPlan
  let frame: Frame
  let pricer: FramePricer
  let hierarchy: GPUHierarchy

  /// `nil` where every rank holds all experts.
  init?(_ plan: LaunchPlan, _ request: PlanRequest) throws {
    guard plan.expertPlacement != nil else { return nil }
    self.plan = plan
    frame = Frame(plan.parallelism)
    pricer = FramePricer(try request.costModel())
    hierarchy = GPUHierarchy(pricer.expertLinks(of: frame))
  }

  private var model: ModelDescription { pricer.model.model }

  private static let effort = SearchEffort(moves: 12_000_000)

  func placement(
    by knowledge: RoutingKnowledge
  ) -> (placement: LaunchPlan.ExpertPlacement, assumption: String)? {
    switch knowledge {
    case .statistics(let statistics, let layers):
      return placement(statistics, layers)
    case .powerLaw(let exponent):
      guard let (layers, loads) = RoutingKnowledge.powerLaw(exponent, of: model) else {
        return nil
      }
      let inOrder = loads.workloads[0].layers.indices.map { index in
        LayerUse(
          layer: layers[index],
          imbalance: linear(layers.count, loads.experts).imbalance(
            layer: index, loads: loads.workloads[0].layers[index], gpus: hierarchy.gpus))
      }
      return (
        LaunchPlan.ExpertPlacement(added: added(inOrder, inOrder)),
        "experts' loads follow a power law of exponent \(exponent.spelled), in an order that nobody "
          + "knows, with which every number of expert ranks is priced; experts stay in theirs (--routing "
          + "FILE places them)"
      )
    }
  }

  private func placement(
    _ statistics: RoutingStatistics, _ layers: [Int]
  ) -> (placement: LaunchPlan.ExpertPlacement, assumption: String)? {
    guard statistics.experts.isMultiple(of: hierarchy.gpus),
      let first = layers.first, let stage = plan.stageOfLayer[first],
      let times = pricer.expertTimes(
        of: frame, layer: model.kinds[model.layers[first]], stage: stage)
    else { return nil }
    let loads = statistics.loads
    let quick = statistics.quickPlacement(
      on: hierarchy, sendsOnce: pricer.model.stack.timing.sendsOncePerNode)
    let placed: PlacedExperts
    let assignment: ExpertAssignment
    let choices = times.perGPU + times.perNode > .zero ? statistics.choices : nil
    if let choices {
      assignment = TimeSearch(choices, on: hierarchy, times).best(Self.effort, from: quick)
      placed = PlacedExperts(assignment, layers: layers, of: choices, on: hierarchy, times)
    } else {
      let best = LoadSearch(loads, slots: statistics.experts, gpus: hierarchy.gpus)
        .best(Self.effort, from: quick)
      assignment = best.assignment(experts: statistics.experts)
      placed = PlacedExperts(best, layers: layers, of: loads, on: hierarchy)
    }
    func uses(_ assignment: ExpertAssignment) -> [LayerUse] {
      layers.indices.map { index in
        LayerUse(
          layer: layers[index],
          imbalance: statistics.worstImbalance(assignment, layer: index, gpus: hierarchy.gpus),
          destinations: choices.map {
            (
              $0.meanDestinations(assignment, layer: index),
              $0.meanDestinations(
                assignment, layer: index, gpusPerPart: hierarchy.gpusPerNode)
            )
          })
      }
    }
    return (
      LaunchPlan.ExpertPlacement(
        order: .placed,
        added: added(uses(assignment), uses(linear(layers.count, statistics.experts))),
        placement: LaunchPlan.PlacedExperts(placed)),
      "routing is as in the statistics, whichever tokens a rank has; every number of expert ranks is "
        + "priced with experts placed at once, and expertPlacement has what the plan's placement changes"
    )
  }

  private func linear(_ layers: Int, _ experts: Int) -> ExpertAssignment {
    .linear(layers: layers, experts: experts, gpus: hierarchy.gpus)
  }

  private func added(_ placed: [LayerUse], _ inOrder: [LayerUse]) -> LaunchPlan.AddedTime {
    func mean(_ uses: [LayerUse]) -> Double {
      uses.reduce(0) { $0 + $1.imbalance } / Double(max(1, uses.count))
    }
    return LaunchPlan.AddedTime(
      imbalance: mean(placed), imbalanceInOrder: mean(inOrder),
      time: pricer.addedTime(placed, plan: plan), timeInOrder: pricer.addedTime(inOrder, plan: plan)
    )
  }
}

extension LaunchPlan.PlacedExperts {
  fileprivate init(_ placed: PlacedExperts) {
    self.init(
      objective: placed.objective.rawValue, value: placed.value, bound: placed.bound,
      gap: placed.gap, valueInOrder: placed.valueInOrder, nodes: placed.hierarchy.nodes,
      gpusPerNode: placed.hierarchy.gpusPerNode, hopWithinNode: placed.hierarchy.hopWithinNode,
      hopBetweenNodes: placed.hierarchy.hopBetweenNodes,
      seconds: placed.times.map {
        LaunchPlan.ExpertSeconds(perLoad: $0.perLoad, perGPU: $0.perGPU, perNode: $0.perNode)
      },
      experts: placed.experts, layers: placed.layers, slots: placed.slots,
      certificate: placed.certificateJSON)
  }
}
