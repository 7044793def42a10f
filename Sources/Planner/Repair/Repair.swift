import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities
import RankMapping

/// The best plan after nodes failed, with the fewest moved shards; or why there is none.
///
/// Where enough spares can stand in for the lost nodes, the degrees stay, and so do all other nodes, unless
/// that counts for a quarter more than the best plan, as on spares of another kind.
/// Else the best plan on the nodes that are left, in that order of theirs in which most state stays where
/// it is, among those orders that are within 1 % of the fastest.
///
/// - Parameters:
///   - plan: what ran before.
///   - request: what it was made from.
///   - lost: the nodes that failed, by name.
///   - spares: the nodes that may stand in, by name; none means all that are idle.
/// - Throws: `RepairFault` for what is wrong with the names; `SolverError`, `PlanFaults` and
///   `CostModelError` only for our own mistakes.
public func repairPlan(
  _ plan: LaunchPlan, _ request: PlanRequest, lost: [String], spares: [String]
) throws -> PlanOutcome {
  let site = try RepairSite(plan, on: request.cluster, lost: lost, spares: spares)
  let repair = PlanRepair(plan, request, site: site)
  guard let repaired = try repair.withStandIns() else { return try repair.withFewerNodes() }
  guard case .planned(let other) = try repair.withFewerNodes(),
    counted(repaired, request.goal) > 1.25 * counted(other, request.goal)
  else { return .planned(repaired) }
  return .planned(other)
}

/// What a plan's step counts for.
private func counted(_ plan: LaunchPlan, _ goal: Goal) -> Seconds {
  goal.measure == .time
    ? plan.prediction.step
    : (plan.prediction.pricePerHour ?? Double(plan.devices)) * plan.prediction.step
}

/// One repair.
private struct PlanRepair {
  let site: RepairSite
  let request: PlanRequest
  let inputs: PlanInputs
  let plan: LaunchPlan
  let before: LaunchPlan.Layout

  /// An order of nodes that is slower by less is not given up for another.
  private static let patience = 0.01
  /// Beyond so many nodes of a group, those that are left close ranks in their old order.
  private static let assignmentLimit = 512

  init(_ plan: LaunchPlan, _ request: PlanRequest, site: RepairSite) {
    self.plan = plan
    self.site = site
    before = LaunchPlan.Layout(
      parallelism: plan.parallelism, stages: plan.stages,
      hosts: plan.mapping.hostNames(in: request.cluster))
    var request = request
    request.cluster = site.cluster
    request.name = plan.name
    request.assumptions = plan.assumptions
    self.request = request
    var inputs = plan.inputs
    inputs.cluster.content = site.cluster.normalised
    self.inputs = inputs
  }

  // MARK: The same degrees

  /// The plan with a spare in each lost place; `nil` where there are too few, or it cannot run so.
  func withStandIns() throws -> LaunchPlan? {
    guard site.spares.count >= site.gaps.count else { return nil }
    var request = request
    request.pins = Pins(Frame(plan.parallelism))
    request.pins.recompute = self.request.pins.recompute
    // Groups stand as they did.
    request.keepsHostOrder = true
    guard let order = try standIns(request), let cluster = site.cluster.reordered(order) else {
      return nil
    }
    let model = try request.costModel(on: cluster)
    guard let priced = PricedPlan(plan, pricer: FramePricer(model)),
      priced.prices.fits(priced.split)
    else { return nil }
    let space = SearchSpace(model: model, pins: request.pins, goal: request.goal)
    let result = try ParallelismSearch(space: space, effort: request.effort).run()
    guard result.best != nil, priced.prediction.step <= request.goal.longestStep ?? .infinity
    else { return nil }
    return try document(
      PlanAssembly(
        request, model: model, space: space, result: result, chosen: (priced.frame, priced.split),
        order: order), priced.split, priced.prices)
  }

