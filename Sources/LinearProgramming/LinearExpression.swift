/// A sum of variables with coefficients, plus a constant.
///
/// A variable may occur in several terms; its coefficients add up. Sums are built in place, so a sum
/// of n terms costs O(n), whether it is written as `a + b + c` or grown with `+=`.
public struct LinearExpression: Sendable {
  /// One variable with its coefficient.
  @frozen
  public struct Term: Sendable {
    public let variable: Variable
    public let coefficient: Double

    @inlinable
    public init(_ coefficient: Double, _ variable: Variable) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  public var terms: [Term]
  public var constant: Double

  /// The sum of `terms` and `constant`; 0 when both are left out.
  @inlinable
  public init(_ terms: [Term] = [], constant: Double = 0) {
    self.terms = terms
    self.constant = constant
  }

  /// Adds `coefficient` · `variable`.
  @inlinable
  public mutating func add(_ coefficient: Double, _ variable: Variable) {
    terms.append(Term(coefficient, variable))
  }

  /// The value at a point that gives each variable, by index, its value.
  func value(at values: [Double]) -> Double {
    terms.reduce(constant) { $0 + $1.coefficient * values[Int($1.variable.index)] }
  }
}

/// What can stand in a sum: a variable or an expression.
public protocol Linear {
  var expression: LinearExpression { get }
}

extension Variable: Linear {
  @inlinable
  public var expression: LinearExpression { LinearExpression([.init(1, self)]) }
}

extension LinearExpression: Linear {
  @inlinable
  public var expression: LinearExpression { self }
}

extension Linear {
  @inlinable
  public static prefix func - (operand: Self) -> LinearExpression { -1 * operand }

  @inlinable
  public static func * (factor: Double, operand: Self) -> LinearExpression {
    var product = operand.expression
    for k in product.terms.indices {
      let term = product.terms[k]
      product.terms[k] = .init(factor * term.coefficient, term.variable)
    }
    // A factor that is no number spoils the terms only, where it is found and named.
    if product.constant != 0 { product.constant *= factor }
    return product
  }

  @inlinable
  public static func + (left: Self, right: some Linear) -> LinearExpression {
    var sum = left.expression
    sum += right
    return sum
  }

  @inlinable
  public static func - (left: Self, right: some Linear) -> LinearExpression {
    var difference = left.expression
    difference -= right
    return difference
  }

  @inlinable
  public static func + (left: Self, right: Double) -> LinearExpression {
    var sum = left.expression
    sum.constant += right
    return sum
  }

  @inlinable
  public static func - (left: Self, right: Double) -> LinearExpression { left + -right }
}

extension LinearExpression {
  // These two take their left operand over, so that a chain of sums grows one array.

  @inlinable
  public static func + (left: consuming LinearExpression, right: some Linear) -> LinearExpression {
    left += right
    return left
  }

  @inlinable
  public static func - (left: consuming LinearExpression, right: some Linear) -> LinearExpression {
    left -= right
    return left
  }

  @inlinable
  public static func += (sum: inout LinearExpression, addend: some Linear) {
    if let variable = addend as? Variable {
      sum.add(1, variable)
    } else {
      let addend = addend.expression
      sum.terms.append(contentsOf: addend.terms)
      sum.constant += addend.constant
    }
  }

  @inlinable
  public static func -= (sum: inout LinearExpression, subtrahend: some Linear) {
    sum += -1 * subtrahend.expression
  }
}

extension Sequence where Element == Variable {
  /// The sum of the variables.
  @inlinable
  public func sum() -> LinearExpression {
    LinearExpression(map { .init(1, $0) })
  }
}

/// The sum of the products of coefficients and variables taken in step.
///
/// - Precondition: there are as many coefficients as variables.
@inlinable
public func dot(_ coefficients: some Collection<Double>, _ variables: some Collection<Variable>)
  -> LinearExpression
{
  precondition(coefficients.count == variables.count, "as many coefficients as variables")
  return LinearExpression(zip(coefficients, variables).map { .init($0, $1) })
}
