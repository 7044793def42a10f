/// Experts placed at once, without a search: what a choice among many ways to divide them can rest on.
///
/// The busiest experts first, each goes to the least busy GPU with room. Where it is known which experts
/// are chosen together, two experts of different GPUs then change places, in their order, wherever more
/// pairs come together so and no GPU gets fuller than a limit, until none do or after some passes. On
/// nodes, experts are divided among the nodes first, and then in each node among its GPUs.
///
/// - Complexity: O(layers · experts² · passes).
public struct QuickPlacement: Sendable {
  private let loads: ExpertLoads
  private let pairs: ExpertPairs?

  /// The load that a part may have, over the mean, unless it has more already.
  static let limits = (nodes: 1.01, gpus: 1.02)
  static let passes = 16

  /// - Parameter pairs: `nil` looks at loads alone.
  public init(_ loads: ExpertLoads, _ pairs: ExpertPairs? = nil) {
    self.loads = loads
    self.pairs = pairs
  }

  /// - Precondition: GPUs with equally many experts.
  public func assignment(on hierarchy: GPUHierarchy) -> ExpertAssignment {
    precondition(loads.experts.isMultiple(of: hierarchy.gpus), "as many experts on every GPU")
    return ExpertAssignment(
      experts: loads.experts,
      gpus: (0..<loads.layers).flatMap { layer($0, on: hierarchy).map(Int32.init) })
  }

  /// The GPU of each expert of a layer.
  private func layer(_ layer: Int, on hierarchy: GPUHierarchy) -> [Int] {
    let all = Array(0..<loads.experts)
    let weights = loads.mean(layer: layer)
    guard pairs != nil, hierarchy.nodes > 1 else {
      return parts(of: all, weights, among: hierarchy.gpus, limit: Self.limits.gpus, layer)
    }
    let nodes = parts(of: all, weights, among: hierarchy.nodes, limit: Self.limits.nodes, layer)
    var gpus = all
    for node in 0..<hierarchy.nodes {
      let own = all.filter { nodes[$0] == node }
      let inside = parts(
        of: own, weights, among: hierarchy.gpusPerNode, limit: Self.limits.gpus, layer)
      for (expert, part) in zip(own, inside) { gpus[expert] = node * hierarchy.gpusPerNode + part }
    }
    return gpus
  }

  /// The part of each of some experts.
  private func parts(
    of members: [Int], _ weights: [Double], among count: Int, limit: Double, _ layer: Int
  ) -> [Int] {
    let own = members.map { weights[$0] }
    var part = [Int](repeating: 0, count: members.count)
    var sums = [Double](repeating: 0, count: count)
    for (index, pack) in EPLB.packs(own, into: count).enumerated() {
      for member in pack {
        part[member] = index
        sums[index] += own[member]
      }
    }
    guard let pairs, count > 1 else { return part }
    let matrix = pairs.counts[layer]
    func together(_ one: Int, _ other: Int) -> Double {
      matrix[members[one] * pairs.experts + members[other]]
    }
    // near[member · count + part]: how often a member is chosen with one of the part.
    var near = [Double](repeating: 0, count: members.count * count)
    for one in members.indices {
      for other in members.indices { near[one * count + part[other]] += together(one, other) }
    }
    let most = limit * own.reduce(0, +) / Double(count)
    for _ in 0..<Self.passes {
      var isChanged = false
      for one in members.indices {
        for other in (one + 1)..<max(one + 1, members.count) where part[one] != part[other] {
          let (p, q) = (part[one], part[other])
          let gain =
            near[one * count + q] - near[one * count + p] + near[other * count + p]
            - near[other * count + q] - 2 * together(one, other)
          guard gain > 0 else { continue }
          let moved = own[other] - own[one]
          let fuller = max(sums[p] + moved, sums[q] - moved)
          if fuller > most && fuller >= max(sums[p], sums[q]) { continue }
          (part[one], part[other]) = (q, p)
          sums[p] += moved
          sums[q] -= moved
          for third in members.indices {
            let shift = together(third, other) - together(third, one)
            near[third * count + p] += shift
            near[third * count + q] -= shift
          }
          isChanged = true
        }
      }
      if !isChanged { break }
    }
    return part
  }
}
