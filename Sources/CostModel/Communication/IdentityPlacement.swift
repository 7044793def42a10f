import ClusterTopology
import ParallelismVocabulary
import Quantities

/// Ranks on devices in the launcher's own order: rank r runs on device r.
///
/// Tensor ranks are innermost, then context, then data, and pipeline stages outermost, as
/// Megatron-Core numbers them (`tp-cp-ep-dp-pp`); expert groups are consecutive blocks of a stage's
/// ranks. A group's links are the slowest that any group of its kind in the stage crosses.
public struct IdentityPlacement: Sendable {
  public let cluster: ClusterTopology
  private let calibration: Calibration
  /// The network link between two domains where all such pairs are alike, so that no walk over
  /// ranks is needed; `nil` also where there is one domain only.
  private let uniformOuter: Link?
  /// The devices of a node and of a domain, where all groups agree and start on a whole domain; those
  /// of a domain only where nodes lie in it one after the other.
  private let aligned: (node: Int, domain: Int?)?

  public init(cluster: ClusterTopology, calibration: Calibration = .shipped) {
    self.cluster = cluster
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
    let isUniform =
      groups.count == 1 && cluster.hasWholeDomains && cluster.measured == nil
      && cluster.health.badLinks.isEmpty
      && cluster.fabrics.allSatisfy { $0.levels.allSatisfy { $0.oversubscription == 1 } }
    uniformOuter =
      isUniform && first.nodes > first.nodesPerDomain
      ? Self.slice(of: cluster, calibration, from: 0, to: first.nodesPerDomain) : nil
  }

  /// The links of the groups of `size` ranks, `stride` apart, inside the block of `width` devices
  /// that begins at `first`; `stride · size` divides the width.
  ///
  /// Complexity: O(1) where domains and groups divide each other on a uniform cluster, else O(width).
  public func groupLinks(stride: Int, size: Int, first: Int, width: Int) -> GroupLinks {
    guard size > 1 else { return .alone }
    let spread =
      regularSpread(block: stride * size, stride: stride, size: size)
      ?? walkedSpread(stride: stride, size: size, first: first, width: width)
    let inner = slowestInner(
      first: first, width: width, members: spread.mostTogether, stride: stride)
    let outer =
      spread.domains == 1
      ? inner
      : uniformOuter ?? slowestOuter(stride: stride, size: size, first: first, width: width)
    return GroupLinks(
      members: size, membersPerDomain: spread.fewestTogether, domains: spread.domains,
      inner: inner, outer: outer)
  }

  /// The slowest link between a rank of one stage and the same rank of the next.
  public func stageLink(from first: Int, to second: Int, width: Int) -> Link {
    if let uniformOuter, !shareDomain(first, second + width - 1) {
      // Some rank's path crosses the border between two domains.
      return uniformOuter
    }
    let step = aligned.flatMap { width.isMultiple(of: $0.node) ? $0.node : nil } ?? 1
    var slowest = devicePath(first, second)
    for offset in Swift.stride(from: step, to: width, by: step) {
      slowest = slower(slowest, devicePath(first + offset, second + offset))
    }
    return slowest
  }

  // MARK: Spread over domains

  /// How the members of a kind of group lie in scale-up domains.
  private struct Spread {
    /// The most domains that any group spans.
    var domains: Int
    /// The fewest and the most members of a group in a domain that it reaches.
    var fewestTogether: Int
    var mostTogether: Int
  }

  /// The spread where blocks of `stride · size` devices and domains divide one another.
  private func regularSpread(block: Int, stride: Int, size: Int) -> Spread? {
    guard let domain = aligned?.domain else { return nil }
    if domain.isMultiple(of: block) {
      return Spread(domains: 1, fewestTogether: size, mostTogether: size)
    }
    if stride.isMultiple(of: domain) {
      return Spread(domains: size, fewestTogether: 1, mostTogether: 1)
    }
    guard block.isMultiple(of: domain), domain.isMultiple(of: stride) else { return nil }
    let together = domain / stride
    return Spread(domains: block / domain, fewestTogether: together, mostTogether: together)
  }

