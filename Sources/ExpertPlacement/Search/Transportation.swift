/// The dearest way to give every item a place, where all places have room for equally many items.
///
/// Items enter one at a time, each along the chain of displaced items that loses least (a shortest
/// path over the places, with a price for each place that keeps all losses non-negative). GLPK solves
/// the same program where a bound is asked for; a search solves it thousands of times.
///
/// - Complexity: O(items² · places) at most, far less as a rule.
/// - Source: Jonker, Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse linear
///   assignment problems", Computing 38; here with places for several items.
struct Transportation {
  let items: Int
  let places: Int
  var room: Int { items / places }

  /// - Precondition: `items` is a multiple of `places`.
  init(items: Int, places: Int) {
    precondition(items.isMultiple(of: places), "room for every item")
    self.items = items
    self.places = places
  }

  /// The place of every item, where an item is worth `values[place · items + item]` at a place.
  func dearest(_ values: some RandomAccessCollection<Float>) -> [Int32] {
    var costs = [Double](repeating: 0, count: items * places)
    for (index, value) in values.enumerated() {
      costs[index % items * places + index / items] = -Double(value)
    }
    var place = [Int](repeating: -1, count: items)
    var members = [[Int]](repeating: [], count: places)
    var prices = [Double](repeating: 0, count: places)

    for newcomer in 0..<items {
      // The least loss with which the newcomer gets into each place, and who moves there last.
      var loss = (0..<places).map { costs[newcomer * places + $0] - prices[$0] }
      var mover = [Int](repeating: newcomer, count: places)
      var isSettled = [Bool](repeating: false, count: places)
      var end = 0
      while true {
        end = -1
        for place in 0..<places where !isSettled[place] {
          if end < 0 || loss[place] < loss[end] { end = place }
        }
        isSettled[end] = true
        if members[end].count < room { break }
        for member in members[end] {
          let base = loss[end] - (costs[member * places + end] - prices[end])
          for place in 0..<places where !isSettled[place] {
            let other = base + costs[member * places + place] - prices[place]
            if other < loss[place] {
              loss[place] = other
              mover[place] = member
            }
          }
        }
      }
      for place in 0..<places where isSettled[place] { prices[place] += loss[place] - loss[end] }
      var target = end
      while true {
        let moved = mover[target]
        let origin = place[moved]
        place[moved] = target
        members[target].append(moved)
        if moved == newcomer { break }
        members[origin].removeAll { $0 == moved }
        target = origin
      }
    }
    return place.map(Int32.init)
  }
}
