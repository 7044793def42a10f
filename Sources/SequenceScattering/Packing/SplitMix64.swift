/// A small generator of random numbers: the same seed gives the same numbers everywhere.
/// - Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

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
