/// The items of the most value that a knapsack holds, where every kind of item has a limited count.
///
/// Dynamic programming over the room, with each count split into powers of two.
/// - Complexity: O(room · Σ log count).
struct BoundedKnapsack {
  struct Item {
    var size: Int
    var count: Int
    var value: Double
  }

  private(set) var value = 0.0
  /// How many of each item.
  private(set) var taken: [Int]

  init(_ items: [Item], room: Int) {
    taken = [Int](repeating: 0, count: items.count)
    var best = [Double](repeating: 0, count: room + 1)
    var bundles: [(item: Int, count: Int)] = []
    var isTaken: [Bool] = []
    for (index, item) in items.enumerated() where item.value > 0 && item.size <= room {
      var left = item.size == 0 ? item.count : min(item.count, room / item.size)
      var count = 1
      while left > 0 {
        let bundle = min(count, left)
        let (size, value) = (bundle * item.size, Double(bundle) * item.value)
        bundles.append((index, bundle))
        let first = isTaken.count
        isTaken.append(contentsOf: repeatElement(false, count: room + 1))
        var place = room
        while place >= size {
          let with = best[place - size] + value
          if with > best[place] {
            best[place] = with
            isTaken[first + place] = true
          }
          place -= 1
        }
        left -= bundle
        count *= 2
      }
    }
    value = best[room]
    var place = room
    for (number, bundle) in bundles.enumerated().reversed()
    where isTaken[number * (room + 1) + place] {
      taken[bundle.item] += bundle.count
      place -= bundle.count * items[bundle.item].size
    }
  }
}