  /// The nodes in launch order with a spare in each lost place: in turn the one with which the step is
  /// shortest, or costs least where the price counts; the first of equals.
  private func standIns(_ request: PlanRequest) throws -> [Int]? {
    var hosts = site.survivors
    var spares = site.spares
    for gap in site.gaps {
      let own = spares.filter { site.ownPlace[$0] == gap }
      var best: (spare: Int, step: Seconds)?
      for spare in own.isEmpty ? spares.filter({ site.ownPlace[$0] == nil }) : own {
        // The places that are still empty are priced with any spares.
        var trial = hosts
        trial[gap] = spare
        var others = spares.filter { $0 != spare }[...]
        let full = trial.map { $0 ?? others.popFirst() }.compactMap(\.self)
        let order = site.cluster.order(startingWith: full)
        guard order.starts(with: full), let step = try step(of: plan, in: order, request),
          step < best?.step ?? .infinity
        else { continue }
        best = (spare, step)
      }
      guard let best else { return nil }
      hosts[gap] = best.spare
      spares.removeAll { $0 == best.spare }
    }
    return site.cluster.order(startingWith: hosts.compactMap(\.self))
  }

  private func step(
    of plan: LaunchPlan, in order: [Int], _ request: PlanRequest
  ) throws -> Seconds? {
    guard let cluster = site.cluster.reordered(order) else { return nil }
    let model = try request.costModel(on: cluster)
    return PricedPlan(plan, pricer: FramePricer(model)).map {
      counted($0.prediction.step, $0.frame, model, request.goal)
    }
  }

  /// A step, times the price of its nodes where that counts.
  private func counted(
    _ step: Seconds, _ frame: Frame, _ model: CostModel, _ goal: Goal
  ) -> Seconds {
    goal.measure == .time ? step : model.hourlyPrice(of: FrameFamily(frame)) * step
  }

  // MARK: Other degrees

  /// The best plan on the nodes that are left. What the user pinned is given up only where nothing fits
  /// with it: first the number of replicas, then how long a step may be, then all.
  func withFewerNodes() throws -> PlanOutcome {
    var withoutData = request.pins
    withoutData.data = nil
    let replicas = "the pinned number of replicas was given up: it does not fit the nodes left"
    let late = request.goal.longestStep.map {
      "steps of at most \($0) were given up for the shortest: no plan on the nodes left was found with them"
    }
    // Whoever is late wants to be less so.
    let quick = late == nil ? request.goal : .time
    let trials: [(pins: Pins, goal: Goal, notes: [String?])] = [
      (request.pins, request.goal, []), (withoutData, request.goal, [replicas]),
      (request.pins, quick, [late]), (withoutData, quick, [late, replicas]),
      (.none, quick, [late, "what was pinned was given up: it does not fit the nodes left"]),
    ]
    var refused: PlanOutcome?
    for (index, trial) in trials.enumerated()
    where !trials[..<index].contains(where: { $0.pins == trial.pins && $0.goal == trial.goal }) {
      var request = request
      (request.pins, request.goal) = (trial.pins, trial.goal)
      // Groups of unlike accelerators stay in their order, so that fewer stages move, unless it is the price
      // that counts.
      request.keepsHostOrder =
        request.keepsHostOrder || site.cluster.isMixed && trial.goal.measure == .time
      request.assumptions += trial.notes.compactMap(\.self)
      let model = try request.costModel()
      let space = SearchSpace(model: model, pins: request.pins, goal: request.goal)
      let result = try ParallelismSearch(space: space, effort: request.effort).run()
      if let best = result.best {
        return .planned(try replanned(request, model, space, result, best))
      }
      let isRefuted = !result.wasCut && !result.bound.isFinite
      refused =
        isRefuted ? .infeasible(explain(request, model: model, space: space)) : .stopped
    }
    return refused ?? .stopped
  }

