import CGLPK

extension GLPKProblem {
  /// A problem that holds the whole of `program`.
  ///
  /// - Precondition: the program has no faults.
  static func holding(_ program: LinearProgram) throws(SolverError) -> GLPKProblem {
    let problem = try GLPKProblem(program.sense)
    try problem.load(program)
    return problem
  }

  private func load(_ program: LinearProgram) throws(SolverError) {
    try addRows(program.rows[...])
    try addColumns(program.columns[...])
    try call { cglpk_set_cost($0, 0, program.objectiveConstant) }

    let matrix = program.matrix()
    var rows: [Int32] = [0]
    rows.reserveCapacity(matrix.columns.count + 1)
    for row in 0..<program.constraintCount {
      rows.append(contentsOf: repeatElement(Int32(row + 1), count: matrix.range(ofRow: row).count))
    }
    let columns = [0] + matrix.columns.map { $0 + 1 }
    let coefficients = [0] + matrix.coefficients
    try call { cglpk_load($0, Int32(rows.count - 1), rows, columns, coefficients) }
  }

  private func addRows(_ rows: ArraySlice<LinearProgram.Row>) throws(SolverError) {
    let lower = rows.map(\.bounds.lower)
    let upper = rows.map(\.bounds.upper)
    try call { cglpk_add_rows($0, Int32(rows.count), lower, upper) }
  }

  private func addColumns(_ columns: ArraySlice<LinearProgram.Column>) throws(SolverError) {
    let lower = columns.map(\.bounds.lower)
    let upper = columns.map(\.bounds.upper)
    let costs = columns.map(\.cost)
    let integral = columns.map { UInt8($0.domain.isIntegral ? 1 : 0) }
    try call { cglpk_add_columns($0, Int32(columns.count), lower, upper, costs, integral) }
  }
}

// MARK: - Growing

extension GLPKProblem {
  /// What a program has gained and changed since GLPK last saw it.
  struct Growth {
    let old: LinearProgram
    let changedRows: [Int]
    let changedColumns: [Int]
    let changedCosts: [Int]
    let hasNewRows: Bool

    /// New rows and other bounds leave a dual feasible basis; new columns and costs a primal one.
    var favoursDual: Bool { hasNewRows || !changedRows.isEmpty || !changedColumns.isEmpty }

    /// nil when the program changed in a way that asks for a fresh problem: a coefficient between a
    /// variable and a constraint that were both there, or a program that did not grow from the old.
    ///
    /// - Precondition: the new program has at least the old one's variables and constraints.
    init?(from old: LinearProgram, to new: LinearProgram) {
      guard new.entries.starts(with: old.entries),
        zip(old.columns, new.columns).allSatisfy({ $0.domain == $1.domain })
      else { return nil }
      for entry in old.entries.count..<new.entries.count
      where new.entries.rows[entry] < old.constraintCount
        && new.entries.columns[entry] < old.variableCount
      {
        return nil
      }
      self.old = old
      hasNewRows = new.constraintCount > old.constraintCount
      changedRows = old.rows.indices.filter { old.rows[$0].bounds != new.rows[$0].bounds }
      changedColumns = old.columns.indices.filter {
        old.columns[$0].bounds != new.columns[$0].bounds
      }
      changedCosts = old.columns.indices.filter { old.columns[$0].cost != new.columns[$0].cost }
    }
  }

  /// Carries over what `program` gained, in time proportional to the gain and the number of rows and
  /// columns; the basis stays.
  func apply(_ growth: Growth, of program: LinearProgram) throws(SolverError) {
    let old = growth.old
    for row in growth.changedRows {
      let bounds = program.rows[row].bounds
      try call { cglpk_set_row_bounds($0, Int32(row + 1), bounds.lower, bounds.upper) }
    }
    for column in growth.changedColumns {
      let bounds = program.columns[column].bounds
      try call { cglpk_set_column_bounds($0, Int32(column + 1), bounds.lower, bounds.upper) }
    }
    for column in growth.changedCosts {
      let cost = program.columns[column].cost
      try call { cglpk_set_cost($0, Int32(column + 1), cost) }
    }
    if program.objectiveConstant != old.objectiveConstant {
      try call { cglpk_set_cost($0, 0, program.objectiveConstant) }
    }
    if program.sense != old.sense {
      try call { cglpk_set_direction($0, program.sense.direction) }
    }
    try addRows(program.rows[old.constraintCount...])
    try addColumns(program.columns[old.variableCount...])
    try fillColumns(old: old, program)
    try fillRows(old: old, program)
  }

  /// The entries of new columns in old rows.
  private func fillColumns(old: LinearProgram, _ program: LinearProgram) throws(SolverError) {
    guard program.variableCount > old.variableCount else { return }
    var turned = SparseEntries()
    for entry in old.entries.count..<program.entries.count
    where program.entries.rows[entry] < old.constraintCount {
      turned.append(
        row: program.entries.columns[entry], column: program.entries.rows[entry],
        program.entries.coefficients[entry])
    }
    let newColumns = old.variableCount..<program.variableCount
    let matrix = turned.byRow(rows: newColumns, columnCount: old.constraintCount)
    for column in newColumns {
      let range = matrix.range(ofRow: column)
      let rows = [0] + matrix.columns[range].map { $0 + 1 }
      let coefficients = [0] + matrix.coefficients[range]
      try call {
        cglpk_set_column($0, Int32(column + 1), Int32(range.count), rows, coefficients)
      }
    }
  }

  /// The entries of new rows, in old and new columns.
  private func fillRows(old: LinearProgram, _ program: LinearProgram) throws(SolverError) {
    let newRows = old.constraintCount..<program.constraintCount
    guard !newRows.isEmpty else { return }
    let matrix = program.entries.byRow(
      from: old.entries.count, rows: newRows, columnCount: program.variableCount)
    for row in newRows {
      let range = matrix.range(ofRow: row)
      let columns = [0] + matrix.columns[range].map { $0 + 1 }
      let coefficients = [0] + matrix.coefficients[range]
      try call { cglpk_set_row($0, Int32(row + 1), Int32(range.count), columns, coefficients) }
    }
  }
}
