/// The coefficients of the constraints in the order in which they were written.
///
/// One place of the matrix may be written several times; the values add up.
struct SparseEntries: Sendable {
  private(set) var rows: [Int32] = []
  private(set) var columns: [Int32] = []
  private(set) var coefficients: [Double] = []

  var count: Int { rows.count }

  mutating func append(row: Int32, column: Int32, _ coefficient: Double) {
    rows.append(row)
    columns.append(column)
    coefficients.append(coefficient)
  }

  /// Multiplies every entry by the factors of its row and its column.
  mutating func scale(rows rowFactors: [Double], columns columnFactors: [Double]) {
    for k in coefficients.indices {
      coefficients[k] *= rowFactors[Int(rows[k])] * columnFactors[Int(columns[k])]
    }
  }

  /// Whether these are the entries of `other`, and perhaps more behind them.
  func starts(with other: SparseEntries) -> Bool {
    rows.starts(with: other.rows) && columns.starts(with: other.columns)
      && coefficients.starts(with: other.coefficients)
  }

  /// The entries from `first` on whose row is at least `firstRow`, gathered by row, each place once,
  /// zeros left out: O(entries + rows + columns).
  func byRow(from first: Int = 0, rows range: Range<Int>, columnCount: Int) -> CompressedRows {
    var starts = [Int](repeating: 0, count: range.count + 1)
    for k in first..<count where range.contains(Int(rows[k])) {
      starts[Int(rows[k]) - range.lowerBound + 1] += 1
    }
    for i in 0..<range.count { starts[i + 1] += starts[i] }
    var order = [Int](repeating: 0, count: starts[range.count])
    var next = starts
    for k in first..<count where range.contains(Int(rows[k])) {
      let row = Int(rows[k]) - range.lowerBound
      order[next[row]] = k
      next[row] += 1
    }

    var compressed = CompressedRows(firstRow: range.lowerBound)
    var lastRow = [Int](repeating: -1, count: columnCount)
    var place = [Int](repeating: 0, count: columnCount)
    for i in 0..<range.count {
      let start = compressed.columns.count
      for k in order[starts[i]..<starts[i + 1]] {
        let column = Int(columns[k])
        if lastRow[column] == i {
          compressed.coefficients[place[column]] += coefficients[k]
        } else {
          lastRow[column] = i
          place[column] = compressed.columns.count
          compressed.columns.append(columns[k])
          compressed.coefficients.append(coefficients[k])
        }
      }
      compressed.closeRow(from: start)
    }
    return compressed
  }
}

/// A matrix by rows: row i has the entries from `starts[i]` to `starts[i + 1]`.
package struct CompressedRows: Sendable {
  let firstRow: Int
  private(set) var starts = [0]
  package fileprivate(set) var columns: [Int32] = []
  package fileprivate(set) var coefficients: [Double] = []

  init(firstRow: Int) {
    self.firstRow = firstRow
  }

  var count: Int { starts.count - 1 }

  package func range(ofRow row: Int) -> Range<Int> {
    starts[row - firstRow]..<starts[row - firstRow + 1]
  }

  /// Ends the row that began at entry `start`, and drops its zeros.
  fileprivate mutating func closeRow(from start: Int) {
    var kept = start
    for k in start..<columns.count where coefficients[k] != 0 {
      columns[kept] = columns[k]
      coefficients[kept] = coefficients[k]
      kept += 1
    }
    columns.removeLast(columns.count - kept)
    coefficients.removeLast(coefficients.count - kept)
    starts.append(kept)
  }
}

extension LinearProgram {
  /// All coefficients by row.
  package func matrix() -> CompressedRows {
    entries.byRow(rows: 0..<constraintCount, columnCount: variableCount)
  }
}
