import ClusterTopology
import ParallelismVocabulary
import Quantities

/// Ranks on devices in the launcher's own order: rank r runs on device r.
///
/// Groups lie at regular distances among the ranks of a stage (`StageRanks`), which tell where the order
/// of the axes puts them; expert groups are consecutive blocks of a stage's ranks. A group's links are
/// the slowest that any group of its kind in the stage crosses.
public struct IdentityPlacement: Sendable {
  public let cluster: ClusterTopology
  private let calibration: Calibration
  /// The network link between two domains where all such pairs are alike, so that no walk over
  /// ranks is needed; `nil` also where there is one domain only.
  private let uniformOuter: Link?
  /// The devices of a node and of a domain, where all groups agree and start on a whole domain; those
  /// of a domain only where nodes lie in it one after the other.
  private let aligned: (node: Int, domain: Int?)?
  /// What stands for the links between nodes where their order is open.
  private let anyOrder: (any AnyOrderLinks)?

  /// - Parameter anyOrder: what stands for the links between nodes where hosts may stand in any order
  ///   within their groups; only for nodes of equally many devices that are scale-up domains of their own.
  public init(
    cluster: ClusterTopology, calibration: Calibration = .shipped,
    anyOrder: (any AnyOrderLinks)? = nil
  ) {
    self.cluster = cluster
    self.anyOrder = anyOrder
    self.calibration = calibration
    let groups = cluster.nodeGroups
    let first = groups[0]
    let domain = first.scaleUp.accelerators
    let agree = groups.indices.allSatisfy {
      groups[$0].acceleratorsPerNode == first.acceleratorsPerNode
        && groups[$0].scaleUp.accelerators == domain
        && cluster.devices(ofGroup: $0).lowerBound.isMultiple(of: domain)
    }
    aligned = agree ? (first.acceleratorsPerNode, cluster.hasWholeDomains ? domain : nil) : nil
    uniformOuter =
      anyOrder?.best
      ?? (cluster.hasUniformNetwork && first.nodes > first.nodesPerDomain
        ? Self.deviceLink(on: cluster, calibration, from: 0, to: first.nodesPerDomain) : nil)
  }

  /// The links of the groups of `size` ranks, `stride` apart among the ranks of a stage;
  /// `stride · size` divides their number.
  ///
  /// - Parameter stages: of so many stages' groups, where the order of hosts is open.
  ///
  /// Complexity: O(1) where domains and groups divide each other on a uniform cluster, else O(ranks).
  public func groupLinks(stride: Int, size: Int, in ranks: StageRanks, stages: Int = 1)
    -> GroupLinks
  {
    guard size > 1 else { return .alone }
    let spread =
      regularSpread(stride: stride, size: size, in: ranks)
      ?? walkedSpread(stride: stride, size: size, in: ranks)
    let inner = slowestInner(of: spread, in: ranks)
    var outer =
      spread.domains == 1
      ? inner
      : uniformOuter ?? slowestOuter(stride: stride, size: size, in: ranks)
    if spread.domains > 1, let anyOrder, let width = aligned?.node {
      outer = slower(
        outer,
        anyOrder.slowest(
          ofGroupsOver: spread.domains, isRegular: spread.isRegular,
          nodes: stages * ranks.count / width))
    }
    return GroupLinks(
      members: size, membersPerDomain: spread.fewestTogether, domains: spread.domains,
      inner: inner, outer: outer)
  }

  /// The links of groups of `size` ranks, `stride` apart, that lie in a scale-up domain of a node group.
  static func links(stride: Int, size: Int, inDomainOf group: NodeGroup) -> GroupLinks {
    guard size > 1 else { return .alone }
    let inner = group.scaleUp.link(members: size, span: stride * (size - 1) + 1)
    return GroupLinks(
      members: size, membersPerDomain: size, domains: 1, inner: inner, outer: inner)
  }

  /// The slowest link between a rank of one stage and the same rank of the next, while no more of a
  /// node's devices send than it has of the stage.
  public func stageLink(from one: StageRanks, to other: StageRanks) -> Link {
    if let uniformOuter,
      one.runs.contains(where: { !shareDomain(one[$0], other[$0 + one.run - 1]) })
    {
      // Some rank's path crosses the border between two domains.
      return uniformOuter.speeded(by: mostRelief(one))
    }
    let step = aligned.flatMap { one.run.isMultiple(of: $0.node) ? $0.node : nil } ?? 1
    func path(_ index: Int) -> Link { devicePath(one[index], other[index], stages: (one, other)) }
    return Swift.stride(from: step, to: one.count, by: step).reduce(path(0)) {
      slower($0, path($1))
    }
  }

