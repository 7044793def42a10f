/// A matrix of numbers with a name for each column, from a CSV file.
///
/// The first record is a header of names; a first column may name the rows. The format is RFC
/// 4180 with three additions: blanks around a cell do not count, blank lines and lines that start
/// with `#` are passed over, and lines may end in LF.
public struct CSVMatrix: Sendable, Equatable {
  /// The shape that a matrix must have.
  public enum Shape: Sendable, Hashable {
    /// As many rows as columns, and row names, where there are any, equal to the column names.
    case square
    /// As many rows as there are, and as many columns as the header names.
    case rectangle
  }

  /// What the cells may hold.
  public struct Cells: Sendable {
    /// The numbers that are allowed.
    public let limits: Limits<Double>
    /// Whether the cells from a name to itself are read as 0, whatever stands there.
    public let ignoresDiagonal: Bool

    /// Cells within the limits.
    public init(_ limits: Limits<Double> = .any, ignoresDiagonal: Bool = false) {
      self.limits = limits
      self.ignoresDiagonal = ignoresDiagonal
    }
  }

  /// The names in the header, without that of a column of row names.
  public let columnNames: [String]
  /// The names in the first column, if it holds names.
  public let rowNames: [String]?
  /// The numbers: rows as in the file.
  public let matrix: NumberMatrix

  /// The matrix in a file, or on standard input when `path` is `-`.
  ///
  /// - Throws: all faults of the file at once.
  public static func read(
    path: String, limit: InputLimit, shape: Shape = .square, cells: Cells = Cells(.atLeast(0))
  ) throws(InputFaults) -> CSVMatrix {
    let input = try InputBytes.read(path: path, limit: limit)
    return try parse(input.bytes, file: input.file, shape: shape, cells: cells)
  }

  /// The matrix in `bytes`, which `file` names in messages. O(bytes).
  public static func parse(
    _ bytes: [UInt8], file: String, shape: Shape = .square, cells: Cells = Cells(.atLeast(0))
  ) throws(InputFaults) -> CSVMatrix {
    let log = FaultLog(file: file)
    let matrix = bytes.withUnsafeBufferPointer { text in
      var parser = CSVMatrixParser(text, shape: shape, cells: cells, log: log)
      return parser.matrix()
    }
    try log.throwIfFaulty()
    guard let matrix else { throw InputFaults(malformed: "is not a matrix", in: file) }
    return matrix
  }

  /// The matrix in `text`, which `file` names in messages.
  public static func parse(
    _ text: String, file: String, shape: Shape = .square, cells: Cells = Cells(.atLeast(0))
  ) throws(InputFaults) -> CSVMatrix {
    try parse(Array(text.utf8), file: file, shape: shape, cells: cells)
  }
}
