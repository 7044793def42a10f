import SeededRandom

extension SplitMix {
  /// A whole number from 0 to below `bound`.
  @inline(__always)
  package mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number above 0 and at most 1.
  @inline(__always)
  package mutating func unit() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }
}
