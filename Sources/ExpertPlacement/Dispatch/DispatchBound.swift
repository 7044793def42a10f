/// A bound on the destinations of tokens, from how often experts are chosen together.
///
/// A token with k experts in d parts has s pairs of experts that share a part, and the fewer parts, the
/// more pairs: the least d for given s is a convex function where parts are even. So the mean number
/// of destinations is at least that function of the mean number of pairs, and the pairs are at most the
/// value of a transportation program.
public struct DispatchBound: Sendable {
  /// Layer by layer, the least mean number of parts that a token's experts can be in.
  public let layers: [Double]
  /// The multipliers of each layer's program.
  let programs: [HopCertificate.Multipliers]

  public init(_ choices: some TokenChoices, parts: Int) {
    let bounds = concurrentMap(
      choices.load.allSatisfy { $0.contains { $0 > 0 } } ? choices.layers : 0
    ) {
      layer in
      switch choices.known {
      case .tokens(let routes): Self.destinations(TogetherCounts(routes, layer), parts: parts)
      case .pairs(let pairs): Self.destinations(TogetherCounts(pairs, layer), parts: parts)
      }
    }
    layers = bounds.map(\.destinations)
    programs = bounds.map(\.program)
  }

  /// The mean over the layers.
  public var mean: Double {
    layers.isEmpty ? 0 : layers.reduce(0, +) / Double(layers.count)
  }

  private static func destinations(
    _ counts: TogetherCounts, parts: Int
  ) -> (destinations: Double, program: HopCertificate.Multipliers) {
    let room = (counts.experts + parts - 1) / parts
    let n = room * parts
    let proof = TransportationProgram(
      size: n, partners: room - 1, weights: counts.padded(to: n), skipsDiagonal: true
    ).proof()
    let multipliers = HopCertificate.Multipliers(rows: proof.rows, columns: proof.columns)
    // Each pair stands in the matrix twice, so half of the program's value is pairs; rounding takes
    // less than what is added, here and in the check.
    let pairs = proof.bound / 2 * (1 + 1e-8)
    // The function is one of the number of experts: where tokens differ in it, only 1 is sure.
    guard let topK = counts.topK else { return (1, multipliers) }
    return (leastParts(experts: topK, room: room, pairs: pairs / counts.tokens), multipliers)
  }

  /// The least number of parts, as a convex function of the pairs that share one.
  static func leastParts(experts k: Int, room: Int, pairs: Double) -> Double {
    // The pairs of an even division of k experts over d parts, from one part to k.
    let least = max(1, (k + room - 1) / room)
    let points = (least...max(least, k)).map { d -> (pairs: Double, parts: Double) in
      let (share, rest) = (k / d, k % d)
      let pairs = rest * (share + 1) * share / 2 + (d - rest) * share * (share - 1) / 2
      return (Double(pairs), Double(d))
    }
    for (fewer, more) in zip(points, points.dropFirst()) where pairs >= more.pairs {
      if pairs >= fewer.pairs { return fewer.parts }
      let share = (pairs - more.pairs) / (fewer.pairs - more.pairs)
      return more.parts - share
    }
    return Double(k)
  }
}

/// How often two experts of one layer were chosen by the same token.
private struct TogetherCounts {
  let experts: Int
  let tokens: Double
  /// The different experts of a token; `nil` where tokens differ in them.
  let topK: Int?
  private let counts: [Double]

  init(_ routes: TokenRoutes, _ layer: Int) {
    var counts = [Double](repeating: 0, count: routes.experts * routes.experts)
    var isUniform = true
    for token in 0..<routes.tokens {
      let chosen = Set(routes.experts(token: token, layer: layer).map(Int.init)).sorted()
      isUniform = isUniform && chosen.count == routes.topK
      for one in chosen {
        for other in chosen where other != one { counts[one * routes.experts + other] += 1 }
      }
    }
    self.counts = counts
    experts = routes.experts
    tokens = Double(routes.tokens)
    topK = isUniform ? routes.topK : nil
  }

  init(_ pairs: ExpertPairs, _ layer: Int) {
    counts = pairs.counts[layer]
    experts = pairs.experts
    tokens = pairs.tokens(layer: layer)
    topK = pairs.topK
  }

  /// The counts with experts that fill empty slots.
  func padded(to size: Int) -> [Double] {
    (0..<(size * size)).map { index in
      let (one, other) = (index / size, index % size)
      return one < experts && other < experts ? counts[one * experts + other] : 0
    }
  }
}
