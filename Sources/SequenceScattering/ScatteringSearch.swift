import LinearProgramming
import Quantities

extension ScatteringInstance {
  /// Scatters the batch: bounds and packings in turn, until the gap or the effort ends it.
  ///
  /// The same instance and effort give the same result; only a deadline can change it.
  public func scattered(
    _ effort: ScatteringEffort = ScatteringEffort()
  ) throws(SolverError) -> ScatteringResult {
    var search = try ScatteringSearch(self, effort)
    try search.run()
    return try search.result()
  }
}

/// The search for a scattering and for its bound, which guide each other: boxes suggest the times that
/// packings aim at, and packings tell which boxes need no further look.
private struct ScatteringSearch: ~Copyable {
  private let instance: ScatteringInstance
  private let effort: ScatteringEffort
  private var bounding: BoundSearch
  /// The packings into each number of micro-batches that a box suggested.
  private var searches: [Int: PackingSearch] = [:]
  private let uniform: Packing?
  /// Seconds of the best packing, fixed times included.
  private var best: Double
  private let packingLimit: Int

  init(_ instance: ScatteringInstance, _ effort: ScatteringEffort) throws(SolverError) {
    self.instance = instance
    self.effort = effort
    bounding = try BoundSearch(instance, isProof: effort.isProof)
    uniform = instance.bestUniformDegree()
    best = uniform.map { $0.total + instance.fixedTime($0.microBatches) } ?? .infinity
    packingLimit = max(
      effort.leastPackings, min(effort.placements / instance.count, effort.mostPackings))
  }

  private var isNearEnough: Bool { bounding.bound >= best * (1 - effort.gap) }
  private var packings: Int { searches.values.reduce(0) { $0 + $1.packings } }

  mutating func run() throws(SolverError) {
    if instance.stages > 1 { survey() }
    var aims = 0
    var isTuned = false
    var lastRise = 0
    let boundWork = effort.boundWork * (1 + instance.count / 4_096)
    let patience = effort.patience * (1 + instance.count / 4_096)
    while bounding.canRise, bounding.work < boundWork, bounding.work - lastRise < patience,
      !isNearEnough, !effort.isOver
    {
      let before = bounding.bound
      let finding = try bounding.step(cutoff: best)
      let isRise = bounding.bound - before > 0.05 * (best - before)
      if isRise || !isTuned { lastRise = bounding.work }
      let isPromising = !finding.targets.isEmpty && finding.bound < best
      if isPromising, aims < 16 {
        aims += 1
        aim(at: finding.targets)
        if !finding.isSplit, !isTuned {
          isTuned = true
          tune(share: 0.3)
        }
      }
    }
    tune(share: 1)
  }

  func result() throws(SolverError) -> ScatteringResult {
    let found =
      searches.keys.sorted().compactMap { searches[$0]?.bestPacking } + [uniform].compactMap { $0 }
    func total(_ packing: Packing) -> Double {
      packing.total + instance.fixedTime(packing.microBatches)
    }
    guard let packing = found.min(by: { total($0) < total($1) }) else {
      throw .solverGaveUp("no packing was found")
    }
    return ScatteringResult(
      scattering: instance.scattering(packing), time: Seconds(total(packing)),
      certificate: bounding.evidence, boxes: bounding.solved, boundWork: bounding.work,
      packings: packings)
  }

  /// Packs into several numbers of micro-batches that are all alike.
  ///
  /// In a pipeline the longest micro-batch counts once for every stage, so what decides is how many
  /// there are, and bounds of different numbers lie too close together to tell.
  private mutating func survey() {
    var number = instance.leastMicroBatches
    var failures = 0
    while number <= instance.count, bounding.plain.atLeast(number) < best, failures < 4 {
      let before = best
      let target = PackingTarget(time: bounding.plain.longest(of: number), groups: [])
      aim(at: Array(repeating: target, count: number))
      failures = best < before ? 0 : failures + 1
      // A number closer to the last than this is not worth a look of its own.
      number = max(number + 1, number * 9 / 8)
    }
  }

  private mutating func aim(at targets: [PackingTarget]) {
    let microBatches = targets.count
    var search =
      searches[microBatches] ?? PackingSearch(instance, microBatches: microBatches)
    search.fit(targets)
    best = min(best, search.bestTotal + instance.fixedTime(microBatches))
    searches[microBatches] = search
  }

  /// Improves the packings of the best number of micro-batches, and of the next one where that is
  /// close, with a share of the packings left.
  private mutating func tune(share: Double) {
    func total(_ microBatches: Int) -> Double {
      (searches[microBatches]?.bestTotal ?? .infinity) + instance.fixedTime(microBatches)
    }
    let order = searches.keys.sorted { (total($0), $0) < (total($1), $1) }.prefix(2)
      .filter { total($0) < 1.02 * best }
    var left = Int(share * Double(packingLimit - packings))
    for microBatches in order where left > 0 && !isNearEnough && !effort.isOver {
      guard var search = searches[microBatches] else { continue }
      let fixed = instance.fixedTime(microBatches)
      let goal = bounding.bound / (1 - effort.gap) - fixed
      let nearGoal = bounding.bound / (1 - 2 * effort.gap) - fixed
      let limit = microBatches == order.last ? left : left * 3 / 4
      let before = search.packings
      search.descend(limit: before + limit / 3, goal: goal)
      search.roam(limit: before + limit, goal: goal, nearGoal: nearGoal)
      left -= search.packings - before
      best = min(best, search.bestTotal + fixed)
      searches[microBatches] = search
    }
  }
}

extension ScatteringInstance {
  /// Seconds that so many micro-batches take beside their groups.
  func fixedTime(_ microBatches: Int) -> Double {
    Double(microBatches + stages - 1) * microBatchTime
  }
}
