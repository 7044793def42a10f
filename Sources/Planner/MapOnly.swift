import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ParallelismSearch
import PlanChecks

/// The plan with every choice made but the mapping: the hosts in the best order for it.
///
/// - Parameter like: a plan whose choices, layer split and recomputation stand; without one, those that
///   are pinned, which must leave one frame.
/// - Throws: `MapOnlyFault` where choices are open or the plan cannot run on the cluster; else as
///   `makePlan`.
public func mapPlan(
  _ request: PlanRequest, like: LaunchPlan?, inputs: PlanInputs
) throws -> PlanOutcome {
  guard let like, !request.keepsHostOrder, let places = like.mapping.places(on: request.cluster)
  else { return try mapPlan(request, like: like, from: nil, inputs: inputs) }
  // A better order is sought from either start; in the listed order the stages may not fit.
  let own = try mapPlan(request, like: like, from: places, inputs: inputs)
  guard case .planned(let one) = own,
    case .planned(let other) = try? mapPlan(request, like: like, from: nil, inputs: inputs),
    other.prediction.step < one.prediction.step
  else { return own }
  return .planned(other)
}

/// The same, with an order sought from one start.
///
/// - Parameter places: the node at each place from which a better order is sought; `nil` as they are listed.
private func mapPlan(
  _ request: PlanRequest, like: LaunchPlan?, from places: [Int]?, inputs: PlanInputs
) throws -> PlanOutcome {
  var (request, inputs) = (request, inputs)
  if let like {
    request.pins = Pins(Frame(like.parallelism))
    request.pins.recompute = Pins(like.certificate.scope.pins).recompute
    if like.offloadsActivations { request.workload.activationPlace = .host }
    inputs.workload.activationPlace = PlanInputs.Workload(request.workload).activationPlace
  }
  // Groups of unlike accelerators stay as they stand: their stages have layers of their own.
  var launched = request
  launched.cluster = places.flatMap { request.cluster.reordered($0) } ?? request.cluster
  let model = try launched.costModel(keepsGroupOrder: true)
  var frames = SearchSpace(model: model, pins: request.pins).frames()
  if request.pins.data == nil {
    // As many nodes as there can be.
    let most = frames.map(\.degrees.devices).max()
    frames.removeAll { $0.degrees.devices != most }
  }
  guard frames.count <= 1 else { throw MapOnlyFault.open(openChoices(frames)) }
  request.pins.data = frames.first?.degrees.data ?? request.pins.data
  let space = SearchSpace(model: model, pins: request.pins)
  let result = try ParallelismSearch(space: space, effort: request.effort).run()
  var chosen = result.best
  if let like {
    guard let frame = frames.first else {
      throw MapOnlyFault.cannotRun(
        frameViolations(
          of: Frame(like.parallelism), under: model, Certificate.Pins(request.pins)))
    }
    guard let priced = PricedPlan(like, pricer: FramePricer(model)), priced.frame == frame else {
      throw MapOnlyFault.cannotRun(["its stages do not hold the layers of this model"])
    }
    guard priced.prices.fits(priced.split) else {
      throw MapOnlyFault.cannotRun(["its stages exceed the memory of their devices"])
    }
    chosen = (priced.frame, priced.split)
  }
  guard let chosen else {
    let isRefuted = !result.wasCut && !result.bound.isFinite
    return isRefuted ? .infeasible(explain(request, model: model, space: space)) : .stopped
  }
  guard !request.keepsHostOrder, let order = try HostOrder(launched, model: model, for: chosen)
  else {
    return .planned(
      try PlanAssembly(
        request, model: model, space: space, result: result, chosen: chosen, order: places
      ).plan(inputs))
  }
  let reordered = SearchSpace(model: order.model, pins: request.pins)
  let second = try ParallelismSearch(space: reordered, effort: request.effort).run()
  return .planned(
    try PlanAssembly(
      request, model: order.model, space: reordered, result: second, chosen: chosen,
      order: order.order.map { places?[$0] ?? $0 }
    ).plan(inputs))
}

extension LaunchPlan.Mapping {
  /// The node at each place of a cluster whose hosts stand as they do here; `nil` where they stand so, or
  /// the cluster lacks one.
  fileprivate func places(on cluster: ClusterTopology) -> [Int]? {
    guard let nodes = nodes(in: cluster) else { return nil }
    let places = cluster.order(startingWith: nodes)
    guard !places.elementsEqual(0..<cluster.nodeCount), cluster.reordered(places) != nil else {
      return nil
    }
    return places
  }
}

/// Why only the mapping cannot be chosen.
public enum MapOnlyFault: Error, Hashable, CustomStringConvertible {
  /// The choices that are still open, each with its values.
  case open([String])
  /// Why the plan does not run on the cluster.
  case cannotRun([String])

  public var description: String {
    switch self {
    case .open(let choices):
      "--map-only chooses nothing but the mapping, and these are still open: "
        + choices.joined(separator: "; ")
        + "; pin them, or name a plan that has them: --like plan.json"
    case .cannotRun(let sentences):
      "the plan of --like cannot run here: " + sentences.joined(separator: "; ")
    }
  }
}

/// The choices in which frames differ, by the names of their pins.
private func openChoices(_ frames: [Frame]) -> [String] {
  func choice<Value: Hashable & Comparable>(
    _ name: String, _ value: (Frame) -> Value
  ) -> String? {
    let values = Set(frames.lazy.map(value)).sorted()
    guard values.count > 1 else { return nil }
    let shown = values.prefix(6).map { "\($0)" }.joined(separator: ", ")
    return "--\(name) \(shown)" + (values.count > 6 ? " and \(values.count - 6) more" : "")
  }
  return [
    choice("tensor", \.degrees.tensor), choice("context", \.degrees.context),
    choice("context-method") { $0.contextMethod?.rawValue ?? "none" },
    choice("expert", \.degrees.expert), choice("expert-tensor", \.degrees.expertTensor),
    choice("data", \.degrees.data), choice("pipeline", \.degrees.pipeline),
    choice("schedule", \.schedule.name), choice("virtual-stages", \.schedule.virtualStages),
    choice("micro-batch-size", \.microBatchSize), choice("sharding", \.sharding.rawValue),
    choice("state-replicas", \.stateReplicas),
    choice("sequence-parallel") { $0.sequenceParallel ? "on" : "off" },
    choice("rank-order", \.rankOrder.rawValue),
  ].compactMap(\.self)
}
