// How words, columns and bars are laid out in lines of text.

extension String {
  /// The words on lines of at most `width` columns, all but the first indented by `hanging`.
  ///
  /// A word that is longer than a line stands on a line of its own.
  func wrapped(width: Int, first: String = "", hanging: String = "") -> [String] {
    var lines: [String] = []
    var line = first
    var isStart = true
    for word in split(separator: " ", omittingEmptySubsequences: true) {
      if !isStart, line.count + 1 + word.count > width {
        lines.append(line)
        line = hanging
        isStart = true
      }
      line += (isStart ? "" : " ") + word
      isStart = false
    }
    return lines + [line]
  }

  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The words of a name in camel case: `stageHops` is `stage hops`.
  var words: String {
    reduce(into: "") { words, letter in
      words += letter.isUppercase ? " " + letter.lowercased() : String(letter)
    }
  }
}

/// A horizontal bar of `share` of `width` columns, to an eighth of a column.
func bar(_ share: Double, width: Int) -> String {
  guard share.isFinite, share > 0 else { return "" }
  let eighths = max(1, Int((min(1, share) * Double(width * 8)).rounded()))
  let ends = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  return String(repeating: "█", count: eighths / 8) + ends[eighths % 8]
}

/// Rows as aligned columns: the first to the left, the others to the right.
func table(_ rows: [[String]], indentation: String = "  ") -> [String] {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
  }
  return rows.map { row in
    let cells = row.enumerated().map { column, cell in
      column == 0 ? cell.padded(to: widths[0]) : cell.leftPadded(to: widths[column])
    }
    return indentation + cells.joined(separator: "  ")
  }
}

extension [Int] {
  /// Ascending numbers with their runs folded: `0, 2-5, 9`.
  var folded: String { folded(with: "-") }

  /// The same with another word between the ends of a run.
  func folded(with dash: String) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in self {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)\(dash)\($0.upperBound)"
    }
    .joined(separator: ", ")
  }
}
