import CGLPK

/// A file format of programs that GLPK reads.
package enum ProgramFormat: Sendable {
  case fixedMPS
  case freeMPS
  case cplexLP
  /// GNU MathProg, model and data in one file.
  case mathProg

  fileprivate var letter: CChar {
    switch self {
    case .fixedMPS: 109  // m
    case .freeMPS: 102  // f
    case .cplexLP: 108  // l
    case .mathProg: 103  // g
    }
  }
}

extension LinearProgram {
  /// The program in a file, so that tests can solve published ones.
  ///
  /// - Throws: `SolverError.solverGaveUp` where GLPK cannot read it.
  package init(reading path: String, as format: ProgramFormat) throws(SolverError) {
    let problem = try GLPKProblem(.minimise)
    let code = try problem.code { cglpk_read_file($0, format.letter, path, $1) }
    guard code == 0 else { throw .solverGaveUp("cannot read \(path)") }
    self.init(path)
    try problem.copy(into: &self)
  }
}

extension GLPKProblem {
  fileprivate func copy(into program: inout LinearProgram) throws(SolverError) {
    try call { problem in
      program.setSense(glp_get_obj_dir(problem) == GLP_MIN ? .minimise : .maximise)
      var objective = LinearExpression(constant: glp_get_obj_coef(problem, 0))
      let variables = (0..<glp_get_num_cols(problem)).map { index in
        let column = index + 1
        let variable = program.variable(
          Self.text(glp_get_col_name(problem, column)),
          in: Self.bounds(
            glp_get_col_type(problem, column), glp_get_col_lb(problem, column),
            glp_get_col_ub(problem, column)),
          glp_get_col_kind(problem, column) == GLP_CV ? .continuous : .integer)
        objective.add(glp_get_obj_coef(problem, column), variable)
        return variable
      }
      if program.sense == .minimise {
        program.minimise(objective)
      } else {
        program.maximise(objective)
      }
      var columns = [Int32](repeating: 0, count: variables.count + 1)
      var coefficients = [Double](repeating: 0, count: variables.count + 1)
      for index in 0..<glp_get_num_rows(problem) {
        let row = index + 1
        let count = Int(glp_get_mat_row(problem, row, &columns, &coefficients))
        let terms = (1..<(count + 1)).map { entry in
          LinearExpression.Term(coefficients[entry], variables[Int(columns[entry]) - 1])
        }
        let bounds = Self.bounds(
          glp_get_row_type(problem, row), glp_get_row_lb(problem, row),
          glp_get_row_ub(problem, row))
        program.constrain(
          Self.text(glp_get_row_name(problem, row)),
          Relation(LinearExpression(terms), in: bounds))
      }
      return 0
    }
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }

  private static func bounds(_ type: Int32, _ lower: Double, _ upper: Double) -> Bounds {
    switch type {
    case GLP_FR: .free
    case GLP_LO: .atLeast(lower)
    case GLP_UP: .atMost(upper)
    case GLP_FX: .exactly(lower)
    default: .between(lower, upper)
    }
  }
}
