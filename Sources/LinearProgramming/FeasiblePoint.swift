/// One way in which a point misses a program.
public enum Violation: Sendable, Equatable, CustomStringConvertible {
  /// The point has a value for another number of variables than the program has.
  case valueCount(Int, expected: Int)
  /// A variable outside its bounds, or one without a value.
  case variable(String, value: Double, bounds: Bounds)
  /// A variable that must be whole and is not.
  case fractional(String, value: Double)
  /// A constraint whose expression lies outside its bounds.
  case constraint(String, value: Double, bounds: Bounds)

  public var description: String {
    switch self {
    case .valueCount(let count, let expected):
      "\(count) values for \(expected) variables"
    case .variable(let name, let value, let bounds):
      "variable '\(name)' is \(value), outside \(bounds.lower)...\(bounds.upper)"
    case .fractional(let name, let value):
      "variable '\(name)' is \(value), not a whole number"
    case .constraint(let name, let value, let bounds):
      "constraint '\(name)' has the value \(value), outside \(bounds.lower)...\(bounds.upper)"
    }
  }
}

/// A value for each variable of a program that satisfies the program, as plain arithmetic confirms.
///
/// There is no other way to make one than through that check, so the point of a `Solution` is right
/// whatever the solver believed.
public struct FeasiblePoint: Sendable, Equatable {
  /// The objective at this point.
  public let objective: Double
  /// The values by variable index; those of integer variables are whole numbers exactly.
  public let values: [Double]

  public subscript(variable: Variable) -> Double { values[Int(variable.index)] }

  /// The value of `expression` at this point.
  public subscript(expression: some Linear) -> Double {
    expression.expression.value(at: values)
  }
}

extension LinearProgram {
  /// How far a claimed point may miss a bound or a constraint, relative to the size of the numbers
  /// that the comparison adds up: ten times GLPK's own feasibility tolerance.
  public static let feasibilityTolerance = 1e-6
  /// How far a claimed whole number may be from one: GLPK's own integrality tolerance.
  public static let integralityTolerance = 1e-5

  /// The point at `values`, given by variable index, if it satisfies the program.
  ///
  /// Values that are whole within the tolerance are made whole, and values a tolerance outside their
  /// bounds are moved onto them, before the constraints are checked.
  ///
  /// - Throws: everything that the point violates.
  public func feasiblePoint(at values: [Double]) throws(InfeasiblePoint) -> FeasiblePoint {
    try feasiblePoint(at: values, relaxed: false)
  }

  /// As above; `relaxed` lets integer variables take fractional values.
  func feasiblePoint(at values: [Double], relaxed: Bool) throws(InfeasiblePoint) -> FeasiblePoint {
    guard values.count == variableCount else {
      throw InfeasiblePoint(violations: [.valueCount(values.count, expected: variableCount)])
    }
    var violations: [Violation] = []
    var settled = values
    for (index, column) in columns.enumerated() {
      var value = values[index]
      if column.domain.isIntegral && !relaxed {
        if abs(value - value.rounded()) <= Self.integralityTolerance {
          value = value.rounded()
        } else {
          violations.append(.fractional(columnName(index), value: value))
        }
      }
      // Negated, so that a value that is no number fails.
      let tolerance = Self.feasibilityTolerance * max(1, abs(value))
      if !(column.bounds.violation(of: value) <= tolerance && value.isFinite) {
        violations.append(
          .variable(columnName(index), value: value, bounds: column.bounds))
      }
      settled[index] = max(column.bounds.lower, min(column.bounds.upper, value))
    }
    violations += rowViolations(at: settled)
    guard violations.isEmpty else { throw InfeasiblePoint(violations: violations) }
    return FeasiblePoint(objective: objective(at: settled), values: settled)
  }

  /// The point with these values, every other variable at the bound nearest to 0.
  public func feasiblePoint(at values: [Variable: Double]) throws(InfeasiblePoint) -> FeasiblePoint
  {
    var all = columns.map { max($0.bounds.lower, min($0.bounds.upper, 0)) }
    for (variable, value) in values { all[place(of: variable)] = value }
    return try feasiblePoint(at: all)
  }

  /// The objective at any values, feasible or not.
  func objective(at values: [Double]) -> Double {
    zip(columns, values).reduce(objectiveConstant) { $0 + $1.0.cost * $1.1 }
  }

  private func rowViolations(at values: [Double]) -> [Violation] {
    var sums = [Double](repeating: 0, count: rows.count)
    // A row's tolerance is relative to its largest coefficient, so that its unit does not matter.
    var sizes = sums
    for k in 0..<entries.count {
      sizes[Int(entries.rows[k])] = max(sizes[Int(entries.rows[k])], abs(entries.coefficients[k]))
    }
    for k in 0..<entries.count {
      let product = entries.coefficients[k] * values[Int(entries.columns[k])]
      sums[Int(entries.rows[k])] += product
      sizes[Int(entries.rows[k])] += abs(product)
    }
    return rows.enumerated().compactMap { index, row in
      let tolerance = Self.feasibilityTolerance * (sizes[index] > 0 ? sizes[index] : 1)
      if row.bounds.violation(of: sums[index]) <= tolerance { return nil }
      return .constraint(rowName(index), value: sums[index], bounds: row.bounds)
    }
  }
}

/// What a point that is not feasible violates.
public struct InfeasiblePoint: Error, Sendable, Equatable, CustomStringConvertible {
  public let violations: [Violation]

  public var description: String {
    "not feasible: " + violations.map(\.description).joined(separator: "; ")
  }
}
