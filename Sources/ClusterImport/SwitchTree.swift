import ClusterTopology
import InputFiles

/// The switches that join hosts, as tiers from the leaves up.
struct SwitchTree: Sendable {
  /// One tier: the hosts below each of its switches, or below each set of switches with the same
  /// hosts, as rails have.
  struct Tier: Sendable {
    var units: [[String]]
    /// What goes down over what goes up; nil where the source does not count links.
    var oversubscription: Double?
  }

  private static let mostTiers = 16

  var tiers: [Tier]
  let file: String
  let position: SourcePosition?

  /// All hosts, in the order of the leaves.
  var hosts: [String] { tiers.first?.units.flatMap { $0 } ?? [] }

  /// The tree of some hosts only, with the tiers that still tell them apart.
  func restricted(to hosts: Set<String>) -> SwitchTree {
    var tree = self
    tree.tiers = tiers.map { tier in
      Tier(
        units: tier.units.map { $0.filter(hosts.contains) }.filter { !$0.isEmpty },
        oversubscription: tier.oversubscription)
    }
    return tree
  }

  /// The tiers as a cluster file has them: equal switches, each of whole switches of the tier below,
  /// and no tier that holds everything.
  ///
  /// Where switches have unlike numbers of hosts, the median stands for all.
  var levels: (levels: [Fabric.Level], isUneven: Bool) {
    var levels: [Fabric.Level] = []
    var isUneven = false
    for tier in tiers where tier.units.count > 1 {
      let sizes = tier.units.map(\.count).sorted()
      let median = sizes[sizes.count / 2]
      // The last switch may be part empty without shifting anybody.
      let isShifted = tier.units.dropLast().contains { $0.count != median }
      if isShifted || tier.units[tier.units.count - 1].count > median { isUneven = true }
      let below = levels.last?.nodesPerSwitch ?? 1
      let multiple = max(1, Int((Double(median) / Double(below)).rounded()))
      let size = levels.isEmpty ? median : multiple * below
      guard size > below || levels.isEmpty else { continue }
      if size != median { isUneven = true }
      levels.append(
        Fabric.Level(nodesPerSwitch: size, oversubscription: tier.oversubscription ?? 1))
    }
    return (levels, isUneven)
  }

  /// The tree of switches that name their switches or hosts below.
  ///
  /// - Throws: one fault, where switches go round in a circle or name one that is not there.
  static func build(
    _ switches: [NamedSwitch], in text: TextFile
  ) throws(InputFaults) -> SwitchTree {
    let index = Dictionary(
      switches.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var heights = [Int?](repeating: nil, count: switches.count)
    var hosts = switches.map(\.hosts)
    /// Children are done before their parents: a switch that is met while it waits is its own parent.
    var waiting: [Int] = []
    var isOpen = [Bool](repeating: false, count: switches.count)
    for start in switches.indices where heights[start] == nil {
      waiting = [start]
      while let current = waiting.last {
        let item = switches[current]
        var children: [Int] = []
        for name in item.children {
          guard let child = index[name] else {
            throw text.fault(
              at: item.position,
              "\(item.name.quoted) names the switch \(name.quoted), which is not there")
          }
          children.append(child)
        }
        if !isOpen[current] {
          isOpen[current] = true
          for child in children where heights[child] == nil {
            guard !isOpen[child] else {
              throw text.fault(
                at: item.position, "the switches below \(item.name.quoted) go round in a circle")
            }
            waiting.append(child)
          }
          continue
        }
        waiting.removeLast()
        guard heights[current] == nil else { continue }
        heights[current] = children.compactMap { heights[$0] }.max().map { $0 + 1 } ?? 0
        if !children.isEmpty { hosts[current] = children.flatMap { hosts[$0] } }
      }
    }
    try checkHosts(switches, in: text)
    let top = heights.compactMap { $0 }.max() ?? 0
    guard top < mostTiers else {
      throw text.fault(
        "has switches \(top + 1) deep, but no network has more than \(mostTiers) tiers")
    }
    var tiers = (0...top).map { _ in Tier(units: []) }
    for (number, height) in heights.enumerated() {
      if let height, !hosts[number].isEmpty { tiers[height].units.append(hosts[number]) }
    }
    // Leaves in the order in which the switches above name them, so that whole ones lie together.
    if let order = tiers.last(where: { !$0.units.isEmpty })?.units.flatMap({ $0 }) {
      let place = Dictionary(
        order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      for tier in tiers.indices {
        tiers[tier].units.sort { place[$0[0], default: .max] < place[$1[0], default: .max] }
      }
    }
    return SwitchTree(tiers: tiers, file: text.file, position: switches.first?.position)
  }

  /// - Throws: one fault, where a host is below two leaves.
  private static func checkHosts(
    _ switches: [NamedSwitch], in text: TextFile
  ) throws(InputFaults) {
    var leaves: [String: String] = [:]
    for item in switches where item.children.isEmpty {
      for host in item.hosts {
        guard let other = leaves.updateValue(item.name, forKey: host) else { continue }
        throw text.fault(
          at: item.position,
          "\(host) is below \(item.name.quoted), and below \(other.quoted) already")
      }
    }
  }
}

/// A switch as a file names it.
struct NamedSwitch: Sendable {
  let name: String
  var children: [String] = []
  var hosts: [String] = []
  let position: SourcePosition
}