  /// A link that is as good as the slowest hop of a frame's pipelines in any order of hosts; `nil` where
  /// the order is given, or nothing is known of the slowest.
  func hopInAnyOrder(_ frame: Frame) -> Link? {
    let ranks = StageRanks(stage: 0, of: frame)
    return aligned.flatMap {
      anyOrder?.slowestHop(of: frame, width: $0.node)?.speeded(by: mostRelief(ranks))
    }
  }

  private func relief(_ group: Int, _ ranks: StageRanks) -> Double {
    cluster.nodeGroups[group].relief(of: ranks)
  }

  /// The most that the cards of any node group leave to a stage's devices.
  private func mostRelief(_ ranks: StageRanks) -> Double {
    cluster.nodeGroups.reduce(1) { max($0, $1.relief(of: ranks)) }
  }

  // MARK: Spread over domains

  /// How the members of a kind of group lie in scale-up domains.
  private struct Spread {
    /// The most domains that any group spans.
    var domains: Int
    /// The fewest and the most members of a group in a domain that it reaches.
    var fewestTogether: Int
    var mostTogether: Int
    /// The most consecutive devices among which those that lie together are scattered.
    var span: Int
    /// Whether all groups lie alike.
    var isRegular = false
  }

  /// The spread where blocks of a group's extent and domains divide one another.
  private func regularSpread(stride: Int, size: Int, in ranks: StageRanks) -> Spread? {
    guard let domain = aligned?.domain, let stride = ranks.distance(stride: stride, size: size)
    else { return nil }
    let block = stride * size
    func spread(over domains: Int, together: Int) -> Spread {
      Spread(
        domains: domains, fewestTogether: together, mostTogether: together,
        span: stride * (together - 1) + 1, isRegular: true)
    }
    if domain.isMultiple(of: block) { return spread(over: 1, together: size) }
    if stride.isMultiple(of: domain) { return spread(over: size, together: 1) }
    guard block.isMultiple(of: domain), domain.isMultiple(of: stride) else { return nil }
    return spread(over: block / domain, together: domain / stride)
  }

  private func walkedSpread(stride: Int, size: Int, in ranks: StageRanks) -> Spread {
    var spread = Spread(domains: 1, fewestTogether: size, mostTogether: 1, span: 1)
    ranks.forEachGroup(stride: stride, size: size, step: 1) { base in
      var domains = 0
      var member = 0
      while member < size {
        let (start, first) = (member, ranks[base + member * stride])
        var last = first
        while member < size, shareDomain(first, ranks[base + member * stride]) {
          last = ranks[base + member * stride]
          member += 1
        }
        domains += 1
        spread.fewestTogether = min(spread.fewestTogether, member - start)
        spread.mostTogether = max(spread.mostTogether, member - start)
        spread.span = max(spread.span, last - first + 1)
      }
      spread.domains = max(spread.domains, domains)
    }
    return spread
  }

  private func shareDomain(_ device: Int, _ other: Int) -> Bool {
    cluster.shareScaleUpDomain(cluster.node(ofDevice: device), cluster.node(ofDevice: other))
  }

  // MARK: Links

  /// The slowest link inside a domain, for the ranks of a group that lie together.
  private func slowestInner(of spread: Spread, in ranks: StageRanks) -> Link {
    func link(_ group: Int) -> Link {
      cluster.nodeGroups[group].scaleUp.link(members: spread.mostTogether, span: spread.span)
    }
    guard cluster.nodeGroups.count > 1 else { return link(0) }
    let groups = ranks.runs.reduce(into: Set<Int>()) { groups, run in
      let last = cluster.group(ofDevice: ranks[run + ranks.run - 1])
      groups.formUnion(cluster.group(ofDevice: ranks[run])...last)
    }
    let links = groups.sorted().map(link)
    return links.dropFirst().reduce(links[0], slower)
  }

