import SeededRandom

/// Looks for a fast packing into a given number of micro-batches, from targets that the bound's
/// search suggests.
///
/// Each vector of targets grows until a packing meets it; from the best of these starts single
/// targets and pairs shrink; then random changes of targets, prices and order go on. Every random
/// number comes from one seed.
struct PackingSearch {
  private let instance: ScatteringInstance
  private let microBatches: Int
  private var packer: TargetPacker
  private var random: SplitMix
  /// What met each vector of targets.
  private var starts: [Start] = []
  private var best: Start?

  /// A packing, and the style that made it.
  private struct Start {
    var packing: Packing
    var style: PackingStyle
  }

  var packings: Int { packer.packings }
  var bestPacking: Packing? { best?.packing }
  /// Seconds of the best packing, fixed times left out.
  var bestTotal: Double { best?.packing.total ?? .infinity }

  init(_ instance: ScatteringInstance, microBatches: Int) {
    self.instance = instance
    self.microBatches = microBatches
    packer = TargetPacker(instance)
    random = SplitMix(seed: 1)
  }

  /// Packs in a style; keeps the packing if it is the best so far.
  private mutating func attempt(_ targets: [Double], _ style: PackingStyle) -> Start? {
    guard let packing = packer.pack(targets, style) else { return nil }
    let start = Start(packing: packing, style: style)
    if packing.total < bestTotal { best = start }
    return start
  }

  /// Packs from some groups, with left GPUs in groups of the least degree, or else of the next.
  private mutating func attempt(_ targets: [Double], from groups: [[Int]]) -> Start? {
    for base in 0..<min(2, instance.options) {
      let style = PackingStyle(
        baseOptions: Array(repeating: base, count: microBatches),
        prices: Array(repeating: 0, count: microBatches), groups: groups)
      if let start = attempt(targets, style) { return start }
    }
    return nil
  }

  /// Stretches targets until they can be met, and no further than need be: once from the groups
  /// that they come with, once with groups as sequences need them.
  mutating func fit(_ targets: [PackingTarget]) {
    let times = targets.map(\.time)
    let groups = targets.map(\.groups)
    if groups.contains(where: { !$0.isEmpty }) { fit(times, from: groups) }
    fit(times, from: [])
  }

  private mutating func fit(_ targets: [Double], from groups: [[Int]]) {
    let share = 0.15 * targets.reduce(0, +) / Double(targets.count)
    func stretched(_ factor: Double) -> [Double] {
      targets.map { $0 * factor + (factor - 1) * share }
    }
    var fits = 1.0
    var fails = 1.0
    var found = attempt(targets, from: groups)
    while found == nil {
      fails = fits
      fits = 1 + 2 * max(fits - 1, 0.01)
      if fits > 8 { return }
      found = attempt(stretched(fits), from: groups)
    }
    while fits - fails > 0.005 {
      let middle = (fits + fails) / 2
      if let start = attempt(stretched(middle), from: groups) {
        fits = middle
        if start.packing.total < found?.packing.total ?? .infinity { found = start }
      } else {
        fails = middle
      }
    }
    if let found { starts.append(found) }
  }

  /// Descends from the best starts, until so many packings were made or the goal is met.
  mutating func descend(limit: Int, goal: Double) {
    let ranked = starts.indices.sorted {
      (starts[$0].packing.total, $0) < (starts[$1].packing.total, $1)
    }
    let chosen = ranked.prefix(3).map { starts[$0] }
    starts = []
    for (number, start) in chosen.enumerated() {
      let share = (limit - packings) / (chosen.count - number)
      descend(from: start, limit: packings + share, goal: goal)
    }
  }

  /// Shrinks the targets of a packing, one, two or all at a time, while that succeeds.
  private mutating func descend(from start: Start, limit: Int, goal: Double) {
    var here = start
    func shrunk(_ batch: Int, by step: Double, for other: Int?) -> [Double] {
      var targets = here.packing.times
      let change = targets[batch] * step
      targets[batch] -= change
      if let other { targets[other] += 0.7 * change }
      return targets
    }
    func moves(_ targets: [Double]) -> Bool {
      guard let next = attempt(targets, here.style), next.packing.total < here.packing.total else {
        return false
      }
      here = next
      return true
    }
    var step = 0.06
    while step > 0.0008, packings < limit, bestTotal > goal {
      var isBetter = false
      for batch in 0..<microBatches {
        if moves(shrunk(batch, by: step, for: nil)) {
          isBetter = true
          continue
        }
        for other in 0..<microBatches where other != batch {
          if moves(shrunk(batch, by: step, for: other)) {
            isBetter = true
            break
          }
        }
      }
      if moves(here.packing.times.map { $0 * (1 - step / Double(microBatches)) }) {
        isBetter = true
      }
      if !isBetter { step /= 2 }
    }
  }

  /// Tries random changes until so many packings were made, or the goal is met; within `nearGoal`
  /// also where 120 packings in a row were no better.
  mutating func roam(limit: Int, goal: Double, nearGoal: Double) {
    let order = packer.order
    var lastRise = packings
    while packings < limit, bestTotal > goal, let best {
      if bestTotal <= nearGoal, packings - lastRise > 120 { break }
      let targets = randomTargets(best.packing.times)
      var style = randomStyle(near: best.style)
      if random.unit() < 0.3 { style.groups = regrouped(best.packing) }
      guard targets.passed(stages: instance.stages) <= 1.02 * bestTotal else { continue }
      packer.order = random.unit() < 0.5 ? order : shuffled(order, by: 0.1 * random.unit())
      let before = bestTotal
      _ = attempt(targets, style)
      if bestTotal < before { lastRise = packings }
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

  private mutating func randomStyle(near style: PackingStyle) -> PackingStyle {
    var trial = style
    if random.unit() < 0.6 {
      trial.slackWeight *= power(1.2, random.bell())
      return trial
    }
    trial.slackWeight = 0.005 * power(60, random.unit())
    let bases = instance.degrees.prefix(4).count { $0 <= 8 }
    let isMixed = random.unit() < 0.7
    if random.unit() < 0.5 { trial.groups = [] }
    let base = random.index(below: max(1, bases))
    for batch in 0..<microBatches {
      trial.baseOptions[batch] = isMixed ? random.index(below: max(1, bases)) : base
      trial.prices[batch] = random.unit() < 0.5 ? 0 : 0.05 * random.bell()
    }
    return trial
  }

  /// The groups of a packing, some of one micro-batch exchanged for those of another degree.
  private mutating func regrouped(_ packing: Packing) -> [[Int]] {
    var counts = [[Int]](
      repeating: Array(repeating: 0, count: instance.options), count: microBatches)
    for group in packing.groups { counts[group.microBatch][group.option] += 1 }
    let batch = random.index(below: microBatches)
    let from = random.index(below: instance.options)
    let to = random.index(below: instance.options)
    let exchanged = Int((Double(counts[batch][from]) * random.unit() * random.unit()).rounded(.up))
    counts[batch][from] -= exchanged
    counts[batch][to] += exchanged * instance.degrees[from] / instance.degrees[to]
    return counts
  }

  /// The sequences by lengths that are off by a random share.
  private mutating func shuffled(_ order: [Int], by share: Double) -> [Int] {
    let keys = order.map { item in
      Double(instance.lengths[packer.index(ofItem: item)]) * (1 + share * random.bell())
    }
    return order.indices.sorted { (keys[$1], $0) < (keys[$0], $1) }.map { order[$0] }
  }
}
