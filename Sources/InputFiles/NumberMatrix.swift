/// A rectangle of finite numbers, row by row.
public struct NumberMatrix: Sendable, Equatable {
  public let rows: Int
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

  public subscript(row: Int, column: Int) -> Double { values[row * columns + column] }
}
