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

  public init(_ routes: TokenRoutes, parts: Int) {
    let bounds = concurrentMap(routes.tokens > 0 ? routes.layers : 0) { layer in
      Self.destinations(routes, layer: layer, parts: parts)
    }
    layers = bounds.map(\.destinations)
    programs = bounds.map(\.program)
  }

  /// The mean over the layers.
  public var mean: Double {
    layers.isEmpty ? 0 : layers.reduce(0, +) / Double(layers.count)
  }

  private static func destinations(
    _ routes: TokenRoutes, layer: Int, parts: Int
  ) -> (destinations: Double, program: HopCertificate.Multipliers) {
    let room = (routes.experts + parts - 1) / parts
    let n = room * parts
    var together = [Double](repeating: 0, count: n * n)
    // Tokens by their number of different experts.
    var tokens = [Double](repeating: 0, count: routes.topK + 1)
    for token in 0..<routes.tokens {
      let experts = Set(routes.experts(token: token, layer: layer).map(Int.init)).sorted()
      tokens[experts.count] += 1
      for one in experts {
        for other in experts where other != one { together[one * n + other] += 1 }
      }
    }
    let proof = TransportationProgram(
      size: n, partners: room - 1, weights: together, skipsDiagonal: true
    ).proof()
    let multipliers = HopCertificate.Multipliers(rows: proof.rows, columns: proof.columns)
    // Each pair stands in the matrix twice, so half of the program's value is pairs; rounding takes
    // less than what is added, here and in the check.
    let pairs = proof.bound / 2 * (1 + 1e-8)
    let total = tokens.reduce(0, +)
    // The function is one of the number of experts: where tokens differ in it, only 1 is sure.
    guard tokens[routes.topK] == total else { return (1, multipliers) }
    return (leastParts(experts: routes.topK, room: room, pairs: pairs / total), multipliers)
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
