import SeededRandom
import Testing

@testable import SequenceScattering

@Suite("A knapsack of items with counts")
struct KnapsackTests {
  @Test("60 random ones hold what brute force finds, and what they take fits and is worth it")
  func bruteForce() {
    var random = SplitMix(seed: 7)
    for _ in 0..<60 {
      let items = (0..<1 + random.index(below: 4)).map { _ in
        BoundedKnapsack.Item(
          size: random.index(below: 6), count: 1 + random.index(below: 5),
          value: Double(random.index(below: 20)))
      }
      let room = random.index(below: 15)
      let knapsack = BoundedKnapsack(items, room: room)
      #expect(knapsack.value == Self.best(items[...], room))
      let size = zip(items, knapsack.taken).reduce(0) { $0 + $1.0.size * $1.1 }
      let value = zip(items, knapsack.taken).reduce(0) { $0 + $1.0.value * Double($1.1) }
      #expect(size <= room)
      #expect(value == knapsack.value)
      #expect(zip(items, knapsack.taken).allSatisfy { $0.count >= $1 })
    }
  }

  private static func best(_ items: ArraySlice<BoundedKnapsack.Item>, _ room: Int) -> Double {
    guard let item = items.first else { return 0 }
    return (0...item.count).reduce(0) { best, count in
      guard count * item.size <= room else { return best }
      let rest = Self.best(items.dropFirst(), room - count * item.size)
      return max(best, Double(count) * item.value + rest)
    }
  }
}
