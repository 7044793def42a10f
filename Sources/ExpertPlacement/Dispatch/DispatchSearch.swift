import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for a placement that sends tokens to few GPUs while these stay balanced, layer by layer:
/// exchanges of two experts, accepted by Metropolis' rule while the temperature falls. On nodes, experts
/// are divided among the nodes first, and then in each node among its GPUs.
public struct DispatchSearch: Sendable {
  private let routes: TokenRoutes
  private let hierarchy: GPUHierarchy
  private let loadLimit: Double
  private let seed: UInt64

  /// In tokens that need one GPU less, relative to all.
  private static let hottest = 0.003
  private static let coldest = 0.00002

  /// - Parameter loadLimit: no GPU may have more than this times the mean load, unless the balanced
  ///   start has it so.
  public init(
    _ routes: TokenRoutes, on hierarchy: GPUHierarchy, loadLimit: Double, seed: UInt64 = 1
  ) {
    self.routes = routes
    self.hierarchy = hierarchy
    self.loadLimit = loadLimit
    self.seed = seed
  }

  /// Equal GPUs.
  public init(_ routes: TokenRoutes, gpus: Int, loadLimit: Double, seed: UInt64 = 1) {
    self.init(routes, on: .flat(gpus: gpus), loadLimit: loadLimit, seed: seed)
  }

  /// The best placement found with that effort.
  public func best(_ effort: SearchEffort) -> ExpertAssignment {
    let began = effort.elapsedShare()
    let layers = concurrentMap(routes.layers) { layer in
      var share = effort
      share.moves = effort.moves / routes.layers
      return best(layer: layer, share, began: began)
    }
    return ExpertAssignment(experts: routes.experts, gpus: layers.flatMap { $0 })
  }

  private func best(layer: Int, _ effort: SearchEffort, began: Double) -> [Int32] {
    let gpus = hierarchy.gpus
    let slots = (routes.experts + gpus - 1) / gpus * gpus
    let tokens = DispatchLayer(routes, layer: layer, slots: slots)
    let mean = tokens.demands.reduce(0, +) / Double(gpus)
    var share = effort
    guard !hierarchy.isFlat else {
      let turn = Turn(layer: layer, layers: routes.layers, began: began)
      return divide(tokens, among: gpus, limit: loadLimit * mean, share, turn)
        .prefix(routes.experts).map(Int32.init)
    }
    // Half of the moves for the nodes, and half for what is inside them; a node may take half of what
    // loads may differ by.
    share.moves = effort.moves / 2
    let side = hierarchy.gpusPerNode
    let limit = (1 + (loadLimit - 1) / 2) * mean * Double(side)
    let nodes = divide(
      tokens, among: hierarchy.nodes, limit: limit, share,
      Turn(layer: layer, layers: routes.layers, began: began))
    share.moves /= hierarchy.nodes
    var gpuOf = [Int32](repeating: 0, count: slots)
    for node in 0..<hierarchy.nodes {
      let own = nodes.indices.filter { nodes[$0] == node }
      let parts = divide(
        tokens.restricted(to: own), among: side, limit: loadLimit * mean, share,
        Turn(layer: layer, layers: routes.layers, began: began))
      for (expert, part) in zip(own, parts) { gpuOf[expert] = Int32(node * side + part) }
    }
    return Array(gpuOf.prefix(routes.experts))
  }

  /// Which layer it is of how many, and the share of the time that had passed when the first began.
  private struct Turn {
    let layer: Int
    let layers: Int
    let began: Double
  }

  /// The part of each expert: from a balanced start, annealed.
  private func divide(
    _ tokens: DispatchLayer, among parts: Int, limit: Double, _ effort: SearchEffort, _ turn: Turn
  ) -> [Int] {
    let demands = tokens.demands
    var start = [Int](repeating: 0, count: demands.count)
    var loads = [Double](repeating: 0, count: parts)
    for (part, experts) in EPLB.packs(demands, into: parts).enumerated() {
      for expert in experts {
        start[expert] = part
        loads[part] += demands[expert]
      }
    }
    var table = DestinationTable(tokens, partOf: start, parts: parts)
    anneal(&table, loads, demands, limit, effort, turn)
    return table.partOf
  }

  private func anneal(
    _ table: inout DestinationTable, _ loads: [Double], _ demands: [Double], _ limit: Double,
    _ effort: SearchEffort, _ turn: Turn
  ) {
    guard loads.count > 1, effort.moves > 0 else { return }
    var (loads, random) = (loads, SplitMix(seed: seed, stream: turn.layer))
    let batch = 256
    var cooling = Cooling(
      unit: Double(routes.tokens), hottest: Self.hottest, coldest: Self.coldest,
      moves: effort.moves,
      endOfTime: SearchEffort.endOfTurn(layer: turn.layer, of: turn.layers, began: turn.began),
      effort)
    while let temperature = cooling.temperature(moves: batch) {
      for _ in 0..<batch {
        let (one, other) = random.indices(below: demands.count)
        let (p, q) = (table.partOf[one], table.partOf[other])
        if p == q { continue }
        // What must be saved to be accepted, drawn first: the limit of the saving is at hand, and the
        // saving itself is not.
        let least = temperature * log(random.unit())
        let most = table.savingAtMost(swapping: one, other)
        if Double(most) < least { continue }
        let moved = demands[other] - demands[one]
        let fuller = max(loads[p] + moved, loads[q] - moved)
        if fuller > limit && fuller >= max(loads[p], loads[q]) { continue }
        if Double(most - table.excess(swapping: one, other)) < least { continue }
        table.swap(one, other)
        loads[p] += moved
        loads[q] -= moved
      }
    }
  }
}
