import ClusterTopology
import CostModel
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// A search with the hosts in an order of its own.
struct OrderedSearch {
  /// The cost model of the request with the hosts in this order.
  let model: CostModel
  let space: SearchSpace
  let result: SearchResult
  /// The node at each place; `nil` where they stand as they are listed.
  private(set) var order: [Int]?

  init(model: CostModel, space: SearchSpace, result: SearchResult) {
    (self.model, self.space, self.result) = (model, space, result)
  }

  /// The search with the hosts in a better order, or this one where none is worth its list.
  ///
  /// Another frame may be best in another order, so the whole search runs again: where the price counts,
  /// once with the cheapest groups first; once where groups that reach one another fast are not listed
  /// side by side; once with each group first, of which a plan may take no other; once with slow nodes together
  /// behind the others of their group, where they may share a stage or stay idle, and once with those whose
  /// links are slowest; and once in the best order for the best frame of each order of the axes, since hosts
  /// that are listed at random favour one of them.
  func improved(
    _ request: PlanRequest, progress: (SearchProgress) -> Void
  ) throws -> OrderedSearch {
    var best = self
    let byPrice = space.goal.measure == .cost ? model.cluster.groupsByPrice : nil
    let orders =
      [
        byPrice, model.cluster.groupsByNearness, model.cluster.slowNodesLast,
        model.cluster.slowLinksLast,
      ].compactMap(\.self) + model.cluster.eachGroupFirst
    for order in orders {
      if let other = try again(in: order, request, progress), other.isBetter(than: best) {
        best = other
      }
    }
    var reordered = request
    reordered.cluster = best.model.cluster
    let listed = best
    for rankOrder in AxisOrder.allCases {
      guard let plan = listed.result.found.first(where: { $0.frame.rankOrder == rankOrder }),
        let order = try HostOrder(
          reordered, model: listed.model, for: (plan.frame, plan.split))?.order,
        let other = try listed.again(in: order, request, progress), other.isBetter(than: best)
      else { continue }
      best = other
    }
    return best.isBetter(than: self) ? try best.settled(self, request, progress) : self
  }

  /// The search with the nodes that its plan leaves idle behind the others as they are listed, which is how
  /// a reader of the plan finds them; the listed search where another plan is best then.
  func settled(
    _ listed: OrderedSearch, _ request: PlanRequest, _ progress: (SearchProgress) -> Void
  ) throws -> OrderedSearch {
    guard let places = settledPlaces(listed.model.cluster), places != order else { return self }
    guard let other = try listed.again(in: places, request, progress), other.result.best != nil,
      other.settledPlaces(listed.model.cluster) ?? places == places
    else { return listed }
    return other
  }

  /// The nodes with those that the plan uses first, by their numbers in the listed cluster; groups of unlike
  /// accelerators, which may stand in any order, as they stand here. `nil` in the listed order.
  private func settledPlaces(_ cluster: ClusterTopology) -> [Int]? {
    guard let frame = result.best?.frame, let order else { return nil }
    let used =
      model.clusters[frame.groupOrder].node(ofDevice: frame.degrees.devices - 1) + 1
    let whole = cluster.order(
      startingWith: model.nodes(inGroupOrder: frame.groupOrder).prefix(used).map { order[$0] })
    guard model.clusters.count > 1 else { return whole }
    var groups: [Int] = []
    for node in order where !groups.contains(cluster.group(ofNode: node)) {
      groups.append(cluster.group(ofNode: node))
    }
    return groups.flatMap { group in whole.filter { cluster.group(ofNode: $0) == group } }
  }

  /// Whether its best plan counts for less, also where a simpler one is preferred.
  private func isBetter(than other: OrderedSearch) -> Bool {
    result.least < other.result.least
  }

  /// The search with the hosts in another order, by their places in this one.
  func again(
    in places: [Int], _ request: PlanRequest, _ progress: (SearchProgress) -> Void
  ) throws -> OrderedSearch? {
    guard let cluster = model.cluster.reordered(places) else { return nil }
    let model = try request.costModel(on: cluster)
    let space = SearchSpace(model: model, pins: request.pins, goal: request.goal)
    let result = try ParallelismSearch(space: space, effort: request.effort).run(progress: progress)
    var search = OrderedSearch(model: model, space: space, result: result)
    search.order = places.map { order?[$0] ?? $0 }
    return search
  }
}

extension ClusterTopology {
  /// The nodes with each group but the first before all others, where few groups of one kind of accelerator
  /// are unlike in their nodes.
  var eachGroupFirst: [[Int]] {
    guard !isMixed, (2...ClusterTopology.permutedGroups).contains(nodeGroups.count) else {
      return []
    }
    return nodeGroups.indices.dropFirst().map { group in
      order(startingWith: Array(nodes(ofGroup: group)))
    }
  }

  /// The nodes with those that compute slowly behind the others of their group; `nil` where they stand so.
  var slowNodesLast: [Int]? {
    guard hasSlowNodes else { return nil }
    let order = nodeGroups.indices.flatMap { group in
      nodes(ofGroup: group).sorted {
        (-computeFactor(ofNode: $0), $0) < (-computeFactor(ofNode: $1), $1)
      }
    }
    return order.elementsEqual(0..<nodeCount) ? nil : order
  }

  /// The nodes with those of cheap devices first; `nil` where they stand so, or have no prices.
  var groupsByPrice: [Int]? {
    // Of several kinds of accelerator, all orders are in the space.
    guard !isMixed, hourlyPrice(devices: deviceCount) != nil else { return nil }
    func price(_ group: Int) -> Double {
      (nodeGroups[group].pricePerNodeHour ?? 0) / Double(nodeGroups[group].acceleratorsPerNode)
    }
    let groups = nodeGroups.indices.sorted { (price($0), $0) < (price($1), $1) }
    return groups.elementsEqual(nodeGroups.indices)
      ? nil : groups.flatMap { Array(nodes(ofGroup: $0)) }
  }
}
