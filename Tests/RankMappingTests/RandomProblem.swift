import Quantities
import SeededRandom

@testable import RankMapping

/// Small mapping problems of every kind, the same for the same seed.
struct RandomProblem {
  enum Kind: CaseIterable {
    /// Rates between 1 and 10, the same both ways.
    case uniform
    /// Rates between 1 and 10, each direction its own.
    case directional
    /// Two clusters with slow links between them, hosts in random order.
    case clusters
    /// Rates alike but for one slow node and a few bad links.
    case slowNode
    /// Uniform, with stages of different sizes and slack that grows with the stage.
    case slack
  }

  let problem: MappingProblem

  init(_ kind: Kind, stages: Int, replicas: Int, seed: UInt64) {
    var random = SplitMix(seed: seed)
    let count = stages * replicas
    var cluster = (0..<count).map { $0 < (count + 1) / 2 ? 0 : 1 }
    for place in stride(from: count - 1, to: 0, by: -1) {
      cluster.swapAt(place, random.index(below: place + 1))
    }
    let slowNode = random.index(below: count)
    var rates = [Double](repeating: 1e9, count: count * count)
    for from in 0..<count {
      for to in 0..<count where from != to {
        var rate = 1 + 9 * random.unit()
        if kind == .clusters { rate = cluster[from] == cluster[to] ? 5 + rate : rate / 5 }
        if kind == .slowNode {
          rate = (8 + rate / 5) * (from == slowNode || to == slowNode ? 0.5 : 1)
          if random.unit() < 0.1 { rate *= 0.4 }
        }
        rates[from * count + to] = rate * 1e9
      }
    }
    var bandwidth = NodeBandwidth(count: count, rates: rates)
    if kind != .directional { bandwidth = bandwidth.symmetrised }
    let hasSlack = kind == .slack
    problem = MappingProblem(
      grid: MappingGrid(stages: stages, replicas: replicas), bandwidth: bandwidth,
      traffic: StepTraffic(
        hopBytes: Bytes(1e9), roundTrips: 1 + Double(random.index(below: 4)),
        exchangeBytes: (0..<stages).map { _ in
          Bytes(hasSlack ? 4e9 + 4e9 * random.unit() : 6e9)
        },
        slack: (0..<stages).map { Seconds(hasSlack ? 0.3 * Double($0) : 0) }))
  }

  /// The least time over all mappings, one by one.
  static func optimum(of problem: MappingProblem) -> Double {
    switch problem.links {
    case .pairs(let hop, let ring): optimum(of: problem.prices(hop, ring))
    case .levels(let levels, let hop, let ring):
      optimum(
        of: problem.prices(
          LevelPrices(levels: levels, prices: hop), LevelPrices(levels: levels, prices: ring)))
    }
  }

  private static func optimum<Pairs>(of prices: GridPrices<Pairs>) -> Double {
    var nodes = Array(0..<prices.grid.cells)
    var best = Double.infinity
    permute(&nodes, from: 0) { best = min(best, prices.time(of: $0).total.value) }
    return best
  }

  private static func permute(_ nodes: inout [Int], from place: Int, _ body: ([Int]) -> Void) {
    if place == nodes.count { return body(nodes) }
    for other in place..<nodes.count {
      nodes.swapAt(place, other)
      permute(&nodes, from: place + 1, body)
      nodes.swapAt(place, other)
    }
  }
}
