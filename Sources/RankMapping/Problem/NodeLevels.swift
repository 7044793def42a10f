/// Nodes below a tree of switches, where the lowest switch above both decides what a pair costs.
public struct NodeLevels: Sendable, Equatable {
  /// For each level, lowest first, the switch above each node, numbered within the level; the last
  /// level has one switch. A switch of a level lies below one switch of the next.
  public let switches: [[Int32]]

  /// - Precondition: every level names a switch for every node, each level refines the next, and the
  ///   last has one switch.
  public init(switches: [[Int32]]) {
    precondition(!switches.isEmpty && Set(switches[switches.count - 1]).count == 1, "one root")
    self.switches = switches
  }

  /// The number of nodes.
  public var count: Int { switches[0].count }
  public var levels: Int { switches.count }

  /// The level of the lowest switch above both nodes.
  @inline(__always)
  func level(_ one: Int, _ other: Int) -> Int {
    var level = 0
    while switches[level][one] != switches[level][other] { level += 1 }
    return level
  }

  /// The nodes with those of every switch together.
  var order: [Int] {
    let keys = (0..<count).map { node in switches.reversed().map { $0[node] } + [Int32(node)] }
    return keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
  }

  /// The nodes of each switch of a level, in the order of their first nodes.
  func groups(at level: Int) -> [[Int32]] {
    var index: [Int32: Int] = [:]
    var groups: [[Int32]] = []
    for (node, name) in switches[level].enumerated() {
      if let group = index[name] {
        groups[group].append(Int32(node))
      } else {
        index[name] = groups.count
        groups.append([Int32(node)])
      }
    }
    return groups
  }
}

/// Prices by level of a tree of switches.
struct LevelPrices: PairPrices {
  let levels: NodeLevels
  /// By level, lowest first; none is below the one before.
  let prices: [Double]

  var count: Int { levels.count }

  @inline(__always)
  func price(_ from: Int, _ to: Int) -> Double {
    from == to ? 0 : prices[levels.level(from, to)]
  }

  /// For each node `limit` others below its lowest switches.
  func nearest(_ limit: Int) -> [[Int32]] {
    var nearest = [[Int32]](repeating: [], count: count)
    for level in 0..<levels.levels {
      for group in levels.groups(at: level) {
        for (place, node) in group.enumerated() where nearest[Int(node)].count < limit {
          let known = Set(nearest[Int(node)])
          // Start behind the node itself, so that the members of a group have different lists.
          for offset in 1..<max(1, group.count) {
            let other = group[(place + offset) % group.count]
            if nearest[Int(node)].count == limit { break }
            if !known.contains(other) { nearest[Int(node)].append(other) }
          }
        }
      }
    }
    return nearest
  }
}
