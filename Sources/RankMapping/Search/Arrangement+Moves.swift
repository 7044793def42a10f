import SeededRandom

/// Which nodes a node goes well with, for moves that bring them together.
struct NearNodes: Sendable {
  let alongPipeline: [[Int32]]
  let alongRing: [[Int32]]
}

extension Arrangement {
  /// Makes one random change, which may be none; `focus` in 16 of them at what is slowest.
  ///
  /// Besides exchanges of two nodes there are those of routing: two pipelines exchange their ends or
  /// a part of their stages, a part of a pipeline is reversed; and those of rings: two stages change
  /// places, a run of replicas is reversed.
  /// - Source: the exchanges of ends and parts are Potvin and Rousseau's 2-opt* (1995) and the
  ///   CROSS-exchange of Taillard et al. (1997).
  mutating func propose(_ near: NearNodes, focus: Int, using random: inout SplitMix) {
    if random.index(below: 16) < focus {
      relieve(near, &random)
      return
    }
    switch random.index(below: 16) {
    case 0: exchange(randomCell(&random), randomCell(&random))
    case 1..<6: bringTogether(at: randomCell(&random), alongPipeline: near.alongPipeline, &random)
    case 6: bringTogether(at: randomCell(&random), alongRing: near.alongRing, &random)
    case 7..<10: exchangeParts(to: grid.stages - 1, &random)
    case 10..<13: exchangeParts(to: nil, &random)
    case 13: reversePart(&random)
    case 14: exchangeStages(&random)
    default: reverseReplicas(&random)
    }
  }

  private func randomCell(_ random: inout SplitMix) -> Int {
    random.index(below: grid.cells)
  }

  /// Changes something at the slowest link or on the slowest pipeline.
  private mutating func relieve(_ near: NearNodes, _ random: inout SplitMix) {
    let choice = random.index(below: 4)
    if choice < 2 {
      let stage = random.index(below: grid.stages)
      let cell = grid.cell(stage: stage, replica: slowestPipeline())
      if choice == 0 {
        bringTogether(at: cell, alongPipeline: near.alongPipeline, &random)
      } else {
        exchange(cell, randomCell(&random))
      }
      return
    }
    var cell = cellOfSlowestLink()
    if random.next() & 1 == 0 { cell = grid.next(onRing: cell) }
    if choice == 2 {
      bringTogether(at: cell, alongRing: near.alongRing, &random)
    } else {
      exchange(cell, randomCell(&random))
    }
  }

  /// Puts a near node before or behind a node of a pipeline.
  private mutating func bringTogether(
    at cell: Int, alongPipeline near: [[Int32]], _ random: inout SplitMix
  ) {
    let list = near[node(at: cell)]
    guard !list.isEmpty, grid.stages > 1 else { return }
    let guest = self.cell(of: Int(list[random.index(below: list.count)]))
    let replicas = grid.replicas
    var place = random.next() & 1 == 0 ? cell + replicas : cell - replicas
    if place >= grid.cells { place = cell - replicas }
    if place < 0 { place = cell + replicas }
    exchange(place, guest)
  }

  /// Puts a near node beside a node on its ring, or one on either side.
  private mutating func bringTogether(
    at cell: Int, alongRing near: [[Int32]], _ random: inout SplitMix
  ) {
    let list = near[node(at: cell)]
    guard !list.isEmpty, grid.replicas > 1 else { return }
    let sides = random.index(below: 3)
    let first = random.index(below: list.count)
    if sides != 1 { exchange(grid.next(onRing: cell), self.cell(of: Int(list[first]))) }
    if sides != 0 {
      let second = (first + 1 + random.index(below: max(1, list.count - 1))) % list.count
      let guest = self.cell(of: Int(list[second]))
      // The first guest must not be moved on, nor the host itself.
      if guest != grid.next(onRing: cell), guest != cell {
        exchange(grid.previous(onRing: cell), guest)
      }
    }
  }

  /// Two pipelines exchange the stages from a random one to the last or to another random one.
  private mutating func exchangeParts(to end: Int?, _ random: inout SplitMix) {
    let one = random.index(below: grid.replicas)
    let other = random.index(below: grid.replicas)
    if one == other { return }
    let (first, last) = part(to: end, &random)
    if !isAffordable(exchanges: last - first + 1, &random) { return }
    for stage in first...last {
      exchange(grid.cell(stage: stage, replica: one), grid.cell(stage: stage, replica: other))
    }
  }

  /// Some stages, both ends included.
  private func part(to end: Int?, _ random: inout SplitMix) -> (first: Int, last: Int) {
    let one = random.index(below: grid.stages)
    let other = end ?? random.index(below: grid.stages)
    return (min(one, other), max(one, other))
  }

  private mutating func reversePart(_ random: inout SplitMix) {
    let replica = random.index(below: grid.replicas)
    var (first, last) = part(to: nil, &random)
    while first < last {
      exchange(
        grid.cell(stage: first, replica: replica), grid.cell(stage: last, replica: replica))
      first += 1
      last -= 1
    }
  }

  private mutating func exchangeStages(_ random: inout SplitMix) {
    let one = random.index(below: grid.stages)
    let other = random.index(below: grid.stages)
    if one == other || !isAffordable(exchanges: grid.replicas, &random) { return }
    for replica in 0..<grid.replicas {
      exchange(
        grid.cell(stage: one, replica: replica), grid.cell(stage: other, replica: replica))
    }
  }

  /// Reverses a run of replicas, in all stages: hops stay, and two links of each ring change.
  private mutating func reverseReplicas(_ random: inout SplitMix) {
    var first = random.index(below: grid.replicas)
    var last = random.index(below: grid.replicas)
    if first > last { swap(&first, &last) }
    if !isAffordable(exchanges: grid.stages * (last - first + 1) / 2, &random) { return }
    while first < last {
      for stage in 0..<grid.stages {
        exchange(
          grid.cell(stage: stage, replica: first), grid.cell(stage: stage, replica: last))
      }
      first += 1
      last -= 1
    }
  }

  /// Large changes are tried as much more rarely as they cost more than a small one.
  private func isAffordable(exchanges: Int, _ random: inout SplitMix) -> Bool {
    random.index(below: max(1, exchanges)) < 4
  }
}
