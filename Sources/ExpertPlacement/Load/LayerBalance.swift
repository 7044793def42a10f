/// The replicas of one layer on their GPUs, with the load of every GPU in every workload kept up to
/// date.
///
/// Loads are relative to the mean GPU's. The cost is a norm that looks at the full GPUs most and yet at
/// all of them, Σ_g Σ_q load_gq^12: what is balanced for all workloads known, with little luck in it,
/// stays so for others.
struct LayerBalance {
  let gpus: Int
  let slotsPerGPU: Int
  let workloads: Int
  /// `[expert · workloads + workload]`: tokens over the mean load of a GPU.
  private let demands: [Double]
  private(set) var slots: [Int32]
  private var replicas: [Int32]
  /// What one replica of an expert adds to its GPU: demands over replicas.
  private var shares: [Double]
  private(set) var loads: [Double]
  private var costs: [Double]

  /// - Precondition: every expert has a slot.
  init(loads layer: [[Double]], slots: [Int], gpus: Int) {
    self.gpus = gpus
    slotsPerGPU = slots.count / gpus
    workloads = layer.count
    let experts = layer[0].count
    let means = layer.map { $0.reduce(0, +) / Double(gpus) }
    var demands = [Double](repeating: 0, count: experts * workloads)
    for q in 0..<workloads {
      for e in 0..<experts { demands[e * workloads + q] = layer[q][e] / means[q] }
    }
    self.demands = demands
    self.slots = slots.map(Int32.init)
    replicas = [Int32](repeating: 0, count: experts)
    shares = demands
    loads = [Double](repeating: 0, count: gpus * workloads)
    costs = [Double](repeating: 0, count: gpus)
    for slot in slots { replicas[slot] += 1 }
    for e in 0..<experts {
      for q in 0..<workloads { shares[e * workloads + q] /= Double(replicas[e]) }
    }
    for (slot, expert) in slots.enumerated() {
      for q in 0..<workloads {
        loads[slot / slotsPerGPU * workloads + q] += shares[expert * workloads + q]
      }
    }
    for gpu in 0..<gpus { costs[gpu] = cost(of: gpu) }
  }

  /// The load of the fullest GPU in the workload where it is fullest.
  var peak: Double { loads.max() ?? 0 }

  /// Σ_g Σ_q load_gq^12.
  var norm: Double { costs.reduce(0, +) }

  func peak(of gpu: Int) -> Double {
    loads[(gpu * workloads)..<((gpu + 1) * workloads)].max() ?? 0
  }

  @inline(__always)
  private func power(_ load: Double) -> Double {
    let square = load * load
    let fourth = square * square
    return fourth * fourth * fourth
  }

  private func cost(of gpu: Int) -> Double {
    var cost = 0.0
    for q in 0..<workloads { cost += power(loads[gpu * workloads + q]) }
    return cost
  }

  // MARK: Exchanging two slots

  /// What the exchange of two slots' experts costs.
  @inline(__always)
  func change(swapping one: Int, _ other: Int) -> Double {
    let (g, h) = (one / slotsPerGPU, other / slotsPerGPU)
    let (x, y) = (Int(slots[one]) * workloads, Int(slots[other]) * workloads)
    var cost = 0.0
    for q in 0..<workloads {
      let moved = shares[x + q] - shares[y + q]
      cost += power(loads[g * workloads + q] - moved)
      cost += power(loads[h * workloads + q] + moved)
    }
    return cost - costs[g] - costs[h]
  }

  /// The peak of the two GPUs after the exchange.
  func peak(swapping one: Int, _ other: Int) -> Double {
    let (g, h) = (one / slotsPerGPU, other / slotsPerGPU)
    let (x, y) = (Int(slots[one]) * workloads, Int(slots[other]) * workloads)
    var peak = 0.0
    for q in 0..<workloads {
      let moved = shares[x + q] - shares[y + q]
      peak = max(
        peak, loads[g * workloads + q] - moved, loads[h * workloads + q] + moved)
    }
    return peak
  }

  mutating func swap(_ one: Int, _ other: Int) {
    let (g, h) = (one / slotsPerGPU, other / slotsPerGPU)
    let (x, y) = (Int(slots[one]) * workloads, Int(slots[other]) * workloads)
    for q in 0..<workloads {
      let moved = shares[x + q] - shares[y + q]
      loads[g * workloads + q] -= moved
      loads[h * workloads + q] += moved
    }
    slots.swapAt(one, other)
    costs[g] = cost(of: g)
    costs[h] = cost(of: h)
  }

  // MARK: Giving a slot to another expert

  /// Whether the slot's expert has others.
  func isSpare(_ slot: Int) -> Bool { replicas[Int(slots[slot])] > 1 }

  /// Gives the slot to another expert, and returns what that costs; `give` back undoes it.
  mutating func give(_ slot: Int, to expert: Int) -> Double {
    let loser = Int(slots[slot])
    var touched = 0.0
    var holders: [Int] = []
    for (place, holder) in slots.enumerated() where holder == loser || holder == expert {
      let gpu = place / slotsPerGPU
      if !holders.contains(gpu) { holders.append(gpu) }
    }
    for gpu in holders { touched -= costs[gpu] }
    withdraw(loser)
    withdraw(expert)
    slots[slot] = Int32(expert)
    replicas[loser] -= 1
    replicas[expert] += 1
    spread(loser)
    spread(expert)
    for gpu in holders {
      costs[gpu] = cost(of: gpu)
      touched += costs[gpu]
    }
    return touched
  }

  private mutating func withdraw(_ expert: Int) { add(expert, factor: -1) }

  private mutating func spread(_ expert: Int) {
    for q in 0..<workloads {
      shares[expert * workloads + q] =
        demands[expert * workloads + q] / Double(replicas[expert])
    }
    add(expert, factor: 1)
  }

  private mutating func add(_ expert: Int, factor: Double) {
    for (place, holder) in slots.enumerated() where holder == expert {
      for q in 0..<workloads {
        loads[place / slotsPerGPU * workloads + q] += factor * shares[expert * workloads + q]
      }
    }
  }
}
