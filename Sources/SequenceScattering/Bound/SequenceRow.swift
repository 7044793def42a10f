/// Sequences that the linear program does not tell apart.
struct SequenceRow {
  /// The ranks of the first and, one further on, the last of them.
  let ranks: Range<Int>
  /// Whether the search may place it by itself: it is one of the longest.
  let isSingle: Bool
  /// A class that stands for the row's lengths.
  let index: Int
  let count: Double
  /// Means over the row's sequences, by option.
  let times: [Double]
  let tokens: [Double]
}

extension ScatteringInstance {
  /// The rows of the linear program: the longest sequences one by one, then classes, and beyond
  /// `limit` rows classes of similar lengths together.
  ///
  /// The bound is computed on the sequences themselves, so what rows leave out costs tightness only.
  func sequenceRows(single: Int, limit: Int) -> [SequenceRow] {
    let singles = min(single, count)
    let starts = [singles] + firstRanks.filter { $0 > singles }
    let width = bucketWidth(starts, limit: max(1, limit - singles))
    var rows = (0..<singles).map { row($0..<$0 + 1, isSingle: true) }
    var start = singles
    for (position, next) in (starts.dropFirst() + [count]).enumerated() where start < count {
      let isLast = position == starts.count - 1
      let isFar = isLast || length(start) > width * length(next)
      if isFar, next > start {
        rows.append(row(start..<next, isSingle: false))
        start = next
      }
    }
    return rows
  }

  private func length(_ rank: Int) -> Double { Double(lengths[classOfRank[rank]]) }

  /// The ratio of lengths that may share a row, so that no more than `limit` rows are needed.
  private func bucketWidth(_ starts: [Int], limit: Int) -> Double {
    guard starts.count > limit, starts[0] < count else { return 1 }
    func rows(_ width: Double) -> Int {
      var rows = 0
      var longest = Double.infinity
      for start in starts where longest > width * length(start) {
        rows += 1
        longest = length(start)
      }
      return rows
    }
    var fits = length(starts[0]) / length(count - 1) + 1
    var fails = 1.0
    for _ in 0..<20 {
      let middle = (fits * fails).squareRoot()
      if rows(middle) <= limit { fits = middle } else { fails = middle }
    }
    return fits
  }

  private func row(_ ranks: Range<Int>, isSingle: Bool) -> SequenceRow {
    let classes = classOfRank[ranks]
    func mean(_ value: (Int) -> Double) -> Double {
      classes.reduce(0) { $0 + value($1) } / Double(classes.count)
    }
    return SequenceRow(
      ranks: ranks, isSingle: isSingle, index: classes[ranks.lowerBound + ranks.count / 2],
      count: Double(ranks.count),
      times: (0..<options).map { option in mean { time($0, option) } },
      tokens: (0..<options).map { option in mean { Double(tokens($0, option)) } })
  }
}
