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
  /// Another frame may be best in another order, so the whole search runs again: once where groups that
  /// reach one another fast are not listed side by side, and once in the best order for the best frame of
  /// each order of the axes, since hosts that are listed at random favour one of them.
  func improved(
    _ request: PlanRequest, progress: (SearchProgress) -> Void
  ) throws -> OrderedSearch {
    var best = self
    if let groups = model.cluster.groupsByNearness,
      let other = try best.again(in: groups, request, progress), other.isFaster(than: best)
    {
      best = other
    }
    var reordered = request
    reordered.cluster = best.model.cluster
    let listed = best
    for rankOrder in AxisOrder.allCases {
      guard let plan = listed.result.found.first(where: { $0.frame.rankOrder == rankOrder }),
        let order = try HostOrder(
          reordered, model: listed.model, for: (plan.frame, plan.split))?.order,
        let other = try listed.again(in: order, request, progress), other.isFaster(than: best)
      else { continue }
      best = other
    }
    return best.isFaster(than: self) ? best : self
  }

  /// The fastest plan's step, also where a simpler one is preferred.
  private var fastest: Seconds { result.found.first?.step ?? .infinity }

  private func isFaster(than other: OrderedSearch) -> Bool {
    fastest < other.fastest
  }

  private func again(
    in places: [Int], _ request: PlanRequest, _ progress: (SearchProgress) -> Void
  ) throws -> OrderedSearch? {
    guard let cluster = model.cluster.reordered(places) else { return nil }
    let model = try request.costModel(on: cluster)
    let space = SearchSpace(model: model, pins: request.pins)
    let result = try ParallelismSearch(space: space, effort: request.effort).run(progress: progress)
    var search = OrderedSearch(model: model, space: space, result: result)
    search.order = places.map { order?[$0] ?? $0 }
    return search
  }
}
