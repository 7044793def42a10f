import ClusterTopology
import CostModel
import LaunchPlan
import Quantities

extension PlanCheck {
  /// Whether no frame is faster than what the certificate says of every order of hosts.
  ///
  /// Each frame needs one rule that proves the bound for it, with links that no order of hosts exceeds.
  static func hostOrderViolations(
    _ certificate: Certificate, step: Seconds, _ space: DeclaredSpace, _ pipelines: PipelineCache
  ) -> [Violation] {
    guard let index = certificate.parts.firstIndex(where: { $0.name == .mapping }) else {
      return []
    }
    let part = certificate.parts[index]
    let place = "certificate.parts[\(index)]"
    var violations: [Violation] = []
    if !part.objective.value.agrees(with: step.value) {
      violations.append(
        Violation(
          .hostOrders,
          "\(place).objectiveSeconds is \(part.objective.value) s, but the plan's step takes "
            + "\(step.value) s"))
    }
    guard space.goal == .time, space.model.cluster.hasOpenHostOrder else {
      return violations + [
        Violation(
          .hostOrders,
          "\(place) is about every order of hosts, which can be bounded where time alone counts and links "
            + "differ between at "
            + "most \(ClusterTopology.pairedNodes.grouped) nodes that are scale-up domains of equally "
            + "many devices")
      ]
    }
    let links = FastestHosts(space.model.cluster, space.model.calibration)
    let pricer = FramePricer(space.model, pipelines: pipelines, anyOrder: links)
    let work = space.workBound(pricer)
    var frames: [Frame] = []
    for family in space.families()
    where work.proof(of: family, reaching: part.bound, counted: { $0 }).value.isBelow(
      part.bound.value)
    {
      space.forEachFrame(of: family) { frames.append($0) }
    }
    for frame in frames {
      let known = pricer.bestProof(of: pricer.prices(of: frame), claim: part.bound)
      guard known.isBelow(part.bound.value) else { continue }
      return violations + [
        Violation(
          .hostOrders,
          "\(place).boundSeconds is \(part.bound.value) s, but in some order of hosts \(frame.phrase) "
            + "is known to take \(known) s at least")
      ]
    }
    return violations
  }
}

extension FramePricer {
  /// The first value of a rule that proves a claim, in seconds, or the best that any rule proves.
  ///
  /// Only splits that would refute the claim are followed, so that a rule proves it with what no split
  /// below it can be; the search followed those that beat its best step with links of any order, which
  /// is less than the plan's.
  fileprivate func bestProof(of prices: FramePrices, claim: Seconds) -> Double {
    var rules: [Certificate.Rule] =
      prices.frame.schedule.isInterleaved
      ? [.closedForm, .ranks, .enumeration] : [.closedForm, .recursion, .labels]
    if prices.frame.degrees.pipeline == 2, !prices.frame.schedule.isInterleaved {
      rules.append(.enumeration)
    }
    var best = 0.0
    for rule in rules {
      best = max(best, proof(rule, of: prices, limit: claim).value)
      if !best.isBelow(claim.value) { break }
    }
    return best
  }
}

/// The slowest links that nodes can have at best, from a tree of the fastest links, grown node by node.
private struct FastestHosts: AnyOrderLinks {
  private let latency: Seconds
  private let from: [Double]
  private let to: [Double]
  /// The tree's links, fastest first.
  private let tree: [(rate: Double, one: Int, other: Int)]

  init(_ cluster: ClusterTopology, _ calibration: Calibration) {
    let nodes = 0..<cluster.nodeCount
    func link(_ sender: Int, _ receiver: Int) -> Link {
      IdentityPlacement.deviceLink(on: cluster, calibration, from: sender, to: receiver)
    }
    var latency = Seconds.infinity
    var (from, to) = (nodes.map { _ in 0.0 }, nodes.map { _ in 0.0 })
    // The fastest link of each node to the tree, which begins with node 0.
    var nearest = nodes.map { _ in (rate: -1.0, node: 0) }
    var isInTree = nodes.map { _ in false }
    var tree: [(rate: Double, one: Int, other: Int)] = []
    var last = 0
    for _ in nodes {
      isInTree[last] = true
      for other in nodes where other != last {
        let (there, back) = (link(last, other), link(other, last))
        latency = min(latency, there.latency)
        from[last] = max(from[last], there.rate.value)
        to[last] = max(to[last], back.rate.value)
        let rate = max(there.rate.value, back.rate.value)
        if !isInTree[other], rate > nearest[other].rate { nearest[other] = (rate, last) }
      }
      guard
        let next = nodes.filter({ !isInTree[$0] }).max(by: { nearest[$0].rate < nearest[$1].rate })
      else { break }
      tree.append((nearest[next].rate, nearest[next].node, next))
      last = next
    }
    self.latency = latency
    self.from = from.sorted(by: >)
    self.to = to.sorted(by: >)
    self.tree = tree.sorted { $0.rate > $1.rate }
  }

  func slowest(groups: Int, nodes: Int, senders: Int) -> Link {
    let place = min(max(1, senders), from.count) - 1
    let rate = min(from[place], to[place], joined(groups, nodes))
    return Link(latency: latency, rate: BytesPerSecond(rate))
  }

  /// The rate of the link with which the parts of the tree hold so many groups.
  private func joined(_ groups: Int, _ nodes: Int) -> Double {
    var parts = from.indices.map { [$0] }
    var partOf = Array(from.indices)
    var held = 0
    for link in tree {
      let (one, other) = (partOf[link.one], partOf[link.other])
      let (few, many) = parts[one].count < parts[other].count ? (one, other) : (other, one)
      held -= parts[few].count / nodes + parts[many].count / nodes
      for node in parts[few] { partOf[node] = many }
      parts[many] += parts[few]
      parts[few] = []
      held += parts[many].count / nodes
      if held >= groups { return link.rate }
    }
    return tree.last?.rate ?? .infinity
  }
}
