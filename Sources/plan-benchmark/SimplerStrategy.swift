import CostModel
import ParallelismSearch
import Planner
import Quantities

/// What people do instead of searching everything, on the same model, cluster and cost.
enum SimplerStrategy: String, CaseIterable {
  /// Tensor ranks fill a node, as few pipeline stages as fit, the rest replicas; micro-batches of one,
  /// 1F1B, everything recomputed only where it must be.
  /// - Source: Narayanan et al. 2021, §3, takeaways 1 to 3.
  case ruleOfThumb
  /// The best tensor, pipeline and data degrees and micro-batch under 1F1B, with nothing or everything
  /// recomputed in all layers.
  case threeDimensions
  /// From the rule of thumb, the best single change of one axis, until none is better.
  case greedy

  /// The step of the strategy's plan; `nil` where it finds none that fits.
  func step(_ request: PlanRequest) throws -> Seconds? {
    switch self {
    case .ruleOfThumb: try Self.ruleOfThumb(request)?.step
    case .threeDimensions:
      try Self.recomputations.compactMap { recompute in
        try Self.best(
          request, Pins(context: 1, schedule: "1f1b", sharding: .optimizer, recompute: recompute))?
          .step
      }.min()
    case .greedy: try Self.greedy(request)
    }
  }

  private static let recomputations: [RecomputePolicy] = [.modules([]), .full]

  private static func best(
    _ request: PlanRequest, _ pins: Pins
  ) throws -> (frame: Frame, step: Seconds)? {
    var request = request
    request.pins = pins
    request.effort.ties = 0
    let space = SearchSpace(model: try request.costModel(), pins: pins)
    let result = try ParallelismSearch(space: space, effort: request.effort).run()
    return result.best.map { ($0.frame, result.objective) }
  }

  private static func ruleOfThumb(
    _ request: PlanRequest
  ) throws -> (frame: Frame, step: Seconds, recompute: RecomputePolicy)? {
    let node = request.cluster.nodeGroups.map(\.acceleratorsPerNode).min() ?? 1
    let tensors = (1...node).reversed().filter { node.isMultiple(of: $0) }
    for tensor in tensors {
      for pipeline in 1...request.model.layers.count {
        for recompute in recomputations {
          let pins = Pins(
            tensor: tensor, context: 1, pipeline: pipeline, schedule: "1f1b", microBatchSize: 1,
            sharding: .optimizer, recompute: recompute)
          if let found = try best(request, pins) { return (found.frame, found.step, recompute) }
        }
      }
    }
    return nil
  }

  private static func greedy(_ request: PlanRequest) throws -> Seconds? {
    guard let start = try ruleOfThumb(request) else { return nil }
    var step = start.step
    var pins = fixed(start.frame, recompute: start.recompute)
    while true {
      let changes = try Self.changes.compactMap { free -> (step: Seconds, pins: Pins)? in
        var changed = pins
        free(&changed)
        guard let found = try best(request, changed) else { return nil }
        return (found.step, fixed(found.frame, recompute: changed.recompute))
      }
      guard let best = changes.min(by: { $0.step < $1.step }), best.step < step else { return step }
      (step, pins) = best
    }
  }

  /// Every choice of a frame but what follows from the others: the replicas, and who shares tokens.
  private static func fixed(_ frame: Frame, recompute: RecomputePolicy?) -> Pins {
    var pins = Pins(frame)
    (pins.data, pins.sequenceParallel, pins.recompute) = (nil, nil, recompute)
    return pins
  }

  private static let changes: [@Sendable (inout Pins) -> Void] = [
    { $0.recompute = nil }, { $0.microBatchSize = nil },
    { ($0.schedule, $0.virtualStages) = (nil, nil) },
    { ($0.sharding, $0.stateReplicas) = (nil, nil) },
    { ($0.tensor, $0.expertTensor) = (nil, nil) }, { $0.pipeline = nil },
    { ($0.context, $0.contextMethod) = (nil, nil) }, { ($0.expert, $0.expertTensor) = (nil, nil) },
  ]
}