  private func walkedSpread(stride: Int, size: Int, first: Int, width: Int) -> Spread {
    var spread = Spread(domains: 1, fewestTogether: size, mostTogether: 1)
    forEachGroup(stride: stride, size: size, first: first, width: width, step: 1) { base in
      var domains = 0
      var member = 0
      while member < size {
        let start = member
        while member < size, shareDomain(base + start * stride, base + member * stride) {
          member += 1
        }
        domains += 1
        spread.fewestTogether = min(spread.fewestTogether, member - start)
        spread.mostTogether = max(spread.mostTogether, member - start)
      }
      spread.domains = max(spread.domains, domains)
    }
    return spread
  }

  /// Calls `body` with the first device of every `step`-th group of a block.
  private func forEachGroup(
    stride: Int, size: Int, first: Int, width: Int, step: Int, _ body: (Int) -> Void
  ) {
    for block in Swift.stride(from: first, to: first + width, by: stride * size) {
      for base in Swift.stride(from: block, to: block + stride, by: step) { body(base) }
    }
  }

  private func shareDomain(_ device: Int, _ other: Int) -> Bool {
    cluster.shareScaleUpDomain(cluster.node(ofDevice: device), cluster.node(ofDevice: other))
  }

  // MARK: Links

  /// The slowest link inside a domain, for `members` ranks `stride` apart.
  private func slowestInner(first: Int, width: Int, members: Int, stride: Int) -> Link {
    let groups = cluster.group(ofDevice: first)...cluster.group(ofDevice: first + width - 1)
    let links = groups.map { index in
      cluster.nodeGroups[index].scaleUp.link(members: members, span: stride * (members - 1) + 1)
    }
    return links.dropFirst().reduce(links[0], slower)
  }

  /// The slowest link between neighbouring domains of any group's ring, which closes from its last
  /// member to its first.
  private func slowestOuter(stride: Int, size: Int, first: Int, width: Int) -> Link {
    var slowest: Link?
    func consider(_ sender: Int, _ receiver: Int) {
      guard !shareDomain(sender, receiver) else { return }
      let link = devicePath(sender, receiver)
      slowest = slowest.map { slower($0, link) } ?? link
    }
    // Devices of one node have the same neighbours where groups and nodes divide one another.
    var step = 1
    if let node = aligned?.node, stride.isMultiple(of: node) { step = node }
    if let node = aligned?.node, node.isMultiple(of: stride) { step = stride }
    forEachGroup(stride: stride, size: size, first: first, width: width, step: step) { base in
      for member in 1..<size { consider(base + (member - 1) * stride, base + member * stride) }
      consider(base + (size - 1) * stride, base)
    }
    return slowest ?? .init(latency: .zero, rate: .infinity)
  }

  /// One device's slice of the way to another.
  private func devicePath(_ sender: Int, _ receiver: Int) -> Link {
    let from = cluster.node(ofDevice: sender)
    let to = cluster.node(ofDevice: receiver)
    guard cluster.shareScaleUpDomain(from, to) else {
      return Self.slice(of: cluster, calibration, from: from, to: to)
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
  /// once, at the share of the nominal rate that the fabric's protocol reaches.
  private static func slice(
    of cluster: ClusterTopology, _ calibration: Calibration, from: Int, to: Int
  ) -> Link {
    let sender = cluster.group(ofNode: from)
    let link = cluster.link(from: from, to: to)
    let share = 1 / Double(cluster.nodeGroups[sender].acceleratorsPerNode) * link.rate
    guard cluster.measured == nil,
      let fabric = cluster.fabric(between: sender, and: cluster.group(ofNode: to))
    else { return Link(latency: link.latency, rate: share) }
    let network = NetworkKind(fabric: fabric.kind, isFast: share.value >= NetworkKind.fastRate)
    return Link(latency: link.latency, rate: calibration.efficiency(network) * share)
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
