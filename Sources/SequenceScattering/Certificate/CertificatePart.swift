/// A part of all scatterings: kinds of micro-batches, and where sequences are, by rank.
struct CertificatePart {
  struct Kind {
    var count: Int
    var atLeast = 0.0
    var below = Double.infinity
    /// Limits on its groups, by option.
    var fewestGroups: [Int: Int] = [:]
    var mostGroups: [Int: Int] = [:]
  }
  var kinds: [Kind]
  var homes: [Int: Int] = [:]
  var leastDegrees: [Int: Int] = [:]
  var mostDegrees: [Int: Int] = [:]

  /// Sets one micro-batch of a kind apart; the index of its kind.
  mutating func setApart(_ kind: Int) -> Int {
    if kinds[kind].count == 1 { return kind }
    kinds[kind].count -= 1
    kinds.append(kinds[kind])
    kinds[kinds.count - 1].count = 1
    return kinds.count - 1
  }
}
