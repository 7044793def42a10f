import SeededRandom

extension SplitMix {
  /// A generator of its own for each combination of seed and stream.
  init(seed: UInt64, stream: Int) {
    self.init(seed: seed &+ UInt64(truncatingIfNeeded: stream) &* 0xD1B5_4A32_D192_ED03)
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
