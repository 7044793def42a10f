extension KnapsackRow {
  /// The most that the sequences of one group can weigh, whatever the search says; the knapsack is solved
  /// in whole numbers.
  ///
  /// - Parameters:
  ///   - tokens: by rank.
  ///   - divisor: what divides the tokens of every sequence, and the capacity.
  /// - Complexity: O(sequences + 4,096 · runs of alike sequences · log of their lengths).
  func heaviestGroup(tokens: [Int], capacity: Int, divisor: Int) -> Int {
    let unit = divisor * max(1, (capacity / divisor + 4_095) / 4_096)
    let room = capacity / unit
    var heaviest = [Int](repeating: 0, count: room + 1)
    var start = 0
    while start < weights.count {
      let (weight, size) = (weights[start], tokens[start] / unit)
      var end = start + 1
      while end < weights.count, weights[end] == weight, tokens[end] / unit == size { end += 1 }
      var left = weight == 0 || size > room ? 0 : end - start
      start = end
      // Bundles of 1, 2, 4, … and the rest make every number up to all of them.
      var bundle = 1
      while left > 0 {
        let taken = min(bundle, left)
        if taken * size <= room {
          for place in stride(from: room, through: taken * size, by: -1) {
            heaviest[place] = max(heaviest[place], heaviest[place - taken * size] + taken * weight)
          }
        }
        left -= taken
        bundle *= 2
      }
    }
    return heaviest[room]
  }
}
