/// Looks for a fast packing into a given number of micro-batches, from targets that the bound's
/// search suggests.
///
/// First the targets grow together until a packing meets them, then single ones and pairs shrink,
/// then random changes of targets, prices and order go on. Every random number comes from the seed.
struct PackingSearch {
  private let instance: ScatteringInstance
  private let microBatches: Int
  private var packer: TargetPacker
  private var random: SplitMix64
  private(set) var best: Packing?
  private(set) var bestTotal = Double.infinity
  /// The style that packed best.
  private var style: PackingStyle

  var packings: Int { packer.packings }

  init(_ instance: ScatteringInstance, microBatches: Int, seed: UInt64 = 1) {
    self.instance = instance
    self.microBatches = microBatches
    packer = TargetPacker(instance)
    random = SplitMix64(seed: seed)
    style = PackingStyle(
      baseOptions: Array(repeating: 0, count: microBatches),
      prices: Array(repeating: 0, count: microBatches))
  }

  /// Packs, and keeps the packing if it is the best so far; returns whether there is one.
  private mutating func attempt(_ targets: [Double], _ style: PackingStyle) -> Packing? {
    guard let packing = packer.pack(targets, style) else { return nil }
    if packing.total < bestTotal {
      bestTotal = packing.total
      best = packing
      self.style = style
    }
    return packing
  }

  private mutating func attemptBases(_ targets: [Double]) -> Packing? {
    for base in 0..<min(3, instance.options) {
      let style = PackingStyle(
        baseOptions: Array(repeating: base, count: microBatches),
        prices: Array(repeating: 0, count: microBatches))
      if let packing = attempt(targets, style) { return packing }
    }
    return nil
  }

  /// Stretches targets until they can be met, and no further than need be.
  mutating func fit(_ targets: [Double]) {
    let share = 0.15 * targets.reduce(0, +) / Double(targets.count)
    func stretched(_ factor: Double) -> [Double] {
      targets.map { $0 * factor + (factor - 1) * share }
    }
    var fits = 1.0
    var fails = 1.0
    while attemptBases(stretched(fits)) == nil {
      fails = fits
      fits *= 1.03
      if fits > 8 { return }
    }
    guard fits > 1 else { return }
    for _ in 0..<6 {
      let middle = (fits + fails) / 2
      if attemptBases(stretched(middle)) == nil { fails = middle } else { fits = middle }
    }
  }

  /// Shrinks the targets of the best packing, one, two or all at a time, while that succeeds.
  mutating func descend(limit: Int, goal: Double) {
    var step = 0.06
    while step > 0.0008, packings < limit, bestTotal > goal, let start = best {
      let before = bestTotal
      for batch in 0..<microBatches {
        var targets = best?.times ?? start.times
        targets[batch] *= 1 - step
        let previous = bestTotal
        _ = attempt(targets, style)
        if bestTotal < previous { continue }
        for other in 0..<microBatches where other != batch {
          targets = best?.times ?? start.times
          let change = targets[batch] * step
          targets[batch] -= change
          targets[other] += 0.7 * change
          _ = attempt(targets, style)
          if bestTotal < previous { break }
        }
      }
      _ = attempt((best?.times ?? start.times).map { $0 * (1 - step / Double(microBatches)) }, style)
      if bestTotal >= before { step /= 2 }
    }
  }

  /// Tries random changes until so many packings were made, or the goal is met.
  mutating func roam(limit: Int, goal: Double) {
    let order = packer.order
    while packings < limit, bestTotal > goal, let best {
      let trial = randomStyle()
      let targets = randomTargets(best.times)
      guard targets.reduce(0, +) <= 1.02 * bestTotal else { continue }
      packer.order = random.unit() < 0.5 ? order : shuffled(order, by: 0.1 * random.unit())
      _ = attempt(targets, trial)
    }
    packer.order = order
  }

  private mutating func randomTargets(_ times: [Double]) -> [Double] {
    // Between 0.2 % and 10 %, small changes as often as large ones.
    let size = 0.002 * power(50, random.unit())
    var targets = times
    switch random.index(below: 4) {
    case 0:
      targets[random.index(below: microBatches)] *= 1 - size
    case 1 where microBatches > 1:
      let batch = random.index(below: microBatches)
      let change = size * targets[batch]
      targets[batch] -= change
      targets[random.index(below: microBatches)] += change * random.unit()
    case 2:
      for batch in targets.indices { targets[batch] *= 1 + size * (0.7 * random.bell() - 0.3) }
    default:
      for batch in targets.indices { targets[batch] *= 1 - 0.3 * size * random.unit() }
    }
    return targets
  }

  private mutating func randomStyle() -> PackingStyle {
    var trial = style
    if random.unit() < 0.6 {
      trial.slackWeight *= power(1.2, random.bell())
      return trial
    }
    trial.slackWeight = 0.005 * power(60, random.unit())
    let bases = instance.degrees.prefix(4).count { $0 <= 8 }
    let isMixed = random.unit() < 0.7
    let base = random.index(below: max(1, bases))
    for batch in 0..<microBatches {
      trial.baseOptions[batch] = isMixed ? random.index(below: max(1, bases)) : base
      trial.prices[batch] = random.unit() < 0.5 ? 0 : 0.05 * random.bell()
    }
    return trial
  }

  /// The sequences by lengths that are off by a random share.
  private mutating func shuffled(_ order: [Int], by share: Double) -> [Int] {
    let keys = order.map { item in
      Double(instance.lengths[packer.index(ofItem: item)]) * (1 + share * random.bell())
    }
    return order.indices.sorted { (keys[$1], $0) < (keys[$0], $1) }.map { order[$0] }
  }
}
