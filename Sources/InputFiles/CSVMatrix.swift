/// A matrix of numbers with a name for each column, from a CSV file.
public struct CSVMatrix: Sendable, Equatable {
  /// The shape that a matrix must have.
  public enum Shape: Sendable, Hashable {
    /// As many rows as columns; row names, where there are any, equal the column names.
    case square
    /// As many rows and columns as the names, which may stand in any order.
    case anyRectangle
  }

  /// The names in the header, without that of a column of row names.
  public let columnNames: [String]
  /// The names in the first column, if it holds names.
  public let rowNames: [String]?
  public let matrix: NumberMatrix

  /// The matrix in a file, or on standard input when `path` is `-`.
  public static func read(
    path: String, limit: InputLimit, shape: Shape = .square,
    cells: Limits<Double> = .atLeast(0)
  ) throws(InputFaults) -> CSVMatrix {
    let input = try InputBytes.read(path: path, limit: limit)
    return try parse(input.bytes, file: input.file, shape: shape, cells: cells)
  }

  /// The matrix in `bytes`, which `file` names in messages.
  public static func parse(
    _ bytes: [UInt8], file: String, shape: Shape = .square,
    cells: Limits<Double> = .atLeast(0)
  ) throws(InputFaults) -> CSVMatrix {
    throw InputFaults(reason: .malformed, faults: [])
  }
}
