import ClusterTopology
import CostModel
import ParallelismSearch
import Quantities
import RankMapping

/// The order of hosts in which a plan communicates best, where nodes are not all alike to each other:
/// links were measured, some are bad, switches are oversubscribed, scale-up domains span nodes, or there
/// are several groups.
///
/// First the groups are put in order, unless they have several kinds of accelerator and the frame orders
/// them; then the nodes of each group in theirs, which they do not leave; `RankMapping` lays the stages and
/// the nodes of each on the links. The cost model has the last word on whether an order is better.
struct HostOrder {
  /// The cost model of the request with the hosts in this order.
  let model: CostModel
  /// The node at each place.
  let order: [Int]

  /// An order that saves less is not worth its list of hosts.
  private static let leastGain = 0.001

  /// - Parameter best: the best frame and split with the hosts as they are listed.
  /// - Returns: `nil` where no order is better, or none but the listed one can be told apart.
  /// - Throws: nothing but our own mistakes: the accelerators are the same.
  init?(
    _ request: PlanRequest, model: CostModel, for best: (frame: Frame, split: LayerSplit)
  ) throws(CostModelError) {
    var trial = OrderTrial(request, model: model, plan: best)
    guard model.cluster.hasUnevenLinks, let listed = trial.step else { return nil }
    if !model.isMixed { try trial.orderGroups() }
    try trial.leaveWorstNodes()
    if let problem = MappingProblem(trial.model, for: best) {
      try trial.keepIfFaster(problem.solve().mapping.launchOrder(of: best.frame, on: trial.model))
    }
    guard let step = trial.step, step < (1 - Self.leastGain) * listed else { return nil }
    self.model = trial.model
    order = trial.order
  }
}

/// A plan on hosts in the best order so far.
private struct OrderTrial {
  private let request: PlanRequest
  private let plan: (frame: Frame, split: LayerSplit)
  /// The cost model in that order.
  private(set) var model: CostModel
  private(set) var order: [Int]
  /// The plan's step; `nil` where it cannot run.
  private(set) var step: Seconds?

  /// Beyond so many groups, each keeps its place.
  static let groupLimit = 12

  init(_ request: PlanRequest, model: CostModel, plan: (frame: Frame, split: LayerSplit)) {
    self.request = request
    self.model = model
    self.plan = plan
    order = Array(0..<model.cluster.nodeCount)
    step = Self.step(model, plan)
  }

  private static func step(
    _ model: CostModel, _ plan: (frame: Frame, split: LayerSplit)
  ) -> Seconds? {
    PlanVariant(frame: plan.frame, split: plan.split, pricer: FramePricer(model))?.prediction.step
  }

  /// The cluster with its groups in the frame's order.
  private var launched: ClusterTopology { model.clusters[plan.frame.groupOrder] }

  /// Takes on an order of the launched cluster's places, the others behind them, if the plan is faster in
  /// it.
  mutating func keepIfFaster(_ launch: [Int]) throws(CostModelError) {
    let nodes = model.nodes(inGroupOrder: plan.frame.groupOrder)
    var places = launched.order(startingWith: launch).map { nodes[$0] }
    if model.clusters.count > 1 {
      // The groups stay as they are listed, so that a frame's order of them is the same.
      let cluster = model.cluster
      places = cluster.nodeGroups.indices.flatMap { group in
        places.filter { cluster.group(ofNode: $0) == group }
      }
    }
    guard let changed = try changed(places), let step, let later = Self.step(changed, plan),
      later < step
    else { return }
    model = changed
    order = places.map { order[$0] }
    self.step = later
  }

  private func changed(_ places: [Int]) throws(CostModelError) -> CostModel? {
    guard let cluster = model.cluster.reordered(places) else { return nil }
    var changed = request
    changed.cluster = cluster
    return try changed.costModel(keepsGroupOrder: model.clusters.count == 1)
  }

