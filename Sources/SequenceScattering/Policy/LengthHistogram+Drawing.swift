import ModelDescription
import SeededRandom

extension LengthHistogram {
  /// A batch of lengths, each drawn as often as the histogram counts it; the same seed gives the same.
  public func batch(of count: Int, seed: UInt64) -> [Int] {
    let ends = entries.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }.dropFirst()
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in
      let drawn = random.index(below: total)
      var (low, high) = (0, entries.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if drawn < ends[ends.startIndex + middle] { high = middle } else { low = middle + 1 }
      }
      return entries[low].tokens
    }
  }
}
