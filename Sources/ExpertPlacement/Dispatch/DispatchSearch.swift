import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for a placement that sends tokens to few destinations while GPUs stay balanced, layer by
/// layer: exchanges of two experts, accepted by Metropolis' rule while the temperature falls.
public struct DispatchSearch: Sendable {
  private let routes: TokenRoutes
  private let hierarchy: GPUHierarchy
  private let costs: DispatchCosts
  private let loadLimit: Double
  private let seed: UInt64

  /// In tokens that need one destination less.
  private static let hottest = 0.003
  private static let coldest = 0.00002

  /// - Parameter loadLimit: no GPU may have more than this times the mean load, unless the balanced
  ///   start has it so.
  public init(
    _ routes: TokenRoutes, on hierarchy: GPUHierarchy, costs: DispatchCosts = .distinctGPUs,
    loadLimit: Double, seed: UInt64 = 1
  ) {
    self.routes = routes
    self.hierarchy = hierarchy
    self.costs = costs
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
    let room = (routes.experts + hierarchy.gpus - 1) / hierarchy.gpus
    let slots = room * hierarchy.gpus
    let tokens = DispatchLayer(routes, layer: layer, slots: slots)
    let demands = tokens.tokensOf.map { Double($0.count) }
    // A balanced start, in which every GPU has its slots.
    var gpus = [Int](repeating: 0, count: slots)
    for (gpu, experts) in EPLB.packs(demands, into: hierarchy.gpus).enumerated() {
      for expert in experts { gpus[expert] = gpu }
    }
    var state = State(
      gpus: gpus, loads: [Double](repeating: 0, count: hierarchy.gpus),
      byGPU: DestinationTable(tokens, partOf: gpus, parts: hierarchy.gpus),
      byNode: costs.node > 0
        ? DestinationTable(
          tokens, partOf: gpus.map(hierarchy.node(of:)), parts: hierarchy.nodes) : nil)
    for expert in 0..<slots { state.loads[gpus[expert]] += demands[expert] }
    anneal(&state, demands, layer, effort, began)
    return state.gpus[..<routes.experts].map(Int32.init)
  }

  private struct State {
    var gpus: [Int]
    var loads: [Double]
    var byGPU: DestinationTable
    var byNode: DestinationTable?
  }

  private func anneal(
    _ state: inout State, _ demands: [Double], _ layer: Int, _ effort: SearchEffort,
    _ began: Double
  ) {
    guard hierarchy.gpus > 1 else { return }
    var random = SplitMix(seed: seed, stream: layer)
    let limit = loadLimit * state.loads.reduce(0, +) / Double(hierarchy.gpus)
    let unit = Double(routes.tokens) * (costs.gpu + costs.node)
    let batch = 256
    let allotted = (1 - began) * Double(layer + 1) / Double(routes.layers)
    let entered = effort.elapsedShare()
    var tried = 0
    while tried < effort.moves {
      let ofTime = (effort.elapsedShare() - entered) / max(1e-9, began + allotted - entered)
      let share = max(Double(tried) / Double(effort.moves), ofTime)
      if share >= 1 { return }
      let temperature = unit * Self.hottest * pow(Self.coldest / Self.hottest, share)
      for _ in 0..<batch {
        let (one, other) = random.indices(below: demands.count)
        let (p, q) = (state.gpus[one], state.gpus[other])
        if p == q { continue }
        // What must be saved to be accepted, drawn first so that most exchanges end at the limit.
        let least = temperature * log(random.unit())
        if savingAtMost(state, one, other) < least { continue }
        let moved = demands[other] - demands[one]
        let fuller = max(state.loads[p] + moved, state.loads[q] - moved)
        if fuller > limit && fuller >= max(state.loads[p], state.loads[q]) { continue }
        if saving(state, one, other) < least { continue }
        state.byGPU.swap(one, other)
        state.byNode?.swap(one, other)
        state.gpus.swapAt(one, other)
        state.loads[p] += moved
        state.loads[q] -= moved
      }
      tried += batch
    }
  }

  @inline(__always)
  private func savingAtMost(_ state: State, _ one: Int, _ other: Int) -> Double {
    let gpus = Double(state.byGPU.savingAtMost(swapping: one, other))
    guard let byNode = state.byNode else { return costs.gpu * gpus }
    return costs.gpu * gpus + costs.node * Double(byNode.savingAtMost(swapping: one, other))
  }

  private func saving(_ state: State, _ one: Int, _ other: Int) -> Double {
    let most = savingAtMost(state, one, other)
    let gpus = costs.gpu * Double(state.byGPU.excess(swapping: one, other))
    guard let byNode = state.byNode else { return most - gpus }
    return most - gpus - costs.node * Double(byNode.excess(swapping: one, other))
  }
}
