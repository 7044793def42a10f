/// Prices in half the memory, rounded to seven digits: for a search among so many nodes that its time
/// goes into fetching prices.
struct CompactPrices: PairPrices {
  let count: Int
  private let values: [Float]

  init(_ prices: PriceMatrix) {
    count = prices.count
    values = prices.values.map(Float.init)
  }

  @inline(__always)
  func price(_ from: Int, _ to: Int) -> Double { Double(values[from &* count &+ to]) }
}
