/// The dearest way to give every item a place, where all places have room for equally many items.
///
/// Where places have room for one, items outbid each other first. The others enter one at a time, each
/// along the chain of displaced items that loses least (a shortest path over the places, with a price
/// for each place that keeps all losses non-negative). GLPK solves
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
  func dearest(_ values: [Float]) -> [Int32] {
    var state = State(self, values)
    // One item a place: most find theirs without a path.
    for newcomer in room == 1 ? state.outbid() : Array(0..<items) { state.enter(newcomer) }
    return state.place.map(Int32.init)
  }

  /// A program being solved: every item that has a place is at one of its best by the prices, and what a
  /// place loses by its price is never negative.
  private struct State {
    let items: Int
    let places: Int
    let room: Int
    /// `[item · places + place]`.
    private var costs: [Double]
    private(set) var place: [Int]
    /// The items of each place, `room` slots each, of which the first `taken` count.
    private var members: [Int]
    private var taken: [Int]
    private var prices: [Double]
    // Of the shortest path: the least loss with which the newcomer gets into each place, who moves there
    // last, and the places that it has not reached yet, and that it has.
    private var loss: [Double]
    private var mover: [Int]
    private var open: [Int]
    private var settled: [Int] = []

    init(_ program: Transportation, _ values: [Float]) {
      (items, places, room) = (program.items, program.places, program.room)
      costs = [Double](repeating: 0, count: items * places)
      for item in 0..<items {
        for index in 0..<places {
          costs[item * places + index] = -Double(values[index * items + item])
        }
      }
      place = [Int](repeating: -1, count: items)
      members = [Int](repeating: -1, count: items)
      taken = [Int](repeating: 0, count: places)
      prices = [Double](repeating: 0, count: places)
      loss = prices
      mover = taken
      open = Array(0..<places)
    }

    /// Lets every item take its best place and lower the place's price until it is worth no more than
    /// the item's second best; who was there looks for another.
    ///
    /// - Returns: the items that are left without a place.
    mutating func outbid() -> [Int] {
      guard places > 1 else { return Array(0..<items) }
      var waiting = Array(0..<items)
      var steps = 4 * items
      for _ in 0..<2 {
        var left: [Int] = []
        for first in waiting {
          var item = first
          while true {
            let row = item * places
            var (best, second) = (0, 1)
            var (least, next) = (Double.infinity, Double.infinity)
            for index in 0..<places {
              let reduced = costs[row + index] - prices[index]
              if reduced < least {
                (second, next) = (best, least)
                (best, least) = (index, reduced)
              } else if reduced < next {
                (second, next) = (index, reduced)
              }
            }
            if least < next {
              prices[best] -= next - least
            } else if taken[best] == 1 {
              best = second
            }
            let displaced = taken[best] == 1 ? members[best] : -1
            place[item] = best
            members[best] = item
            taken[best] = 1
            guard displaced >= 0 else { break }
            place[displaced] = -1
            steps -= 1
            guard least < next, steps > 0 else {
              left.append(displaced)
              break
            }
            item = displaced
          }
        }
        waiting = left.sorted()
      }
      return waiting
    }

    /// Gives an item a place along the chain of displaced items that loses least.
    mutating func enter(_ newcomer: Int) {
      for index in 0..<places {
        loss[index] = costs[newcomer * places + index] - prices[index]
        mover[index] = newcomer
      }
      settled.removeAll(keepingCapacity: true)
      var end = 0
      while true {
        var nearest = 0
        for index in 1..<max(1, open.count) {
          let (one, best) = (open[index], open[nearest])
          if loss[one] < loss[best] || loss[one] == loss[best] && one < best { nearest = index }
        }
        end = open[nearest]
        open.swapAt(nearest, open.count - 1)
        open.removeLast()
        settled.append(end)
        if taken[end] < room { break }
        for slot in (end * room)..<((end + 1) * room) {
          let row = members[slot] * places
          let base = loss[end] - (costs[row + end] - prices[end])
          for other in open {
            let through = base + costs[row + other] - prices[other]
            if through < loss[other] {
              loss[other] = through
              mover[other] = members[slot]
            }
          }
        }
      }
      for index in settled { prices[index] += loss[index] - loss[end] }
      open += settled
      var target = end
      while true {
        let moved = mover[target]
        let origin = place[moved]
        place[moved] = target
        members[target * room + taken[target]] = moved
        taken[target] += 1
        if moved == newcomer { break }
        // The last of the place that it leaves takes its slot.
        taken[origin] -= 1
        for slot in (origin * room)..<((origin + 1) * room) where members[slot] == moved {
          members[slot] = members[origin * room + taken[origin]]
          break
        }
        target = origin
      }
    }
  }
}
