import LinearProgramming
import Quantities

/// How much work a search may do; what it finds depends on these counts alone, but for the time.
public struct ScatteringEffort: Sendable, Hashable {
  /// Linear programs to solve, at most.
  public var boxes = 60
  /// Sequences to place in all packings together, at most.
  public var placements = 600_000
  /// The gap to stop at, as a share of the answer.
  public var gap = 0.002
  /// The time on the clock after which nothing new begins.
  public var deadline: ContinuousClock.Instant?

  public init() {}

  var isOver: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }
}

/// A scattering, with the proof of how far from the best it may be.
public struct ScatteringResult: Sendable {
  public let scattering: Scattering
  /// Seconds of the batch.
  public let time: Seconds
  public let certificate: ScatteringCertificate
  /// Linear programs solved, and packings made.
  public let boxes: Int
  public let packings: Int

  public var bound: Seconds { Seconds(certificate.bound) }
  /// (time − bound) / time.
  public var gap: Double { time.value > 0 ? max(0, 1 - certificate.bound / time.value) : 0 }
}

extension ScatteringInstance {
  /// Scatters the batch: bound and packings in turn, until the gap or the effort ends it.
  public func scattered(_ effort: ScatteringEffort = ScatteringEffort()) throws(SolverError)
    -> ScatteringResult
  {
    var bounding = try BoundSearch(self)
    var searches: [Int: PackingSearch] = [:]
    let uniform = bestUniformDegree()
    var best = uniform.map(total) ?? .infinity
    let packingLimit = max(40, effort.placements / count)
    var fitted = 0

    while bounding.solved < effort.boxes, bounding.canRise,
      bounding.bound < best * (1 - effort.gap), !effort.isOver
    {
      let finding = try bounding.step(cutoff: best)
      guard !finding.targets.isEmpty, finding.bound < best, fitted < 12 else { continue }
      guard !finding.isSplit || fitted < 2 else { continue }
      fitted += 1
      let microBatches = finding.targets.count
      var search = searches[microBatches] ?? PackingSearch(self, microBatches: microBatches)
      search.fit(finding.targets)
      best = min(best, search.bestTotal + Double(microBatches) * microBatchTime)
      searches[microBatches] = search
    }

    let bound = bounding.bound
    let order = searches.keys.sorted { one, other in
      let (first, second) = (total(one, searches[one]), total(other, searches[other]))
      return first == second ? one < other : first < second
    }
    var left = packingLimit - searches.values.reduce(0) { $0 + $1.packings }
    for microBatches in order.prefix(2) where left > 0 && !effort.isOver {
      guard var search = searches[microBatches] else { continue }
      let fixed = Double(microBatches) * microBatchTime
      let goal = bound / (1 - effort.gap) - fixed
      let share = microBatches == order.first ? left * 3 / 4 : left
      let before = search.packings
      search.descend(limit: before + share / 3, goal: goal)
      search.roam(limit: before + share, goal: goal)
      left -= search.packings - before
      searches[microBatches] = search
      if let packing = search.best, total(packing) <= bound / (1 - effort.gap) { break }
    }

    let packings = searches.keys.sorted().compactMap { searches[$0]?.best } + [uniform].compactMap { $0 }
    guard let packing = packings.min(by: { total($0) < total($1) }) else {
      throw .solverGaveUp("no packing was found")
    }
    let boxes = bounding.solved
    return ScatteringResult(
      scattering: scattering(packing), time: Seconds(total(packing)),
      certificate: bounding.finished(), boxes: boxes,
      packings: searches.values.reduce(0) { $0 + $1.packings })
  }

  /// Seconds of a packing, fixed times included.
  private func total(_ packing: Packing) -> Double {
    packing.total + Double(packing.microBatches) * microBatchTime
  }

  private func total(_ microBatches: Int, _ search: PackingSearch?) -> Double {
    (search?.bestTotal ?? .infinity) + Double(microBatches) * microBatchTime
  }
}
