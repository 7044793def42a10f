/// What the simplex method learned about a program without its whole-number demands, as far as
/// arithmetic confirms it.
struct Relaxation {
  var termination: Termination
  /// The values by variable index; empty when they satisfy nothing.
  var values: [Double] = []
  /// The point at `values`, with integer variables as they came.
  var point: FeasiblePoint?
  /// In the sense of `Solution.objectiveBound`.
  var objectiveBound: Double
  var duals: [Double] = []
  var reducedCosts: [Double] = []
  var basis: Basis?
  var farkasCertificate: FarkasCertificate?
  var ray: [Double]?
  var iterations = 0

  /// This, as the solution of a program without whole numbers.
  func solution() -> Solution {
    let feasibility: Feasibility =
      switch termination {
      case .infeasible: .infeasible
      case .unbounded: .unbounded
      default: point == nil ? .unknown : .feasible
      }
    return solution(termination, feasibility, point, bound: objectiveBound)
  }

  /// A solution with this relaxation's duals and proofs.
  func solution(
    _ termination: Termination, _ feasibility: Feasibility, _ point: FeasiblePoint?, bound: Double,
    nodes: Int = 0, furtherIterations: Int = 0
  ) -> Solution {
    Solution(
      termination: termination, feasibility: feasibility, point: point, objectiveBound: bound,
      duals: duals, reducedCosts: reducedCosts, basis: basis,
      farkasCertificate: farkasCertificate, ray: ray, nodes: nodes,
      iterations: iterations + furtherIterations)
  }
}

// MARK: - What arithmetic confirms

extension LinearProgram {
  /// The bound that says nothing, and the bound of a program without feasible points.
  var noBound: Double { -sense.sign * .infinity }

  /// The size of the largest cost: what counts as 1 for the objective.
  var largestCost: Double { columns.reduce(0) { max($0, abs($1.cost)) } }

  /// Whether no variable has a cost, so that every basis is dual feasible.
  var asksForAnyPoint: Bool { columns.allSatisfy { $0.cost == 0 } }

  /// The tighter of two bounds.
  func tighter(_ one: Double, _ other: Double) -> Double {
    sense == .minimise ? max(one, other) : min(one, other)
  }

  /// Whether `one` is a strictly better objective than `other`.
  func isBetter(_ one: Double, than other: Double) -> Bool {
    sense == .minimise ? one < other : one > other
  }

  /// `bound`, but not beyond the objective of a point that is feasible.
  func clamp(_ bound: Double, to point: FeasiblePoint?) -> Double {
    guard let point else { return bound }
    return sense == .minimise ? min(bound, point.objective) : max(bound, point.objective)
  }

  /// The bound that `duals` give if it comes within the solver's tolerance of `objective`, which the
  /// solver claims to be the optimum; nil when it does not, so that the claim stands unconfirmed.
  ///
  /// The bound of exact arithmetic where there is one, else that of reduced costs which count as 0
  /// below the tolerance.
  func confirmedBound(objective: Double, duals: [Double]) -> Double? {
    let tolerance = 1e-6 * max(largestCost, abs(objective))
    func confirms(_ bound: Double) -> Bool { sense.sign * (objective - bound) <= tolerance }

    let safe = safeBound(duals: duals)
    if confirms(safe) { return safe }
    let lagrangian = LagrangianBound(
      self, costFactor: sense.sign, multipliers: duals.map { sense.sign * $0 })
    let tolerant = sense.sign * lagrangian.value(tolerance: 1e-6)
    return confirms(tolerant) ? tolerant : nil
  }

  /// `direction`, scaled, if from any feasible point it leads through feasible points only, and the
  /// objective improves along it; nil otherwise.
  func confirmedRay(_ direction: [Double]) -> [Double]? {
    let largest = direction.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    let tolerance = 1e-9
    let ray = direction.map { abs($0) <= tolerance * largest ? 0 : $0 / largest }

    func leaves(_ bounds: Bounds, _ rate: Double, size: Double) -> Bool {
      (rate > tolerance * size && bounds.upper < .infinity)
        || (rate < -tolerance * size && bounds.lower > -.infinity)
    }
    guard !zip(columns, ray).contains(where: { leaves($0.bounds, $1, size: 1) }) else { return nil }

    var rates = [Double](repeating: 0, count: rows.count)
    var sizes = [Double](repeating: 1, count: rows.count)
    for entry in 0..<entries.count {
      let product = entries.coefficients[entry] * ray[Int(entries.columns[entry])]
      rates[Int(entries.rows[entry])] += product
      sizes[Int(entries.rows[entry])] += abs(product)
    }
    for (row, index) in zip(rows, rows.indices)
    where leaves(row.bounds, rates[index], size: sizes[index]) {
      return nil
    }

    let products = zip(columns, ray).map { $0.cost * $1 }
    let size = products.reduce(0) { $0 + abs($1) }
    return sense.sign * products.reduce(0, +) < -tolerance * size ? ray : nil
  }
}
