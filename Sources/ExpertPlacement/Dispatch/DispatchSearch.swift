import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for a placement that sends tokens to few GPUs while these stay balanced, layer by layer:
/// exchanges of two experts, accepted by Metropolis' rule while the temperature falls.
public struct DispatchSearch: Sendable {
  private let routes: TokenRoutes
  private let gpus: Int
  private let loadLimit: Double
  private let seed: UInt64

  /// In tokens that need one GPU less, relative to all.
  private static let hottest = 0.003
  private static let coldest = 0.00002

  /// - Parameter loadLimit: no GPU may have more than this times the mean load, unless the balanced
  ///   start has it so.
  public init(
    _ routes: TokenRoutes, gpus: Int, loadLimit: Double, seed: UInt64 = 1
  ) {
    self.routes = routes
    self.gpus = gpus
    self.loadLimit = loadLimit
    self.seed = seed
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
    let slots = (routes.experts + gpus - 1) / gpus * gpus
    let tokens = DispatchLayer(routes, layer: layer, slots: slots)
    let demands = tokens.tokensOf.map { Double($0.count) }
    // A balanced start, in which every GPU has its slots.
    var start = [Int](repeating: 0, count: slots)
    var loads = [Double](repeating: 0, count: gpus)
    for (gpu, experts) in EPLB.packs(demands, into: gpus).enumerated() {
      for expert in experts {
        start[expert] = gpu
        loads[gpu] += demands[expert]
      }
    }
    var table = DestinationTable(tokens, partOf: start, parts: gpus)
    anneal(&table, loads, demands, layer, effort, began)
    return table.partOf[..<routes.experts].map(Int32.init)
  }

  private func anneal(
    _ table: inout DestinationTable, _ loads: [Double], _ demands: [Double], _ layer: Int,
    _ effort: SearchEffort, _ began: Double
  ) {
    guard gpus > 1 else { return }
    var (loads, random) = (loads, SplitMix(seed: seed, stream: layer))
    let limit = loadLimit * loads.reduce(0, +) / Double(gpus)
    let batch = 256
    var cooling = Cooling(
      unit: Double(routes.tokens), hottest: Self.hottest, coldest: Self.coldest,
      moves: effort.moves,
      endOfTime: SearchEffort.endOfTurn(layer: layer, of: routes.layers, began: began), effort)
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
