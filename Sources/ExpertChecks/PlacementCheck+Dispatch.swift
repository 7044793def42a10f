extension PlacementCheck {
  // MARK: Values

  /// The parts that hold the experts of a token in a layer, on average.
  ///
  /// Where only pairs are known, the least that they can be on average: the convex function of the
  /// pairs that share a part.
  func destinations(_ gpuOf: [Int], layer: Int, gpusPerPart: Int) -> Double {
    if routing.traces.isEmpty, let pairs = routing.pairs {
      return Self.destinations(pairs, gpuOf.map { $0 / gpusPerPart }, layer: layer)
    }
    var (sum, tokens) = (0, 0)
    for trace in routing.traces {
      tokens += trace.tokens
      for token in 0..<trace.tokens {
        sum += Set(trace.experts(token: token, layer: layer).map { gpuOf[$0] / gpusPerPart }).count
      }
    }
    return tokens > 0 ? Double(sum) / Double(tokens) : 0
  }

  static func destinations(
    _ pairs: (topK: Int, counts: [[Double]]), _ part: [Int], layer: Int
  ) -> Double {
    let counts = pairs.counts[layer]
    let tokens = counts.reduce(0, +) / Double(pairs.topK * (pairs.topK - 1))
    guard tokens > 0 else { return 0 }
    var (near, members) = (0.0, [Int: Int]())
    for (one, own) in part.enumerated() {
      members[own, default: 0] += 1
      for (other, its) in part.enumerated() where its == own {
        near += counts[one * part.count + other]
      }
    }
    return leastParts(
      of: pairs.topK, room: members.values.max() ?? 1, pairs: near / 2 / tokens)
  }

  func meanDispatch(_ slots: [[Int]]) -> Double {
    let sum = slots.indices.reduce(0.0) { sum, layer in
      let gpuOf = gpuOfExpert(slots[layer])
      return expectedLevels.reduce(sum) {
        $0 + $1.cost * destinations(gpuOf, layer: layer, gpusPerPart: gpus / $1.parts)
      }
    }
    return sum / Double(max(1, slots.count))
  }

  func allSeconds(_ slots: [[Int]]) -> Double {
    let load = allLoads
    return slots.indices.reduce(0.0) { sum, layer in
      let gpuOf = gpuOfExpert(slots[layer])
      let (near, far) = (
        destinations(gpuOf, layer: layer, gpusPerPart: 1),
        destinations(gpuOf, layer: layer, gpusPerPart: gpusPerNode)
      )
      return sum + seconds.perLoad * imbalance(slots[layer], loads: load[layer])
        + max(seconds.perGPU * near, seconds.perNode * far)
    }
  }

  /// The tokens of all workloads together.
  private var allLoads: [[Double]] {
    slots.indices.map { layer in
      routing.loads.dropFirst().reduce(routing.loads.first?[layer] ?? []) { sum, load in
        zip(sum, load[layer]).map { $0 + $1 }
      }
    }
  }

  // MARK: Bounds

  func provenDispatch() -> Double {
    guard let levels = levels(expectedLevels) else { return 0 }
    let sum = slots.indices.reduce(0.0) { sum, layer in
      levels.reduce(sum) { $0 + $1.cost * leastDestinations($1, layer: layer) }
    }
    return sum / Double(max(1, slots.count))
  }

  func provenSeconds() -> Double {
    guard let levels = levels([(gpus, seconds.perGPU), (nodes, seconds.perNode)]) else { return 0 }
    let load = allLoads
    return slots.indices.reduce(0.0) { sum, layer in
      sum + seconds.perLoad * leastImbalance(load[layer], slots: slots[layer].count)
        + max(
          seconds.perGPU * leastDestinations(levels[0], layer: layer),
          seconds.perNode * leastDestinations(levels[1], layer: layer))
    }
  }

  /// The destinations that a token has at least: those of an even division of its experts with as many
  /// pairs that share a part as the layer's prices let there be, on average.
  ///
  /// Where tokens have unlike numbers of different experts, only 1 is proven.
  private func leastDestinations(_ level: CertificateLevel, layer: Int) -> Double {
    let room = (experts + level.parts - 1) / level.parts
    let n = room * level.parts
    guard level.within.count == slots.count else { return 0 }
    let prices = level.within[layer]
    guard prices.rows.count == n, prices.columns.count == n else { return 0 }
    var together = [Double](repeating: 0, count: n * n)
    var tokens = 0.0
    for trace in routing.traces {
      tokens += Double(trace.tokens)
      for token in 0..<trace.tokens {
        let chosen = trace.experts(token: token, layer: layer)
        guard Set(chosen).count == trace.topK else { return 1 }
        for one in chosen {
          for other in chosen where other != one { together[one * n + other] += 1 }
        }
      }
    }
    var topK = routing.traces.first?.topK
    if topK == nil, let pairs = routing.pairs {
      topK = pairs.topK
      tokens = pairs.counts[layer].reduce(0, +) / Double(pairs.topK * (pairs.topK - 1))
      for one in 0..<experts {
        for other in 0..<experts {
          together[one * n + other] = pairs.counts[layer][one * experts + other]
        }
      }
    }
    guard let topK, tokens > 0, routing.traces.allSatisfy({ $0.topK == topK }) else { return 0 }
    let most = prices.most(together, size: n, partners: room - 1, skipsDiagonal: true)
    let size = prices.sumOfSizes * Double(n + room) + together.reduce(0, +)
    // Each pair stands in the matrix twice; sums err by a rounding each.
    let pairs = (most + Double(4 * n + 16) * 0x1p-52 * size) / 2 / tokens
    return pairs.isFinite ? Self.leastParts(of: topK, room: room, pairs: pairs) : 0
  }

  /// The convex function through (pairs, d) of k experts divided evenly over d parts.
  static func leastParts(of k: Int, room: Int, pairs: Double) -> Double {
    func pairsShared(_ d: Int) -> Double {
      (0..<d).reduce(0.0) { sum, part in
        let own = Double(k / d + (part < k % d ? 1 : 0))
        return sum + own * (own - 1) / 2
      }
    }
    let fewest = max(1, (k + room - 1) / room)
    if fewest >= k || pairs >= pairsShared(fewest) { return Double(min(fewest, k)) }
    for d in fewest..<k where pairs >= pairsShared(d + 1) {
      let (few, more) = (pairsShared(d), pairsShared(d + 1))
      return Double(d + 1) - (pairs - more) / (few - more)
    }
    return Double(k)
  }
}
