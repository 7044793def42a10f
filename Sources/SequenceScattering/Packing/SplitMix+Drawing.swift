import SeededRandom

extension SplitMix {
  /// Between 0 and 1, 1 excluded.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// About standard normal: the sum of four uniform numbers, centred, in its own unit.
  mutating func bell() -> Double { (unit() + unit() + unit() + unit() - 2) * 1.7320508075688772 }

  /// Standard normal (Box and Muller 1958).
  mutating func normal() -> Double {
    (-2 * logarithm(1 - unit())).squareRoot() * cosine(2 * .pi * unit())
  }

  /// A whole number below `count`.
  mutating func index(below count: Int) -> Int { min(count - 1, Int(unit() * Double(count))) }
}
