/// The best of all mappings, one by one: for grids so small that this takes milliseconds.
enum Enumeration {
  /// The nodes by cell of the first best mapping. O(cells · cells!).
  static func best<Pairs>(_ prices: GridPrices<Pairs>) -> [Int] {
    var nodes = Array(0..<prices.grid.cells)
    var best = (nodes: nodes, time: prices.time(of: nodes).total)
    func permute(from place: Int) {
      if place == nodes.count {
        let time = prices.time(of: nodes).total
        if time < best.time { best = (nodes, time) }
        return
      }
      for other in place..<nodes.count where prices.areAlike(place, nodes[other]) {
        nodes.swapAt(place, other)
        permute(from: place + 1)
        nodes.swapAt(place, other)
      }
    }
    permute(from: 0)
    return best.nodes
  }
}