  /// Puts groups that reach one another fast side by side; then moves single groups elsewhere, as long
  /// as that is faster.
  mutating func orderGroups() throws(CostModelError) {
    let count = model.cluster.nodeGroups.count
    guard (2...Self.groupLimit).contains(count) else { return }
    try keepIfFaster(nodes(ofGroups: model.cluster.groupChain))
    var isFaster = true
    while isFaster {
      isFaster = false
      for moved in 0..<count {
        for place in 0..<count where place != moved {
          var groups = Array(0..<count)
          groups.insert(groups.remove(at: moved), at: place)
          let before = step
          try keepIfFaster(nodes(ofGroups: groups))
          isFaster = isFaster || step != before
        }
      }
    }
  }

  private func nodes(ofGroups groups: [Int]) -> [Int] {
    groups.flatMap { Array(model.cluster.nodes(ofGroup: $0)) }
  }

  /// Where the plan leaves nodes of its last group idle, these are the ones with the slowest links.
  mutating func leaveWorstNodes() throws(CostModelError) {
    let cluster = launched
    let used = cluster.node(ofDevice: plan.frame.degrees.devices - 1) + 1
    let group = cluster.nodes(ofGroup: cluster.group(ofNode: used - 1))
    guard used < group.upperBound, cluster.hasUnevenNodes,
      cluster.nodeCount <= ClusterTopology.pairedNodes
    else { return }
    let best = cluster.byLinks(group).prefix(used - group.lowerBound)
    try keepIfFaster(Array(0..<group.lowerBound) + best.sorted())
  }
}

extension ClusterTopology {
  /// The nodes of each group with those behind the others whose links to all nodes are slowest; `nil` where
  /// they stand so, are all alike, or too many to look at.
  var slowLinksLast: [Int]? {
    guard hasUnevenNodes, nodeCount <= ClusterTopology.pairedNodes else { return nil }
    let order = nodeGroups.indices.flatMap { byLinks(nodes(ofGroup: $0)) }
    return order.elementsEqual(0..<nodeCount) ? nil : order
  }

  /// Nodes by the time that a byte takes from and to every other, shortest first.
  fileprivate func byLinks(_ group: Range<Int>) -> [Int] {
    let delays = group.map { node in
      (0..<nodeCount).reduce(0.0) { sum, other in
        other == node
          ? sum
          : sum + 1 / link(from: node, to: other).rate.value
            + 1 / link(from: other, to: node).rate.value
      }
    }
    return group.sorted {
      (delays[$0 - group.lowerBound], $0) < (delays[$1 - group.lowerBound], $1)
    }
  }

  /// The nodes with each group, from the first on, followed by the one that it reaches fastest, the
  /// first of equals; `nil` where that is the order in which they are listed.
  var groupsByNearness: [Int]? {
    guard !isMixed, (3...OrderTrial.groupLimit).contains(nodeGroups.count) else { return nil }
    let order = groupChain.flatMap { Array(nodes(ofGroup: $0)) }
    return order.elementsEqual(0..<nodeCount) ? nil : order
  }

  fileprivate var groupChain: [Int] {
    var chain = [0]
    var rest = Array(1..<nodeGroups.count)
    while let last = chain.last, !rest.isEmpty {
      let rates = rest.map {
        link(from: nodes(ofGroup: last).lowerBound, to: nodes(ofGroup: $0).lowerBound).rate
      }
      let next = rates.indices.reduce(0) { rates[$1] > rates[$0] ? $1 : $0 }
      chain.append(rest.remove(at: next))
    }
    return chain
  }

  /// Whether it can matter where a node stands.
  fileprivate var hasUnevenLinks: Bool {
    hasUnevenNodes || nodeGroups.count > 1 && !isMixed
      || fabrics.contains { $0.levels.contains { $0.oversubscription > 1 } }
      || nodeGroups.contains { $0.nodesPerDomain > 1 && $0.nodes > $0.nodesPerDomain }
  }
}
