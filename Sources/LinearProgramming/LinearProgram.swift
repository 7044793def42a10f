/// A linear or mixed-integer program as a plain value: unknowns, an objective, and constraints.
///
/// ```swift
/// var program = LinearProgram("two products")
/// let x = program.variable("x"), y = program.variable("y", in: .between(0, 4), .integer)
/// program.constrain("steel", 2 * x + y <= 9)
/// program.maximise(3 * x + 2 * y)
/// let solution = try program.solve()
/// ```
///
/// Building never fails: what is not a program (a coefficient that is no number, crossed bounds, a
/// variable of another program) is kept as a fault that `faults` lists and `solve` throws, so GLPK
/// never sees it. Building takes time in proportion to what is added.
public struct LinearProgram: Sendable {
  /// Which way the objective is driven.
  public enum Sense: Sendable, Equatable {
    case minimise
    case maximise
  }

  /// One unknown, as it was declared.
  struct Column: Sendable {
    var name: String
    var bounds: Bounds
    var domain: Domain
    var cost: Double
  }

  /// One constraint, as it was declared; its coefficients are in `entries`.
  struct Row: Sendable {
    var name: String
    var bounds: Bounds
  }

  /// What the program decides, for people to read.
  public var name: String
  public private(set) var sense = Sense.minimise
  /// The part of the objective that no variable changes.
  public private(set) var objectiveConstant = 0.0

  let identity = ProgramIdentity.next()
  private(set) var columns: [Column] = []
  private(set) var rows: [Row] = []
  private(set) var entries = SparseEntries()
  private(set) var foreignUses: [ProgramFault] = []
  private(set) var integralCount = 0

  public init(_ name: String = "") {
    self.name = name
  }
}

// MARK: - What there is

extension LinearProgram {
  public var variableCount: Int { columns.count }
  public var constraintCount: Int { rows.count }
  /// Whether some variable may take whole numbers only.
  public var isMixedInteger: Bool { integralCount > 0 }

  public var variables: [Variable] {
    columns.indices.map { Variable(index: Int32($0), program: identity) }
  }

  public var constraints: [Constraint] {
    rows.indices.map { Constraint(index: Int32($0), program: identity) }
  }

  /// The name of a variable: the one it was given, or `x` with its index.
  public func name(of variable: Variable) -> String { columnName(place(of: variable)) }

  /// The name of a constraint: the one it was given, or `c` with its index.
  public func name(of constraint: Constraint) -> String { rowName(place(of: constraint)) }

  public func bounds(of variable: Variable) -> Bounds { columns[place(of: variable)].bounds }
  public func domain(of variable: Variable) -> Domain { columns[place(of: variable)].domain }
  public func cost(of variable: Variable) -> Double { columns[place(of: variable)].cost }

  /// Where the constraint's expression, without its constant, must lie.
  public func bounds(of constraint: Constraint) -> Bounds { rows[place(of: constraint)].bounds }

  func columnName(_ column: Int) -> String {
    columns[column].name.isEmpty ? "x\(column)" : columns[column].name
  }

  func rowName(_ row: Int) -> String {
    rows[row].name.isEmpty ? "c\(row)" : rows[row].name
  }

  /// The index of an own variable.
  func place(of variable: Variable) -> Int {
    precondition(owns(variable), "a variable of another program")
    return Int(variable.index)
  }

  /// The index of an own constraint.
  func place(of constraint: Constraint) -> Int {
    precondition(owns(constraint), "a constraint of another program")
    return Int(constraint.index)
  }

  // A copy may have grown apart from the original, hence the comparison of indices too.

  func owns(_ variable: Variable) -> Bool {
    variable.program == identity && Int(variable.index) < columns.count
  }

  func owns(_ constraint: Constraint) -> Bool {
    constraint.program == identity && Int(constraint.index) < rows.count
  }
}

// MARK: - Building

extension LinearProgram {
  /// Adds an unknown.
  ///
  /// - Parameters:
  ///   - bounds: where it must lie; a binary variable lies in 0...1 whatever is said here.
  ///   - cost: its coefficient in the objective.
  @discardableResult
  public mutating func variable(
    _ name: String = "", in bounds: Bounds = .nonNegative, _ domain: Domain = .continuous,
    cost: Double = 0
  ) -> Variable {
    let bounds = domain == .binary ? .unit : bounds
    columns.append(Column(name: name, bounds: bounds, domain: domain, cost: cost))
    if domain.isIntegral { integralCount += 1 }
    return Variable(index: Int32(columns.count - 1), program: identity)
  }

