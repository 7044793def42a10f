/// By how much groups of constraints must give way for a program to become feasible.
public struct LeastRelaxation: Sendable {
  /// For each group, in the order given, the amount by which every one of its constraints gives way,
  /// in the unit of the constraints.
  public let amounts: [Double]
  /// A point that satisfies the program with its groups so relaxed; by variable index.
  public let values: [Double]
  /// Whether no smaller weighted sum of amounts would do; false when a limit ended the solve.
  public let isProven: Bool
}

extension LinearProgram {
  /// The least weighted sum of amounts by which `groups` must give way for a feasible point to exist.
  ///
  /// One group alone gives the nearest single change that would fit. The bounds of variables and the
  /// constraints in no group hold as they are.
  ///
  /// - Returns: nil when no relaxation of these groups is enough, or a limit was met before one was
  ///   found.
  /// - Throws: as `solve`; a group with a constraint of another program is a fault.
  public func leastRelaxation(
    of groups: [ConstraintGroup], _ options: SolveOptions = SolveOptions()
  ) throws(SolverError) -> LeastRelaxation? {
    try check(groups)
    let elastic = elasticProgram(groups)
    var options = options
    options.start = nil
    options.basis = nil
    let solution = try elastic.program.solve(options)
    guard let point = solution.point else { return nil }
    return LeastRelaxation(
      amounts: elastic.amounts.map { point[$0] },
      values: Array(point.values.prefix(variableCount)),
      isProven: solution.termination == .optimal)
  }

  /// This program with one more variable for each group, by which all its constraints give way, and
  /// their weighted sum to be minimised.
  func elasticProgram(_ groups: [ConstraintGroup]) -> (
    program: LinearProgram, amounts: [Variable]
  ) {
    var elastic = self
    elastic.minimise(LinearExpression())
    let amounts = groups.map { group in
      elastic.variable("relaxation of \(group.name)", cost: group.weight)
    }
    var slack = [Int: LinearExpression]()
    for (group, amount) in zip(groups, amounts) {
      for constraint in group.constraints {
        slack[Int(constraint.index), default: LinearExpression()] += amount
      }
    }

    let matrix = matrix()
    for (row, slack) in slack.sorted(by: { $0.key < $1.key }) {
      let bounds = rows[row].bounds
      let constraint = Constraint(index: Int32(row), program: identity)
      let givesWayUpwards = bounds.upper.isFinite
      for term in slack.terms {
        elastic.add(givesWayUpwards ? -1 : 1, term.variable, to: constraint)
      }
      guard bounds.lower.isFinite && bounds.upper.isFinite else { continue }
      // With two ends, the constraint keeps the upper one and a copy takes the lower one.
      elastic.setBounds(.atMost(bounds.upper), of: constraint)
      let terms = matrix.range(ofRow: row).map { entry in
        LinearExpression.Term(
          matrix.coefficients[entry], Variable(index: matrix.columns[entry], program: identity))
      }
      elastic.constrain(
        "\(rowName(row)), lower end", LinearExpression(terms) + slack >= bounds.lower)
    }
    return (elastic, amounts)
  }
}
