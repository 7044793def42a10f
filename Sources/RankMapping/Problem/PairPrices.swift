/// A price, in seconds, for every ordered pair of nodes.
protocol PairPrices: Sendable {
  /// The number of nodes.
  var count: Int { get }

  /// The price from one node to another; 0 from a node to itself.
  func price(_ from: Int, _ to: Int) -> Double
}

/// Prices that are written down pair by pair.
public struct PriceMatrix: PairPrices, Equatable {
  public let count: Int
  /// The price from i to j is at `i * count + j`.
  public let values: [Double]

  /// - Precondition: `values` has count² entries, none below 0.
  public init(count: Int, values: [Double]) {
    precondition(values.count == count * count, "a price for every pair")
    self.count = count
    self.values = values
  }

  /// The prices of all pairs; those of a node with itself are 0.
  public init(count: Int, _ price: (_ from: Int, _ to: Int) -> Double) {
    self.init(
      count: count,
      values: (0..<count).flatMap { from in
        (0..<count).map { to in from == to ? 0 : price(from, to) }
      })
  }

  @inline(__always)
  func price(_ from: Int, _ to: Int) -> Double { values[from &* count &+ to] }

  /// For each node the `limit` others that are cheapest to reach and to be reached from, cheapest
  /// first.
  func nearest(_ limit: Int) -> [[Int32]] {
    (0..<count).map { node in
      var best = BoundedSmallest<Int32>(capacity: limit)
      for other in 0..<count where other != node {
        best.offer(Int32(other), at: max(price(node, other), price(other, node)))
      }
      return best.items
    }
  }
}

/// The few smallest of many, smallest first; of equals the first offered.
struct BoundedSmallest<Item> {
  let capacity: Int
  private(set) var items: [Item] = []
  private var keys: [Double] = []

  init(capacity: Int) { self.capacity = capacity }

  /// The largest of the few; infinite while there are fewer.
  var largestKey: Double { keys.count == capacity ? keys.last ?? .infinity : .infinity }

  mutating func offer(_ item: Item, at key: Double) {
    if keys.count == capacity {
      guard let last = keys.last, key < last else { return }
      keys.removeLast()
      items.removeLast()
    }
    var place = keys.count
    while place > 0, keys[place - 1] > key { place -= 1 }
    keys.insert(key, at: place)
    items.insert(item, at: place)
  }
}