  /// Adds `count` alike unknowns, named `name[0]`, `name[1]`, ….
  public mutating func variables(
    _ name: String, count: Int, in bounds: Bounds = .nonNegative, _ domain: Domain = .continuous
  ) -> [Variable] {
    columns.reserveCapacity(columns.count + count)
    return (0..<count).map { variable("\(name)[\($0)]", in: bounds, domain) }
  }

  /// Adds a constraint without a name of its own.
  @discardableResult
  public mutating func constrain(_ relation: Relation) -> Constraint {
    constrain("", relation)
  }

  /// Adds a constraint; a constant in the expression moves to the other side.
  @discardableResult
  public mutating func constrain(_ name: String, _ relation: Relation) -> Constraint {
    let row = rows.count
    rows.append(
      Row(name: name, bounds: relation.bounds.shifted(by: -relation.expression.constant)))
    for term in relation.expression.terms {
      enter(term.coefficient, row: row, term.variable)
    }
    return Constraint(index: Int32(row), program: identity)
  }

  /// Adds `coefficient` · `variable` to the expression of a constraint that is already there.
  public mutating func add(_ coefficient: Double, _ variable: Variable, to constraint: Constraint) {
    guard owns(constraint) else {
      foreignUses.append(.foreignConstraint(in: "a term added to a constraint"))
      return
    }
    enter(coefficient, row: Int(constraint.index), variable)
  }

  /// Makes the objective the least possible value of `expression`.
  public mutating func minimise(_ expression: some Linear) {
    setObjective(.minimise, expression.expression)
  }

  /// Makes the objective the greatest possible value of `expression`.
  public mutating func maximise(_ expression: some Linear) {
    setObjective(.maximise, expression.expression)
  }

  /// Sets which way the objective is driven, and keeps the costs.
  public mutating func setSense(_ sense: Sense) { self.sense = sense }

  public mutating func setCost(_ cost: Double, of variable: Variable) {
    columns[place(of: variable)].cost = cost
  }

  public mutating func setBounds(_ bounds: Bounds, of variable: Variable) {
    columns[place(of: variable)].bounds = bounds
  }

  public mutating func setBounds(_ bounds: Bounds, of constraint: Constraint) {
    rows[place(of: constraint)].bounds = bounds
  }

  mutating func setBounds(_ bounds: Bounds, ofColumn column: Int) {
    columns[column].bounds = bounds
  }

  /// This program without its whole-number demands.
  public var relaxed: LinearProgram {
    var relaxed = self
    for column in columns.indices { relaxed.columns[column].domain = .continuous }
    relaxed.integralCount = 0
    return relaxed
  }

  /// This program in the units of `scaling`.
  func restated(in scaling: Scaling) -> LinearProgram {
    if scaling.isIdentity { return self }
    var restated = self
    restated.objectiveConstant *= scaling.objective
    for (index, factor) in scaling.rows.enumerated() {
      restated.rows[index].bounds = rows[index].bounds.scaled(by: factor)
    }
    for (index, unit) in scaling.columns.enumerated() {
      restated.columns[index].bounds = columns[index].bounds.scaled(by: 1 / unit)
      restated.columns[index].cost *= unit * scaling.objective
    }
    restated.entries.scale(rows: scaling.rows, columns: scaling.columns)
    return restated
  }

  private mutating func enter(_ coefficient: Double, row: Int, _ variable: Variable) {
    if owns(variable) {
      entries.append(row: Int32(row), column: variable.index, coefficient)
    } else {
      foreignUses.append(.foreignVariable(in: "constraint '\(rowName(row))'"))
    }
  }

  private mutating func setObjective(_ sense: Sense, _ expression: LinearExpression) {
    self.sense = sense
    objectiveConstant = expression.constant
    for column in columns.indices { columns[column].cost = 0 }
    for term in expression.terms {
      if owns(term.variable) {
        columns[Int(term.variable.index)].cost += term.coefficient
      } else {
        foreignUses.append(.foreignVariable(in: "the objective"))
      }
    }
  }
}
