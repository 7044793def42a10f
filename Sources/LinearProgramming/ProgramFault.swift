/// A reason why a value of type `LinearProgram` is no linear program.
public enum ProgramFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// A number that must be finite is not.
  case notFinite(what: String, value: Double)
  /// A bound that is no number, or that is infinite on the wrong side.
  case impossibleBound(what: String, bounds: Bounds)
  /// A lower bound above its upper bound.
  case crossedBounds(what: String, bounds: Bounds)
  /// A variable of another program, or one that was made in a copy of this program.
  case foreignVariable(in: String)
  /// A constraint of another program, or one that was made in a copy of this program.
  case foreignConstraint(in: String)

  public var description: String {
    switch self {
    case .notFinite(let what, let value):
      "\(what) is \(value), but must be finite"
    case .impossibleBound(let what, let bounds):
      "\(what) lies between \(bounds.lower) and \(bounds.upper), where no number lies"
    case .crossedBounds(let what, let bounds):
      "\(what) has the lower bound \(bounds.lower) above its upper bound \(bounds.upper)"
    case .foreignVariable(let place):
      "\(place) has a variable of another program"
    case .foreignConstraint(let place):
      "\(place) has a constraint of another program"
    }
  }
}

extension LinearProgram {
  /// Everything that keeps this value from being a program, in the order of its parts; empty for a
  /// sound program. Takes time in proportion to the program's size.
  public var faults: [ProgramFault] {
    var faults = foreignUses
    if !objectiveConstant.isFinite {
      faults.append(.notFinite(what: "the objective's constant", value: objectiveConstant))
    }
    for (index, column) in columns.enumerated() {
      if !column.cost.isFinite {
        faults.append(
          .notFinite(what: "the cost of '\(columnName(index))'", value: column.cost))
      }
      if let fault = column.bounds.fault(of: "variable '\(columnName(index))'") {
        faults.append(fault)
      }
    }
    for (index, row) in rows.enumerated() {
      if let fault = row.bounds.fault(of: "constraint '\(rowName(index))'") {
        faults.append(fault)
      }
    }
    return faults + coefficientFaults
  }

  /// Coefficients that are not finite; with coefficients near the largest number, their sums too.
  private var coefficientFaults: [ProgramFault] {
    var largest = 0.0
    for coefficient in entries.coefficients where !(abs(coefficient) <= largest) {
      largest = abs(coefficient)
      if !largest.isFinite { break }
    }
    guard largest > .greatestFiniteMagnitude / Double(max(1, entries.count)) || !largest.isFinite
    else { return [] }

    let matrix = matrix()
    return rows.indices.flatMap { row in
      matrix.range(ofRow: row).compactMap { entry in
        let coefficient = matrix.coefficients[entry]
        guard !coefficient.isFinite else { return nil }
        let column = columnName(Int(matrix.columns[entry]))
        return .notFinite(
          what: "the coefficient of '\(column)' in constraint '\(rowName(row))'",
          value: coefficient)
      }
    }
  }
}

extension Bounds {
  /// What is wrong with these bounds of `what`.
  fileprivate func fault(of what: @autoclosure () -> String) -> ProgramFault? {
    if lower <= upper && lower < .infinity && upper > -.infinity { return nil }
    if lower > upper { return .crossedBounds(what: what(), bounds: self) }
    return .impossibleBound(what: what(), bounds: self)
  }
}
