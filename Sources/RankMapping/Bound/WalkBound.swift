/// The least time of the pipeline that a badly joined node is on, wherever it stands there.
///
/// Some pipeline holds node i, and its P − 1 hops are a path through i that crosses between parts of the
/// cluster at least once less than there are parts. Walks that do not turn back at once are a relaxation
/// of paths, and the cheapest through each node come from a recursion over their length:
/// ```
/// f(n, j) = min over a of f(n − 1, a, not from j) + h(a, j)
/// bound   = max over i of min over n of f(n, i) + f(P − 1 − n, i), with different last steps
/// ```
/// - Source: Christofides, Mingozzi and Toth 1981, "Exact algorithms for the vehicle routing problem,
///   based on spanning tree and shortest path relaxations", walks without cycles of two.
struct WalkBound {
  /// The two cheapest walks of one length to a node that come from different nodes.
  private struct Walks {
    var cheapest = Double.infinity
    var last: Int32 = -1
    var other = Double.infinity

    /// The cheapest that does not come from a node.
    @inline(__always)
    func cost(notFrom node: Int32) -> Double { last == node ? other : cheapest }

    @inline(__always)
    mutating func offer(_ cost: Double, from node: Int32) {
      if cost < cheapest {
        if node != last { other = cheapest }
        cheapest = cost
        last = node
      } else if cost < other, node != last {
        other = cost
      }
    }

    /// The cheapest walk through a node whose two halves reach it from different nodes.
    func joined(with half: Walks) -> Double {
      if last != half.last || last < 0 { return cheapest + half.cheapest }
      return min(cheapest + half.other, other + half.cheapest)
    }
  }

  /// Seconds of the slowest pipeline, at least.
  private(set) var seconds = 0.0

  /// - Parameters:
  ///   - hop: symmetric.
  ///   - parts: the part of each node; empty where there is one only.
  /// - Complexity: O(stages · parts · nodes²).
  init<Pairs: PairPrices>(_ hop: Pairs, grid: MappingGrid, parts: [Int] = []) {
    let count = hop.count
    let hops = grid.stages - 1
    guard hops > 0 else { return }
    let crossings = parts.isEmpty ? 0 : Set(parts).count - 1
    // layers[n][q · count + j]: walks of n hops to j that crossed q times, or more often for the last q.
    var layers: [[Walks]] = []
    var start = [Walks](repeating: Walks(), count: (crossings + 1) * count)
    for node in 0..<count { start[node].cheapest = 0 }
    layers.append(start)
    for length in 1...hops {
      let before = layers[length - 1]
      var layer = [Walks](repeating: Walks(), count: (crossings + 1) * count)
      for crossed in 0...crossings {
        let step = min(crossed + 1, crossings)
        for node in 0..<count {
          var inside = layer[crossed * count + node]
          var across = layer[step * count + node]
          for from in 0..<count where from != node {
            let cost =
              before[crossed * count + from].cost(notFrom: Int32(truncatingIfNeeded: node))
              + hop.price(node, from)
            if crossed < crossings, parts[from] != parts[node] {
              across.offer(cost, from: Int32(truncatingIfNeeded: from))
            } else {
              inside.offer(cost, from: Int32(truncatingIfNeeded: from))
            }
          }
          layer[crossed * count + node] = inside
          if step != crossed { layer[step * count + node] = across }
        }
      }
      layers.append(layer)
    }
    for node in 0..<count {
      var least = Double.infinity
      for length in 0...hops / 2 {
        for one in 0...crossings {
          for other in max(0, crossings - one)...crossings {
            let half = layers[hops - length][other * count + node]
            least = min(least, layers[length][one * count + node].joined(with: half))
          }
        }
      }
      seconds = max(seconds, least)
    }
    // Rounding: a walk adds up one hop a stage.
    seconds *= 1 - 1e-12
  }
}
