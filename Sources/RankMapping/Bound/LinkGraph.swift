/// The pairs of nodes that a ring may join: those with a price up to a limit.
struct LinkGraph {
  let count: Int
  /// Words of 64 nodes in a row of the adjacency matrix.
  private let width: Int
  private var words: [UInt64]
  private(set) var degrees: [Int]

  /// - Parameter prices: symmetric.
  init(_ prices: PriceMatrix, upTo limit: Double) {
    count = prices.count
    width = (prices.count + 63) / 64
    words = [UInt64](repeating: 0, count: prices.count * width)
    degrees = [Int](repeating: 0, count: prices.count)
    for node in 0..<count {
      var word: UInt64 = 0
      var degree = 0
      for other in 0..<count {
        if prices.price(node, other) <= limit && other != node {
          word |= 1 << UInt64(other & 63)
          degree += 1
        }
        if other & 63 == 63 || other == count - 1 {
          words[node * width + other / 64] = word
          word = 0
        }
      }
      degrees[node] = degree
    }
  }

  func areJoined(_ one: Int, _ other: Int) -> Bool {
    words[one * width + other / 64] & (1 << UInt64(other & 63)) != 0
  }

  /// Calls `body` with each neighbour in turn, until it returns false.
  @inline(__always)
  func forEachNeighbour(of node: Int, _ body: (Int) -> Bool) {
    for index in 0..<width {
      var word = words[node * width + index]
      while word != 0 {
        if !body(index * 64 + word.trailingZeroBitCount) { return }
        word &= word - 1
      }
    }
  }

  /// The nodes of each connected part, in the order of their first nodes.
  func components() -> [[Int]] {
    var isUnmet = [UInt64](repeating: 0, count: width)
    for node in 0..<count { isUnmet[node / 64] |= 1 << UInt64(node & 63) }
    var components: [[Int]] = []
    for root in 0..<count where isUnmet[root / 64] & (1 << UInt64(root & 63)) != 0 {
      isUnmet[root / 64] &= ~(1 << UInt64(root & 63))
      var component = [root]
      var next = 0
      while next < component.count {
        let row = component[next] * width
        next += 1
        for index in 0..<width {
          var found = words[row + index] & isUnmet[index]
          isUnmet[index] &= ~found
          while found != 0 {
            component.append(index * 64 + found.trailingZeroBitCount)
            found &= found - 1
          }
        }
      }
      components.append(component.sorted())
    }
    return components
  }

  /// The adjacency of at most 64 nodes among themselves, by their places in the list.
  func masks(of nodes: [Int]) -> [UInt64] {
    nodes.map { node in
      nodes.indices.reduce(0) { mask, place in
        areJoined(node, nodes[place]) ? mask | 1 << UInt64(place) : mask
      }
    }
  }
}
