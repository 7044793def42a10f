extension TokenRoutes: TokenChoices {
  public var known: KnownChoices { .tokens(self) }

  public func meanDestinations(
    _ assignment: ExpertAssignment, layer: Int, gpusPerPart: Int
  ) -> Double {
    guard tokens > 0 else { return 0 }
    var destinations = 0
    for token in 0..<tokens {
      let experts = experts(token: token, layer: layer)
      for index in experts.indices {
        let part = assignment[layer, Int(experts[index])] / gpusPerPart
        let isMet = experts[..<index].contains {
          assignment[layer, Int($0)] / gpusPerPart == part
        }
        if !isMet { destinations += 1 }
      }
    }
    return Double(destinations) / Double(tokens)
  }
}

extension ExpertPairs: TokenChoices {
  public var known: KnownChoices { .pairs(self) }
  public var layers: Int { counts.count }

  public var load: [[Double]] { counts.indices.map(load(layer:)) }

  /// Every token of an expert has a pair with each of its k − 1 others.
  func load(layer: Int) -> [Double] {
    (0..<experts).map { expert in
      counts[layer][(expert * experts)..<((expert + 1) * experts)].reduce(0, +) / Double(topK - 1)
    }
  }

  /// The tokens of a layer: each has k (k − 1) entries.
  func tokens(layer: Int) -> Double { counts[layer].reduce(0, +) / Double(topK * (topK - 1)) }

  /// At least so many parts hold a token's experts: exact for two experts a token, else the convex
  /// function of the pairs in one part, s, that `DispatchBound.leastParts` is.
  ///
  /// A token's parts are from that to k − 2 s / k.
  public func meanDestinations(
    _ assignment: ExpertAssignment, layer: Int, gpusPerPart: Int
  ) -> Double {
    let tokens = tokens(layer: layer)
    guard tokens > 0 else { return 0 }
    let part = (0..<experts).map { assignment[layer, $0] / gpusPerPart }
    var room = [Int](repeating: 0, count: (part.max() ?? 0) + 1)
    for own in part { room[own] += 1 }
    var near = 0.0
    for one in 0..<experts {
      for other in 0..<experts where part[one] == part[other] {
        near += counts[layer][one * experts + other]
      }
    }
    return DispatchBound.leastParts(
      experts: topK, room: room.max() ?? 1, pairs: near / 2 / tokens)
  }
}

extension ExpertAssignment {
  /// The fullest GPU's load relative to the mean GPU's.
  public func imbalance(layer: Int, loads: [Double], gpus: Int) -> Double {
    var sums = [Double](repeating: 0, count: gpus)
    for (expert, load) in loads.enumerated() { sums[self[layer, expert]] += load }
    return (sums.max() ?? 0) * Double(gpus) / max(1e-300, loads.reduce(0, +))
  }
}
