/// Sequences that the linear program does not tell apart.
struct SequenceRow {
  /// The sequence, where it is one that the search may place by itself.
  let sequence: Int?
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
    var rows: [SequenceRow] = []
    var left = members
    singles: for index in lengths.indices {
      for sequence in members[index] {
        guard rows.count < single else { break singles }
        rows.append(row(of: [index: 1], sequence: sequence))
        left[index].removeFirst()
      }
    }
    let rest = lengths.indices.filter { !left[$0].isEmpty }
    let width = bucketWidth(rest, limit: max(1, limit - rows.count))
    var bucket: [Int: Int] = [:]
    var longest = 0
    for index in rest {
      let isFar = Double(longest) > width * Double(lengths[index])
      if !bucket.isEmpty, isFar {
        rows.append(row(of: bucket, sequence: nil))
        bucket = [:]
      }
      if bucket.isEmpty { longest = lengths[index] }
      bucket[index] = left[index].count
    }
    if !bucket.isEmpty { rows.append(row(of: bucket, sequence: nil)) }
    return rows
  }

  /// The ratio of lengths that may share a row, so that no more than `limit` rows are needed.
  private func bucketWidth(_ classes: [Int], limit: Int) -> Double {
    guard classes.count > limit, let first = classes.first, let last = classes.last else { return 1 }
    func rows(_ width: Double) -> Int {
      var rows = 0
      var longest = Double.infinity
      for index in classes where longest > width * Double(lengths[index]) {
        rows += 1
        longest = Double(lengths[index])
      }
      return rows
    }
    var fits = Double(lengths[first]) / Double(lengths[last]) + 1
    var fails = 1.0
    for _ in 0..<20 {
      let middle = (fits * fails).squareRoot()
      if rows(middle) <= limit { fits = middle } else { fails = middle }
    }
    return fits
  }

  private func row(of classes: [Int: Int], sequence: Int?) -> SequenceRow {
    let ordered = classes.sorted { $0.key < $1.key }
    let count = Double(ordered.reduce(0) { $0 + $1.value })
    func mean(_ value: (Int) -> Double) -> Double {
      ordered.reduce(0) { $0 + value($1.key) * Double($1.value) } / count
    }
    return SequenceRow(
      sequence: sequence, index: ordered[ordered.count / 2].key, count: count,
      times: (0..<options).map { option in mean { time($0, option) } },
      tokens: (0..<options).map { option in mean { Double(tokens($0, option)) } })
  }
}
