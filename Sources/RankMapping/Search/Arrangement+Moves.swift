/// Which nodes a node goes well with, for moves that bring them together.
struct NearNodes: Sendable {
  let alongPipeline: [[Int32]]
  let alongRing: [[Int32]]
}

extension Arrangement {
  /// Makes one random change, of all kinds by turns; the same node twice makes none.
  ///
  /// Besides exchanges of two nodes there are those of routing: two pipelines exchange their ends or
  /// a part of their stages, a part of a pipeline is reversed; and those of rings: two stages change
  /// places, a run of replicas is reversed.
  /// - Source: the exchanges of ends and parts are Potvin and Rousseau's 2-opt* (1995) and the
  ///   CROSS-exchange of Taillard et al. (1997).
  mutating func propose(_ near: NearNodes, using random: inout SplitMix) {
    switch random.index(below: 16) {
    case 0..<3: exchange(randomCell(&random), randomCell(&random))
    case 3..<7: bringTogether(alongPipeline: near.alongPipeline, &random)
    case 7..<9: bringTogether(alongRing: near.alongRing, &random)
    case 9..<11: exchangeParts(to: grid.stages - 1, &random)
    case 11..<13: exchangeParts(to: nil, &random)
    case 13: reversePart(&random)
    case 14: exchangeStages(&random)
    default: reverseReplicas(&random)
    }
  }

  private func randomCell(_ random: inout SplitMix) -> Int {
    random.index(below: grid.cells)
  }

  /// Puts a near node before or behind a node of a pipeline.
  private mutating func bringTogether(
    alongPipeline near: [[Int32]], _ random: inout SplitMix
  ) {
    let cell = randomCell(&random)
    let list = near[node(at: cell)]
    guard !list.isEmpty, grid.stages > 1 else { return }
    let guest = self.cell(of: Int(list[random.index(below: list.count)]))
    let replicas = grid.replicas
    var place = random.next() & 1 == 0 ? cell + replicas : cell - replicas
    if place >= grid.cells { place = cell - replicas }
    if place < 0 { place = cell + replicas }
    exchange(place, guest)
  }

  /// Puts a near node beside a node on its ring.
  private mutating func bringTogether(alongRing near: [[Int32]], _ random: inout SplitMix) {
    let cell = randomCell(&random)
    let list = near[node(at: cell)]
    guard !list.isEmpty, grid.replicas > 1 else { return }
    let guest = self.cell(of: Int(list[random.index(below: list.count)]))
    let isNext = random.next() & 1 == 0
    exchange(isNext ? grid.next(onRing: cell) : grid.previous(onRing: cell), guest)
  }

  /// Two pipelines exchange the stages from a random one to the last or to another random one.
  private mutating func exchangeParts(to end: Int?, _ random: inout SplitMix) {
    let one = random.index(below: grid.replicas)
    let other = random.index(below: grid.replicas)
    if one == other { return }
    let (first, last) = part(to: end, &random)
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
    if one == other { return }
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
    while first < last {
      for stage in 0..<grid.stages {
        exchange(
          grid.cell(stage: stage, replica: first), grid.cell(stage: stage, replica: last))
      }
      first += 1
      last -= 1
    }
  }
}
