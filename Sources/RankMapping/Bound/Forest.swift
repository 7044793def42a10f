/// A cheapest set of pairs of a given size without a cycle, under multipliers of nodes and crossings.
struct Forest {
  private(set) var cost = 0.0
  /// The pairs at each node.
  private(set) var degrees: [Int]
  /// The pairs that join different parts.
  private(set) var crossings = 0

  /// Prim's tree without its dearest pairs, which is how Kruskal's begins; O(nodes²).
  ///
  /// - Parameters:
  ///   - hop: the price of a pair, to which those of its nodes are added.
  ///   - crossing: what a pair between different parts is cheaper by.
  ///   - parts: the part of each node; empty where there is one only.
  init(
    _ hop: PriceMatrix, pairs: Int, node: [Double], crossing: Double, parts: [Int]
  ) {
    let count = hop.count
    degrees = [Int](repeating: 0, count: count)
    var tree: [(key: Double, from: Int, to: Int)] = []
    tree.reserveCapacity(count)
    // The price of joining each node to the tree, and over which of the tree's; infinite inside it.
    var keys = [Double](repeating: .infinity, count: count)
    var links = [Int](repeating: 0, count: count)
    var outside = node
    outside[0] = .infinity
    var last = 0
    for _ in 1..<max(1, count) {
      hop.values.withUnsafeBufferPointer { values in
        let row = UnsafeBufferPointer(rebasing: values[last * count..<(last + 1) * count])
        let base = node[last]
        for other in 0..<count {
          var key = row[other] + base + outside[other]
          if !parts.isEmpty, parts[last] != parts[other] { key -= crossing }
          if key < keys[other] {
            keys[other] = key
            links[other] = last
          }
        }
      }
      var nearest = 0
      var least = Double.infinity
      for other in 0..<count where keys[other] < least {
        least = keys[other]
        nearest = other
      }
      tree.append((least, links[nearest], nearest))
      last = nearest
      outside[last] = .infinity
      keys[last] = .infinity
    }
    tree.sort { $0.key < $1.key }
    for (key, from, to) in tree.prefix(pairs) {
      cost += key
      degrees[from] += 1
      degrees[to] += 1
      if !parts.isEmpty, parts[from] != parts[to] { crossings += 1 }
    }
  }
}
