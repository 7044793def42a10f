extension [Double] {
  /// The arithmetic mean; `nil` of nothing.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// The value below which a share of the sample lies; `nil` of nothing.
  ///
  /// Of n ascending values x₀ … xₙ₋₁, the point (n − 1)·share between them, by linear
  /// interpolation: the median of an even count is the mean of the middle two.
  /// - Source: Hyndman and Fan 1996, "Sample quantiles in statistical packages", definition 7.
  func percentile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    let ascending = sorted()
    let place = Double(count - 1) * share
    let below = Int(place)
    let above = Swift.min(below + 1, count - 1)
    return ascending[below] + (place - Double(below)) * (ascending[above] - ascending[below])
  }

  var median: Double? { percentile(0.5) }

  /// The rank of each value from 1; equal values share the mean of their ranks.
  var ranks: [Double] {
    let order = indices.sorted { (self[$0], $0) < (self[$1], $1) }
    var ranks = [Double](repeating: 0, count: count)
    var first = 0
    while first < count {
      var end = first + 1
      while end < count, self[order[end]] == self[order[first]] { end += 1 }
      for place in first..<end { ranks[order[place]] = Double(first + 1 + end) / 2 }
      first = end
    }
    return ranks
  }

  /// The correlation of the ranks of two samples of one length: 1 where one orders them as the
  /// other does, −1 where it reverses them; `nil` where one of them is constant.
  ///
  /// With ties this is Pearson's coefficient of the shared ranks.
  /// - Source: Spearman 1904, "The proof and measurement of association between two things".
  func rankCorrelation(with other: [Double]) -> Double? {
    precondition(count == other.count, "ranks correlate between samples of one length")
    let (mine, theirs) = (ranks, other.ranks)
    // Ranks of n values, ties or not, average (n + 1) / 2.
    let mean = Double(count + 1) / 2
    var (product, mineSquared, theirsSquared) = (0.0, 0.0, 0.0)
    for (rank, otherRank) in zip(mine, theirs) {
      product += (rank - mean) * (otherRank - mean)
      mineSquared += (rank - mean) * (rank - mean)
      theirsSquared += (otherRank - mean) * (otherRank - mean)
    }
    guard mineSquared > 0, theirsSquared > 0 else { return nil }
    return product / (mineSquared * theirsSquared).squareRoot()
  }
}