  /// The slowest link between neighbouring domains of any group's ring, which closes from its last
  /// member to its first.
  private func slowestOuter(stride: Int, size: Int, in ranks: StageRanks) -> Link {
    var slowest: Link?
    func consider(_ sender: Int, _ receiver: Int) {
      guard !shareDomain(sender, receiver) else { return }
      let link = devicePath(sender, receiver)
      slowest = slowest.map { slower($0, link) } ?? link
    }
    // Devices of one node have the same neighbours where groups and nodes divide one another.
    var step = 1
    let together = min(stride, ranks.run)
    if let node = aligned?.node, together.isMultiple(of: node) { step = node }
    if let node = aligned?.node, node.isMultiple(of: together) { step = together }
    ranks.forEachGroup(stride: stride, size: size, step: step) { base in
      for member in 1..<size {
        consider(ranks[base + (member - 1) * stride], ranks[base + member * stride])
      }
      consider(ranks[base + (size - 1) * stride], ranks[base])
    }
    return slowest ?? .init(latency: .zero, rate: .infinity)
  }

  /// One device's slice of the way to another.
  ///
  /// - Parameter stages: the ranks whose devices send and receive over the network at once; all where it is
  ///   `nil`.
  private func devicePath(
    _ sender: Int, _ receiver: Int, stages: (from: StageRanks, to: StageRanks)? = nil
  ) -> Link {
    let from = cluster.node(ofDevice: sender)
    let to = cluster.node(ofDevice: receiver)
    guard cluster.shareScaleUpDomain(from, to) else {
      let link = anyOrder?.best ?? Self.deviceLink(on: cluster, calibration, from: from, to: to)
      guard let stages else { return link }
      // The cards of both ends carry what the stage sends.
      let relief =
        anyOrder == nil
        ? min(
          relief(cluster.group(ofNode: from), stages.from),
          relief(cluster.group(ofNode: to), stages.to))
        : mostRelief(stages.from)
      return link.speeded(by: relief)
    }
    let scaleUp = cluster.nodeGroups[cluster.group(ofNode: from)].scaleUp
    let (one, other) = (
      cluster.placeInDomain(ofDevice: sender), cluster.placeInDomain(ofDevice: receiver)
    )
    let areNeighbours = scaleUp.innerLevels.contains {
      one / $0.accelerators == other / $0.accelerators
    }
    return scaleUp.link(members: 2, span: areNeighbours ? 2 : scaleUp.accelerators)
  }

  /// A device's share of its node's link to another domain, when all devices of the node send at
  /// once, at the share of the nominal rate that the fabric's protocol reaches over its cards.
  public static func deviceLink(
    on cluster: ClusterTopology, _ calibration: Calibration, from: Int, to: Int
  ) -> Link {
    let sender = cluster.group(ofNode: from)
    let node = cluster.nodeGroups[sender]
    let link = cluster.link(from: from, to: to)
    let share = 1 / Double(node.acceleratorsPerNode) * link.rate
    guard cluster.measured == nil,
      let fabric = cluster.fabric(between: sender, and: cluster.group(ofNode: to))
    else { return Link(latency: link.latency, rate: share) }
    let network = NetworkKind(fabric: fabric.kind, isFast: share.value >= NetworkKind.fastRate)
    let cards = node.nics.map { $0.fabric == fabric.name ? $0.perNode : 1 } ?? 1
    let card = 1 / Double(cards) * link.rate
    return Link(latency: link.latency, rate: calibration.efficiency(network, card: card) * share)
  }
}

extension NodeGroup {
  /// How many times its even share of the node's cards a device reaches when only the ranks of one stage
  /// send: theirs alone, but no more than one card where there are fewer cards than devices.
  fileprivate func relief(of ranks: StageRanks) -> Double {
    guard let nics, sharesCards else { return 1 }
    let devices = Double(acceleratorsPerNode)
    return min(
      devices / Double(ranks.most(among: acceleratorsPerNode)), devices / Double(nics.perNode))
  }
}

extension Link {
  fileprivate func speeded(by factor: Double) -> Link {
    Link(latency: latency, rate: factor * rate)
  }
}

extension ScaleUp {
  /// The link of one accelerator into a group of some members, which lie among `span` consecutive
  /// ones.
  ///
  /// Members that are not neighbours cannot use the fast links of a neighbourhood; in a mesh they
  /// have the links to their peers only, however far apart.
  fileprivate func link(members: Int, span: Int) -> Link {
    if innerLevels.contains(where: { span <= $0.accelerators }) { return groupLink(span) }
    var outside = self
    outside.innerLevels = []
    return outside.groupLink(members)
  }
}
