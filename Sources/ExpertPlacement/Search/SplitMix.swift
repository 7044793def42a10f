/// A small generator of random numbers, seeded, so that a search repeats itself.
///
/// - Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  /// A generator of its own for each combination of seed and stream.
  init(seed: UInt64, stream: Int = 0) {
    state = seed &+ UInt64(truncatingIfNeeded: stream) &* 0xD1B5_4A32_D192_ED03
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A whole number below `count`, off by at most count / 2³² from uniform.
  mutating func index(below count: Int) -> Int {
    Int(((next() >> 32) &* UInt64(count)) >> 32)
  }

  /// Two whole numbers below `count`, from one draw.
  mutating func indices(below count: Int) -> (Int, Int) {
    let word = next()
    let range = UInt64(count)
    return (Int(((word >> 32) &* range) >> 32), Int(((word & 0xFFFF_FFFF) &* range) >> 32))
  }

  /// A number from 0 to 1, without 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
