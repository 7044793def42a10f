extension ScatteringInstance {
  /// The best scattering in which all groups of the batch have one degree; nil where no degree holds
  /// every sequence.
  ///
  /// Sequences go, longest first, into the fullest group that their memory fits (best-fit
  /// decreasing); groups run by descending time, as many at once as the GPUs allow. Where memory
  /// holds one sequence at a time, one micro-batch of the least loaded groups does.
  /// - Source: FlexSP's baseline of one adaptive degree (Wang et al. 2025, arXiv 2412.01523, §6).
  func bestUniformDegree() -> Packing? {
    var best: Packing?
    var bestTotal = Double.infinity
    for option in 0..<options {
      guard let packing = uniformDegree(option) else { continue }
      let total = packing.total + fixedTime(packing.microBatches)
      if total < bestTotal {
        best = packing
        bestTotal = total
      }
    }
    return best
  }

  /// All groups of one degree; nil where it does not hold every sequence.
  func uniformDegree(_ option: Int) -> Packing? {
    let isPossible = lengths.indices.allSatisfy {
      leastOption[$0] <= option && isHeld($0, option)
    }
    guard isPossible else { return nil }
    return setting.memoryRule == .packed ? bestFit(option) : leastLoaded(option)
  }

  private func bestFit(_ option: Int) -> Packing {
    let width = gpus / degrees[option]
    var tokensLeft: [Int] = []
    var times: [Double] = []
    var groupOfItem: [Int] = []
    for index in classOfRank {
      let tokens = tokens(index, option)
      var fullest = -1
      for group in tokensLeft.indices where tokensLeft[group] >= tokens {
        if fullest < 0 || tokensLeft[group] < tokensLeft[fullest] { fullest = group }
      }
      if fullest < 0 {
        fullest = tokensLeft.count
        tokensLeft.append(capacity(option))
        times.append(groupTimes[option])
      }
      tokensLeft[fullest] -= tokens
      times[fullest] += time(index, option)
      groupOfItem.append(fullest)
    }
    let order = times.indices.sorted { (times[$1], $0) < (times[$0], $1) }
    var rank = [Int](repeating: 0, count: order.count)
    for (position, group) in order.enumerated() { rank[group] = position }
    let microBatches = (order.count + width - 1) / width
    return Packing(
      microBatches: microBatches, stages: stages,
      groups: order.indices.map { ($0 / width, option) },
      groupOfItem: groupOfItem.map { rank[$0] },
      times: (0..<microBatches).map { times[order[$0 * width]] })
  }

  private func leastLoaded(_ option: Int) -> Packing {
    let width = gpus / degrees[option]
    var times = [Double](repeating: groupTimes[option], count: width)
    var groupOfItem: [Int] = []
    for index in classOfRank {
      let least = times.indices.min { times[$0] < times[$1] } ?? 0
      times[least] += time(index, option)
      groupOfItem.append(least)
    }
    return Packing(
      microBatches: 1, stages: stages, groups: times.map { _ in (0, option) },
      groupOfItem: groupOfItem,
      times: [times.max() ?? 0])
  }
}
