/// The recomputation that costs a stage least time among those that fit in memory.
///
/// A stage either recomputes named modules in all its layers (and may have its host keep what others
/// leave), or a number of whole layers at the head of each chunk: any number, or all, as the stack can.
/// Memory limits, a device's share of its host's memory among them, belong to single stages,
/// and a longer backward pass never shortens a step, so the fastest that fits is the only one worth
/// keeping.
extension FramePrices {
  /// The choice for a stage with one chunk, with its backward time in seconds; `nil` where nothing
  /// fits.
  @inline(__always)
  public func fastestRecompute(
    rank: Int, first: Int, end: Int
  ) -> (recompute: StageRecompute, backward: Double)? {
    let alive = Double(inFlight[rank][0][0])
    let hostRoom =
      hostCapacity(rank: rank) - hostState(chunk: rank, rank: rank, first: first, end: end)
    guard hostRoom >= 0 else { return nil }
    let room =
      capacity(rank: rank) - state(chunk: rank, first: first, end: end)
      - transient(rank: rank, recompute: .none)
    let full = policies - 1
    if let pinned = model.pinnedPolicy {
      let layers = pinned == full ? end - first : 0
      let choice = StageRecompute(policy: pinned == full ? 0 : pinned, fullLayers: layers)
      return candidate(
        choice, rank: rank, first: first, end: end, alive: alive, room: room, hostRoom: hostRoom)
    }
    let plain = alive * saved(chunk: rank, first: first, end: end, policy: 0, full: 0)
    if plain <= room {
      return (.none, backward(chunk: rank, first: first, end: end, policy: 0, full: 0))
    }
    var best: (recompute: StageRecompute, backward: Double)?
    func consider(_ choice: StageRecompute) {
      if let found = candidate(
        choice, rank: rank, first: first, end: end, alive: alive, room: room, hostRoom: hostRoom),
        found.backward < best?.backward ?? .infinity
      {
        best = found
      }
    }
    for policy in stride(from: 1, to: full, by: 1) {
      consider(StageRecompute(policy: policy, fullLayers: 0))
    }
    let rest = room - workspace(of: StageRecompute(fullLayers: 1), rank: rank)
    if let layers = fewestFullLayers(
      rank: rank, first: first, end: end, alive: alive, room: rest)
    {
      consider(StageRecompute(policy: 0, fullLayers: layers))
    }
    return best
  }

  @inline(__always)
  private func candidate(
    _ choice: StageRecompute, rank: Int, first: Int, end: Int, alive: Double, room: Double,
    hostRoom: Double
  ) -> (recompute: StageRecompute, backward: Double)? {
    let kept =
      alive
      * saved(
        chunk: rank, first: first, end: end, policy: choice.policy, full: choice.fullLayers)
    guard kept <= room - workspace(of: choice, rank: rank) else { return nil }
    let offloaded =
      alive
      * offloaded(
        chunk: rank, first: first, end: end, policy: choice.policy, full: choice.fullLayers)
    guard offloaded <= hostRoom else { return nil }
    return (
      choice,
      backward(
        chunk: rank, first: first, end: end, policy: choice.policy, full: choice.fullLayers)
    )
  }

  /// The fewest whole layers whose recomputation makes the others fit, by bisection: every further
  /// layer keeps less.
  private func fewestFullLayers(
    rank: Int, first: Int, end: Int, alive: Double, room: Double
  ) -> Int? {
    func fits(_ layers: Int) -> Bool {
      alive * saved(chunk: rank, first: first, end: end, policy: 0, full: layers) <= room
    }
    var low = 1
    var high = end - first
    guard high >= 1, fits(high) else { return nil }
    if !model.recomputesPartly { return high }
    while low < high {
      let middle = (low + high) / 2
      if fits(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// What a recomputation adds to the transient memory of a rank.
  @inline(__always)
  private func workspace(of choice: StageRecompute, rank: Int) -> Double {
    transient(rank: rank, recompute: choice) - transient(rank: rank, recompute: .none)
  }

  /// The choices that a stage with several chunks has: modules by rising recomputation and what is
  /// offloaded beside them, then whole layers of every chunk.
  public func recomputeChoices(largestChunk: Int) -> [StageRecompute] {
    let full = policies - 1
    if let pinned = model.pinnedPolicy {
      return [
        StageRecompute(
          policy: pinned == full ? 0 : pinned, fullLayers: pinned == full ? largestChunk : 0)
      ]
    }
    let fewest = model.recomputesPartly ? 1 : largestChunk
    return (0..<full).map { StageRecompute(policy: $0, fullLayers: 0) }
      + (fewest...largestChunk).map { StageRecompute(policy: 0, fullLayers: $0) }
  }

  /// The split of given boundaries with every stage's fastest recomputation that fits; `nil` where
  /// some stage has none.
  public func fastestSplit(boundaries: [Int]) -> LayerSplit? {
    let stages = frame.degrees.pipeline
    var split = LayerSplit(
      boundaries: boundaries, recompute: Array(repeating: .none, count: stages))
    for rank in 0..<stages {
      if frame.chunks == stages {
        let layers = split.layers(ofChunk: rank)
        guard
          let fastest = fastestRecompute(
            rank: rank, first: layers.lowerBound, end: layers.upperBound)
        else { return nil }
        split.recompute[rank] = fastest.recompute
      } else {
        guard let fastest = fastestChoice(rank: rank, split: split) else {
          return nil
        }
        split.recompute[rank] = fastest
      }
    }
    return split
  }

  private func fastestChoice(rank: Int, split: LayerSplit) -> StageRecompute? {
    let chunks = stride(from: rank, to: frame.chunks, by: frame.degrees.pipeline)
    let largest = chunks.map { split.layers(ofChunk: $0).count }.max() ?? 1
    var candidate = split
    var best: (choice: StageRecompute, time: Double)?
    for choice in recomputeChoices(largestChunk: largest) {
      candidate.recompute[rank] = choice
      guard allocated(rank: rank, split: candidate) <= capacity(rank: rank),
        host(rank: rank, split: candidate) <= hostCapacity(rank: rank)
      else { continue }
      var time = 0.0
      for chunk in chunks {
        let layers = candidate.layers(ofChunk: chunk)
        time += backward(
          chunk: chunk, first: layers.lowerBound, end: layers.upperBound, policy: choice.policy,
          full: min(choice.fullLayers, layers.count))
      }
      if time < best?.time ?? .infinity { best = (choice, time) }
    }
    return best?.choice
  }
}
