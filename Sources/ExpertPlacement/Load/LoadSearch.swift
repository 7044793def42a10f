import SeededRandom

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for replicas and their GPUs that keep every workload balanced, layer by layer.
///
/// From counts of replicas that a greedy packing balances: exchanges of two slots and gifts of a slot to
/// another expert, accepted by Metropolis' rule while the temperature falls, then for a single workload
/// exchanges that lower the fullest GPU until none does.
public struct LoadSearch: Sendable {
  private let loads: ExpertLoads
  private let slots: Int
  private let gpus: Int
  private let seed: UInt64

  /// In units of what the exchange of two slots usually changes at the start.
  private static let hottest = 0.3
  private static let coldest = 0.0003

  /// - Parameter slots: slots of all GPUs together.
  /// - Precondition: a slot for every expert, and equally many slots on every GPU.
  public init(_ loads: ExpertLoads, slots: Int, gpus: Int, seed: UInt64 = 1) {
    precondition(slots >= loads.experts && slots.isMultiple(of: gpus), "slots for all experts")
    self.loads = loads
    self.slots = slots
    self.gpus = gpus
    self.seed = seed
  }

  /// The best placement found with that effort.
  ///
  /// - Parameter start: a placement than which no layer's fullest GPU may be fuller.
  public func best(
    _ effort: SearchEffort, from start: ExpertAssignment? = nil
  ) -> ReplicaPlacement {
    let began = effort.elapsedShare()
    let layers = concurrentMap(loads.layers) { layer in
      var share = effort
      share.moves = effort.moves / loads.layers
      return best(layer: layer, share, began: began)
    }
    let found = ReplicaPlacement(gpus: gpus, layers: layers)
    guard let start else { return found }
    let least = ReplicaPlacement(gpus: gpus, layers: start.slots(gpus: gpus))
    let (own, others) = (found.worstImbalances(loads), least.worstImbalances(loads))
    return ReplicaPlacement(
      gpus: gpus,
      layers: layers.indices.map {
        others[$0] < own[$0] ? least.layers[$0] : layers[$0]
      })
  }

  /// - Parameter began: the share of the time that had passed when the first layer was taken up.
  private func best(layer: Int, _ effort: SearchEffort, began: Double) -> [Int] {
    let demands = loads.layer(layer)
    let counts = ReplicaCounts(loads: demands, mean: loads.mean(layer: layer), gpus: gpus)
    // Packing looks at the slots again and again, a move at two of them.
    let trials = min(1_000, effort.moves / (slots * 4))
    var balance = LayerBalance(
      loads: demands, slots: counts.slots(slots, trials: trials), gpus: gpus)
    lowerPeaks(&balance)
    anneal(&balance, effort, SplitMix(seed: seed, stream: layer), layer, began)
    // One known workload is met exactly; of several, the norm keeps what holds for others too.
    if balance.workloads == 1 { lowerPeaks(&balance) }
    return balance.slots.map(Int.init)
  }

  /// Ends with the best met on the way: for one workload that of the least peak, for several that of the
  /// least norm, since a peak that is least by luck is not so for others.
  private func anneal(
    _ balance: inout LayerBalance, _ effort: SearchEffort, _ random: SplitMix, _ layer: Int,
    _ began: Double
  ) {
    guard gpus > 1, effort.moves > 0 else { return }
    var random = random
    var best = balance
    func measure(_ balance: LayerBalance) -> Double {
      balance.workloads == 1 ? balance.peak : balance.norm
    }
    var least = measure(balance)
    let samples = (0..<256).compactMap { _ -> Double? in
      let (one, other) = random.indices(below: slots)
      let isMove = one / balance.slotsPerGPU != other / balance.slotsPerGPU
      let change = isMove ? abs(balance.change(swapping: one, other)) : 0
      return change > 0 ? change : nil
    }.sorted()
    guard !samples.isEmpty else { return }
    let unit = samples[samples.count / 2]
    let batch = 64
    var cooling = Cooling(
      unit: unit, hottest: Self.hottest, coldest: Self.coldest, moves: effort.moves,
      endOfTime: SearchEffort.endOfTurn(layer: layer, of: loads.layers, began: began), effort)
    while let temperature = cooling.temperature(moves: batch) {
      let own = measure(balance)
      if own < least { (least, best) = (own, balance) }
      for _ in 0..<batch {
        let (one, other) = random.indices(below: slots)
        if slots > loads.experts, random.index(below: 16) == 0 {
          tryGift(of: one, &balance, &random, temperature)
        } else if one / balance.slotsPerGPU != other / balance.slotsPerGPU {
          let change = balance.change(swapping: one, other)
          if accepts(change, temperature, &random) { balance.swap(one, other) }
        }
      }
    }
    if least < measure(balance) { balance = best }
  }

  private func tryGift(
    of slot: Int, _ balance: inout LayerBalance, _ random: inout SplitMix, _ temperature: Double
  ) {
    let loser = Int(balance.slots[slot])
    let winner = random.index(below: loads.experts)
    guard winner != loser, balance.isSpare(slot) else { return }
    let change = balance.give(slot, to: winner)
    if !accepts(change, temperature, &random) { _ = balance.give(slot, to: loser) }
  }

  @inline(__always)
  private func accepts(
    _ change: Double, _ temperature: Double, _ random: inout SplitMix
  ) -> Bool {
    if change <= 0 { return true }
    return change < 16 * temperature && random.unit() < exp(-change / temperature)
  }

  /// Exchanges a slot of the fullest GPU with whichever slot lowers the peak of the two most, until
  /// none lowers it.
  private func lowerPeaks(_ balance: inout LayerBalance) {
    let s = balance.slotsPerGPU
    for _ in 0..<(8 * slots) {
      let fullest = (0..<gpus).max { balance.peak(of: $0) < balance.peak(of: $1) } ?? 0
      let peak = balance.peak(of: fullest)
      var best = (peak: peak * (1 - 1e-9), one: -1, other: -1)
      for one in (fullest * s)..<((fullest + 1) * s) {
        for other in 0..<slots where other / s != fullest {
          let after = balance.peak(swapping: one, other)
          if after < best.peak { best = (after, one, other) }
        }
      }
      guard best.one >= 0 else { return }
      balance.swap(best.one, best.other)
    }
  }
}