  private func replanned(
    _ request: PlanRequest, _ model: CostModel, _ space: SearchSpace, _ result: SearchResult,
    _ best: (frame: Frame, split: LayerSplit)
  ) throws -> LaunchPlan {
    let prices = FramePricer(model).prices(of: best.frame)
    // Where groups have several kinds of accelerator, their order is the frame's, and nodes stand in it
    // as they are listed.
    guard model.clusters.count == 1 else {
      return try document(
        PlanAssembly(request, model: model, space: space, result: result), best.split, prices,
        places: model.nodes(inGroupOrder: best.frame.groupOrder))
    }
    let moves = ShardMoves(from: before, to: best.split, prices)
    var orders = [keepingOrder(best.frame, moves), Array(0..<site.cluster.nodeCount)]
    if let fastest = try HostOrder(request, model: model, for: best) {
      orders.append(fastest.order)
    }
    if request.goal.measure == .cost, let cheapest = site.cluster.groupsByPrice {
      orders.append(cheapest)
    }
    var candidates: [(order: [Int], model: CostModel, step: Seconds, moved: Bytes)] = []
    for order in orders {
      guard let cluster = site.cluster.reordered(order) else { continue }
      let changed = try request.costModel(on: cluster)
      let variant = PlanVariant(
        frame: best.frame, split: best.split, pricer: FramePricer(changed))
      guard let variant else { continue }
      let moved = moves.movement(to: hosts(order, best.frame), lost: Set(site.lost))
      candidates.append(
        (
          order, changed, counted(variant.prediction.step, best.frame, changed, request.goal),
          moved.weights + moved.optimizer
        ))
    }
    let fastest = candidates.map(\.step).min() ?? .infinity
    let near = candidates.filter { $0.step <= (1 + Self.patience) * fastest }
    guard let chosen = near.min(by: { ($0.moved, $0.step) < ($1.moved, $1.step) }) else {
      throw PlannerError.nothingToAssemble
    }
    guard !chosen.order.elementsEqual(0..<site.cluster.nodeCount) else {
      return try document(
        PlanAssembly(request, model: model, space: space, result: result), best.split, prices)
    }
    // Idle nodes stand as a reader of the plan finds them.
    let listed = OrderedSearch(model: model, space: space, result: result)
    guard
      let final = try listed.again(in: chosen.order, request, { _ in })?
        .settled(listed, request, { _ in }), let found = final.result.best
    else { throw PlannerError.nothingToAssemble }
    return try document(
      PlanAssembly(
        request, model: final.model, space: final.space, result: final.result, order: final.order),
      found.split, FramePricer(final.model).prices(of: found.frame))
  }

  /// The order of nodes in which most bytes stay, each node within its group.
  private func keepingOrder(_ frame: Frame, _ moves: ShardMoves) -> [Int] {
    let cluster = site.cluster
    let old = Dictionary(
      uniqueKeysWithValues: site.survivors.enumerated().compactMap { place, node in
        node.map { ($0, place) }
      })
    return cluster.nodeGroups.indices.flatMap { group -> [Int] in
      let places = Array(cluster.nodes(ofGroup: group))
      let nodes = places.sorted { (old[$0] ?? .max, $0) < (old[$1] ?? .max, $1) }
      guard places.count <= Self.assignmentLimit else { return nodes }
      let costs = places.flatMap { place in
        nodes.map { node in
          -moves.kept(
            by: cluster.name(ofNode: node), devices: cluster.devices(ofNode: place).count,
            first: cluster.devices(ofNode: place).lowerBound)
        }
      }
      return Assignment.cheapest(count: places.count, costs: costs).map { nodes[$0] }
    }
  }

  // MARK: The document

  /// The nodes that a frame runs on, by name.
  private func hosts(_ order: [Int], _ frame: Frame) -> [(name: String, devices: Int)] {
    var rest = frame.degrees.devices
    return order.prefix { node in
      defer { rest -= site.cluster.devices(ofNode: node).count }
      return rest > 0
    }.map { (site.cluster.name(ofNode: $0), site.cluster.devices(ofNode: $0).count) }
  }

  private func document(
    _ assembly: PlanAssembly, _ split: LayerSplit, _ prices: FramePrices, places: [Int]? = nil
  ) throws -> LaunchPlan {
    let order = places ?? assembly.order ?? Array(0..<site.cluster.nodeCount)
    let hosts = hosts(order, prices.frame)
    let known = Set(before.hosts.flatMap(\.names))
    var assembly = assembly
    assembly.repair = LaunchPlan.Repair(
      lost: site.lost, joined: hosts.map(\.name).filter { !known.contains($0) }, before: before,
      moved: ShardMoves(from: before, to: split, prices)
        .movement(to: hosts, lost: Set(site.lost)))
    return try assembly.plan(inputs)
  }
}

extension PlanRequest {
  /// The cost model with the nodes in another order.
  func costModel(on cluster: ClusterTopology) throws(CostModelError) -> CostModel {
    var changed = self
    changed.cluster = cluster
    return try changed.costModel()
  }
}

extension LaunchPlan.Mapping {
  /// The hosts in launch order, by name.
  fileprivate func hostNames(in cluster: ClusterTopology) -> [LaunchPlan.HostNames] {
    (nodes(in: cluster) ?? []).reduce(into: []) { runs, node in
      let devices = cluster.devices(ofNode: node).count
      if runs.last?.devices != devices { runs.append(.init(devices: devices, names: [])) }
      runs[runs.count - 1].names.append(cluster.name(ofNode: node))
    }
  }
}
