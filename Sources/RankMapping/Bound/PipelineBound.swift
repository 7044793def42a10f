/// The least mean time of the pipelines, whoever sits where: no slowest pipeline is faster.
///
/// The hops of all D pipelines together are N − D pairs without a cycle that meet every node at most
/// twice, and, where rings keep to k parts of the cluster, (k − 1)·D of them join different parts,
/// since every pipeline visits all parts. With a multiplier π_i ≥ 0 for each node's degree and μ ≥ 0
/// for the crossings,
/// ```
/// Σ hops ≥ min over forests of N − D pairs of Σ (h_ij + π_i + π_j − μ·[i, j in different parts])
///          − 2 Σ π_i + μ (k − 1) D
/// ```
/// The minimum is Kruskal's first N − D pairs. The multipliers come from a subgradient method; the
/// bound holds for any.
/// - Source: Held and Karp 1970, 1971, "The traveling-salesman problem and minimum spanning trees",
///   for several paths. It is never below the assignment relaxation, which lets a pair count twice.
struct PipelineBound {
  /// Seconds of one pipeline.
  private(set) var seconds = 0.0
  /// The multipliers that gave them.
  private(set) var nodeMultipliers: [Double]
  private(set) var crossingMultiplier = 0.0

  /// - Parameters:
  ///   - hop: symmetric.
  ///   - parts: the part of each node; empty where there is one only.
  ///   - rounds: the most trees that are made.
  init(
    _ hop: PriceMatrix, grid: MappingGrid, parts: [Int] = [], rounds: Int
  ) {
    nodeMultipliers = [Double](repeating: 0, count: grid.cells)
    guard grid.stages > 1 else { return }
    let partCount = Set(parts).count
    let crossings = Double(max(0, partCount - 1) * grid.replicas)
    var node = nodeMultipliers
    var crossing = 0.0
    var best = -Double.infinity
    var stepScale = 1.0
    var stalled = 0
    for _ in 0..<rounds {
      let forest = Forest(
        hop, pairs: grid.cells - grid.replicas, node: node, crossing: crossing, parts: parts)
      let value = forest.cost - 2 * node.reduce(0, +) + crossing * crossings
      if value > best {
        // What is gained in tiny steps is not worth its rounds.
        stalled = value > best + 1e-6 * abs(best) ? 0 : stalled + 1
        best = value
        (nodeMultipliers, crossingMultiplier) = (node, crossing)
      } else {
        stalled += 1
      }
      if stalled > 8 {
        stepScale *= 0.6
        stalled = 0
        (node, crossing) = (nodeMultipliers, crossingMultiplier)
        if stepScale < 1e-3 { break }
        continue
      }
      // The subgradient, without directions that leave the cone of multipliers.
      var length = 0.0
      let slopes = node.indices.map { index in
        let slope = Double(forest.degrees[index] - 2)
        let kept = node[index] <= 0 && slope < 0 ? 0 : slope
        length += kept * kept
        return kept
      }
      var crossingSlope = crossings - Double(forest.crossings)
      if crossing <= 0 && crossingSlope < 0 { crossingSlope = 0 }
      length += crossingSlope * crossingSlope
      if length == 0 { break }
      let step = stepScale * (1.05 * max(best, value) - value) / length
      for index in node.indices { node[index] = max(0, node[index] + step * slopes[index]) }
      crossing = max(0, crossing + step * crossingSlope)
    }
    // Rounding: each of some thousand terms of one sign and size errs by half a unit in the last place.
    let terms = abs(best) + 4 * nodeMultipliers.reduce(0, +) + crossingMultiplier * crossings
    seconds = max(0, (best - 1e-12 * terms) / Double(grid.replicas))
  }
}
