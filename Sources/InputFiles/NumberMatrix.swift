/// A rectangle of finite numbers, row by row.
public struct NumberMatrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The numbers, row by row: the one at (row, column) is at `row * columns + column`.
  public let values: [Double]

  /// - Precondition: `values` holds rows × columns numbers.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(values.count == rows * columns)
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The number at a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Double { values[row * columns + column] }
}
