import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for a placement that sends tokens to few GPUs while these stay balanced, layer by layer:
/// exchanges of two experts, accepted by Metropolis' rule while the temperature falls. On nodes, experts
/// are divided among the nodes (or first among racks), and then in each node among its GPUs.
public struct DispatchSearch: Sendable {
  private let choices: KnownChoices
  private let layers: Int
  private let experts: Int
  private let hierarchy: GPUHierarchy
  private let loadLimit: Double
  private let seed: UInt64

  /// In tokens that need one GPU less, relative to all.
  private static let hottest = 0.003
  private static let coldest = 0.00002

  /// - Parameter loadLimit: no GPU may have more than this times the mean load, unless the balanced
  ///   start has it so.
  public init(
    _ choices: some TokenChoices, on hierarchy: GPUHierarchy, loadLimit: Double, seed: UInt64 = 1
  ) {
    self.choices = choices.known
    layers = choices.layers
    experts = choices.experts
    self.hierarchy = hierarchy
    self.loadLimit = loadLimit
    self.seed = seed
  }

  /// Equal GPUs.
  public init(_ choices: some TokenChoices, gpus: Int, loadLimit: Double, seed: UInt64 = 1) {
    self.init(choices, on: .flat(gpus: gpus), loadLimit: loadLimit, seed: seed)
  }

  /// The best placement found with that effort.
  public func best(_ effort: SearchEffort) -> ExpertAssignment {
    let began = effort.elapsedShare()
    let found = concurrentMap(layers) { layer in
      var share = effort
      share.moves = effort.moves / layers
      let turn = Turn(layer: layer, layers: layers, began: began)
      let slots = (experts + hierarchy.gpus - 1) / hierarchy.gpus * hierarchy.gpus
      switch choices {
      case .tokens(let routes):
        return best(
          DispatchLayer(routes, layer: layer, slots: slots), unit: Double(routes.tokens), share,
          turn)
      case .pairs(let pairs):
        return best(
          PairLayer(pairs, layer: layer, slots: slots), unit: pairs.tokens(layer: layer), share,
          turn)
      }
    }
    return ExpertAssignment(experts: experts, gpus: found.flatMap { $0 })
  }

  /// - Parameter unit: the tokens of the layer.
  private func best(
    _ tokens: some DivisibleLayer, unit: Double, _ effort: SearchEffort, _ turn: Turn
  ) -> [Int32] {
    let gpus = hierarchy.gpus
    let mean = tokens.demands.reduce(0, +) / Double(gpus)
    var gpuOf = [Int](repeating: 0, count: tokens.demands.count)
    // From all GPUs down: a kind of part has a share of the moves, and may take a share of what loads may
    // differ by.
    let levels = hierarchy.partLevels.reversed().filter { $0.parts > 1 }
    var share = effort
    var outer = 1
    for (index, level) in levels.enumerated() {
      let count = level.parts / outer
      share.moves = effort.moves / levels.count / outer
      let limit = 1 + (loadLimit - 1) * Double(index + 1) / Double(levels.count)
      let before = gpuOf
      for part in 0..<outer {
        let own = before.indices.filter { before[$0] == part }
        let inside = divide(
          outer == 1 ? tokens : tokens.restricted(to: own), among: count,
          limit: limit * mean * Double(gpus / level.parts), unit: unit, share, turn)
        for (expert, place) in zip(own, inside) { gpuOf[expert] = part * count + place }
      }
      outer = level.parts
    }
    return gpuOf.prefix(experts).map(Int32.init)
  }

  /// Which layer it is of how many, and the share of the time that had passed when the first began.
  private struct Turn {
    let layer: Int
    let layers: Int
    let began: Double
  }

  /// The part of each expert: from a balanced start, annealed.
  private func divide(
    _ tokens: some DivisibleLayer, among parts: Int, limit: Double, unit: Double,
    _ effort: SearchEffort, _ turn: Turn
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
    var table = tokens.table(partOf: start, parts: parts)
    anneal(&table, loads, demands, limit, unit: unit, effort, turn)
    return table.partOf
  }

  private func anneal(
    _ table: inout some DivisionTable, _ loads: [Double], _ demands: [Double], _ limit: Double,
    unit: Double, _ effort: SearchEffort, _ turn: Turn
  ) {
    guard loads.count > 1, effort.moves > 0 else { return }
    var (loads, random) = (loads, SplitMix(seed: seed, stream: turn.layer))
    let batch = 256
    var cooling = Cooling(
      unit: unit, hottest: Self.hottest, coldest: Self.coldest,
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
        if most < least { continue }
        let moved = demands[other] - demands[one]
        let fuller = max(loads[p] + moved, loads[q] - moved)
        if fuller > limit && fuller >= max(loads[p], loads[q]) { continue }
        if most - table.excess(swapping: one, other) < least { continue }
        table.swap(one, other)
        loads[p] += moved
        loads[q] -= moved
      }
    }
  }
}
