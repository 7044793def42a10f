/// A bound on the destinations of tokens, from how often experts are chosen together.
///
/// A token with k experts in d parts has s pairs of experts that share a part, and the fewer parts, the
/// more pairs: the least d for given s is a convex function where parts are even. So the mean number
/// of destinations is at least that function of the mean number of pairs, and the pairs are at most the
/// value of a transportation program.
public enum DispatchBound {
  /// The least mean number of parts that a token's experts can be in, over all tokens and layers.
  public static func meanDestinations(_ routes: TokenRoutes, parts: Int) -> Double {
    guard routes.tokens > 0, routes.layers > 0 else { return 0 }
    let bounds = concurrentMap(routes.layers) { layer in
      destinations(routes, layer: layer, parts: parts)
    }
    return bounds.reduce(0, +) / Double(routes.layers)
  }

  private static func destinations(_ routes: TokenRoutes, layer: Int, parts: Int) -> Double {
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
    // Each pair stands in the matrix twice, so half of the program's value is pairs.
    let program = TransportationProgram(
      size: n, partners: room - 1, weights: together, skipsDiagonal: true)
    let pairs = program.proof().bound / 2 * (1 + 1e-9)
    let total = tokens.reduce(0, +)
    // The function is one of the number of experts: where tokens differ in it, only 1 is sure.
    guard tokens[routes.topK] == total else { return 1 }
    return leastParts(experts: routes.topK, room: room, pairs: pairs / total)
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
