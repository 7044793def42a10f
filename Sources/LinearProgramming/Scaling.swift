import Glibc

/// The units in which GLPK sees a program, so that its absolute tolerances mean the same for bytes as
/// for seconds: each constraint, each continuous variable and the objective times a power of two.
///
/// Powers of two leave every digit as it is. Integer variables keep their unit, and a program whose
/// numbers are of like size keeps all of its units.
struct Scaling: Sendable {
  /// What each constraint is multiplied by.
  private(set) var rows: [Double]
  /// The value of each variable for each unit that GLPK sees.
  private(set) var columns: [Double]
  /// What the objective is multiplied by.
  let objective: Double
  /// Whether constraints and variables are restated at all.
  private let isNeeded: Bool

  var isIdentity: Bool { !isNeeded && objective == 1 }

  init(_ program: LinearProgram) {
    let matrix = program.matrix()
    rows = Array(repeating: 1, count: program.constraintCount)
    columns = Array(repeating: 1, count: program.variableCount)
    isNeeded = Self.isUneven(matrix.coefficients)
    if isNeeded { Self.balance(program, matrix, rows: &rows, columns: &columns) }
    let largestCost = zip(program.columns, columns).reduce(0) { max($0, abs($1.0.cost * $1.1)) }
    objective = Self.isOrdinary(largestCost) ? 1 : Self.powerOfTwo(near: 1 / largestCost)
  }

  /// Units for what `program` has gained; those of the rest stay.
  mutating func grow(with program: LinearProgram) {
    columns += Array(repeating: 1, count: program.variableCount - columns.count)
    let newRows = rows.count..<program.constraintCount
    guard isNeeded else {
      rows += Array(repeating: 1, count: newRows.count)
      return
    }
    let matrix = program.entries.byRow(rows: newRows, columnCount: program.variableCount)
    for row in newRows { rows.append(Self.unit(ofRow: row, of: matrix, columns: columns)) }
  }

  /// Whether the numbers span more than four powers of ten, or are all far from 1.
  private static func isUneven(_ coefficients: [Double]) -> Bool {
    var smallest = Double.infinity
    var largest = 0.0
    for coefficient in coefficients {
      smallest = min(smallest, abs(coefficient))
      largest = max(largest, abs(coefficient))
    }
    return largest > 1e4 * smallest || !isOrdinary(largest)
  }

  private static func isOrdinary(_ largest: Double) -> Bool {
    largest == 0 || (1e-2...1e4).contains(largest)
  }

  /// Divides rows and columns in turn by the geometric mean of their smallest and largest entries.
  /// - Source: Curtis, Reid 1972, "On the automatic scaling of matrices for Gaussian elimination";
  ///   in the form of glp_scale_prob.
  private static func balance(
    _ program: LinearProgram, _ matrix: CompressedRows, rows: inout [Double],
    columns: inout [Double]
  ) {
    for _ in 0..<8 {
      var extremes = [(least: Double, most: Double)](
        repeating: (.infinity, 0), count: columns.count)
      for row in rows.indices {
        let entries = matrix.range(ofRow: row)
        let sizes = entries.map {
          abs(matrix.coefficients[$0]) * columns[Int(matrix.columns[$0])]
        }
        guard let least = sizes.min(), let most = sizes.max() else { continue }
        rows[row] = 1 / (least.squareRoot() * most.squareRoot())
        for entry in entries {
          let column = Int(matrix.columns[entry])
          let size = abs(matrix.coefficients[entry]) * rows[row]
          extremes[column].least = min(extremes[column].least, size)
          extremes[column].most = max(extremes[column].most, size)
        }
      }
      for column in columns.indices
      where extremes[column].most > 0 && !program.columns[column].domain.isIntegral {
        columns[column] =
          1 / (extremes[column].least.squareRoot() * extremes[column].most.squareRoot())
      }
    }
    columns = columns.map(powerOfTwo(near:))
    for row in rows.indices { rows[row] = unit(ofRow: row, of: matrix, columns: columns) }
  }

  /// What makes the largest coefficient of a row lie between 1 and 2, or nearly so.
  private static func unit(ofRow row: Int, of matrix: CompressedRows, columns: [Double]) -> Double {
    let sizes = matrix.range(ofRow: row).map {
      abs(matrix.coefficients[$0]) * columns[Int(matrix.columns[$0])]
    }
    return powerOfTwo(near: 1 / (sizes.max() ?? 1))
  }

  private static func powerOfTwo(near number: Double) -> Double {
    guard number.isNormal else { return 1 }
    // Within what a product of two of them can hold.
    return scalbn(1.0, max(-300, min(300, Int(number.exponent))))
  }
}

// MARK: - Back to the program's own units

extension Scaling {
  /// Values of variables.
  func ownValues(_ values: [Double]) -> [Double] {
    isIdentity ? values : zip(values, columns).map { $0 * $1 }
  }

  /// Values of variables as GLPK sees them.
  func seenValues(_ values: [Double]) -> [Double] {
    isIdentity ? values : zip(values, columns).map { $0 / $1 }
  }

  func ownReducedCosts(_ costs: [Double]) -> [Double] {
    isIdentity ? costs : zip(costs, columns).map { $0 / ($1 * objective) }
  }

  func ownDuals(_ duals: [Double]) -> [Double] {
    isIdentity ? duals : zip(duals, rows).map { $0 * $1 / objective }
  }

  /// Multipliers that combine the constraints.
  func ownMultipliers(_ multipliers: [Double]) -> [Double] {
    isIdentity ? multipliers : zip(multipliers, rows).map { $0 * $1 }
  }

  /// An objective, or a bound on it.
  func ownObjective(_ value: Double) -> Double { value / objective }
}
