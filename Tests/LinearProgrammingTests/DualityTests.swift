import LinearProgramming
import Testing

@Suite("Duals, bounds and optimality")
struct DualityTests {
  /// Generated programs without whole numbers, with their solutions at the optimum.
  private func optima() throws -> [(program: LinearProgram, solution: Solution)] {
    let families: [ProgramFamily] = [.assignment, .transportation, .randomLinear, .intervals]
    return try families.flatMap { family in
      try (UInt64(100)..<160).compactMap { seed in
        let program = family.program(seed: seed).relaxed
        let solution = try program.solve()
        return solution.termination == .optimal ? (program, solution) : nil
      }
    }
  }

  @Test("at 150 optima and more, duals satisfy the conditions of Karush, Kuhn and Tucker")
  func optimality() throws {
    let optima = try optima()
    #expect(optima.count >= 150)
    for (program, solution) in optima {
      let point = try #require(solution.point)
      let sign = program.sense == .minimise ? 1.0 : -1.0
      let matrix = program.matrix()
      var combined = program.variables.map(program.cost(of:))
      for constraint in program.constraints {
        let dual = solution.dual(of: constraint)
        var activity = 0.0
        for entry in matrix.range(ofRow: Int(constraint.index)) {
          let column = Int(matrix.columns[entry])
          combined[column] -= dual * matrix.coefficients[entry]
          activity += matrix.coefficients[entry] * point.values[column]
        }
        expectComplementary(sign * dual, activity, program.bounds(of: constraint), program)
      }
      for variable in program.variables {
        let reducedCost = solution.reducedCost(of: variable)
        #expect(isClose(reducedCost, combined[Int(variable.index)], tolerance: 1e-7))
        expectComplementary(
          sign * reducedCost, point[variable], program.bounds(of: variable), program)
      }
    }
  }

  /// A positive price holds its quantity at the lower bound, a negative one at the upper bound.
  private func expectComplementary(
    _ price: Double, _ value: Double, _ bounds: Bounds, _ program: LinearProgram
  ) {
    if price > 1e-7 {
      #expect(isClose(value, bounds.lower, tolerance: 1e-6), "\(program)")
    } else if price < -1e-7 {
      #expect(isClose(value, bounds.upper, tolerance: 1e-6), "\(program)")
    }
  }

  @Test("the safe bound of the duals at an optimum is the optimum to 1e-9, and never beyond it")
  func tightness() throws {
    for (program, solution) in try optima() {
      let bound = program.safeBound(duals: solution.duals)
      let sign = program.sense == .minimise ? 1.0 : -1.0
      let objective = try #require(solution.objective)
      #expect(isClose(bound, objective, tolerance: 1e-9), "\(program)")
      #expect(sign * bound <= sign * objective + 1e-12 * max(1, abs(objective)))
    }
  }

  @Test("any multipliers bound any feasible point, whole-number programs included")
  func weakDuality() throws {
    var random = SeededGenerator(seed: 7)
    for family in ProgramFamily.allCases {
      for seed in UInt64(200)..<220 {
        let program = family.program(seed: seed)
        guard let point = try program.solve().point else { continue }
        for _ in 0..<5 {
          let duals = (0..<program.constraintCount).map { _ in
            Double.random(in: -3...3, using: &random)
          }
          let bound = program.safeBound(duals: duals)
          if program.sense == .minimise {
            #expect(bound <= point.objective)
          } else {
            #expect(bound >= point.objective)
          }
        }
      }
    }
  }

  @Test("0.1 + 0.2 ≤ x does not make the safe bound exceed the sum of those two numbers")
  func rounding() {
    var program = LinearProgram()
    let x = program.variable("x", in: .atLeast(0.1))
    let y = program.variable("y", in: .atLeast(0.2))
    program.minimise(x + y)
    // The nearest number to the sum of the two is above it.
    #expect(0.1 + 0.2 > 0.3)
    #expect(program.safeBound(duals: []) <= 0.3)
    #expect(program.safeBound(duals: []) >= 0.3.nextDown.nextDown)
  }

  @Test("where rounding leaves a reduced cost below 0, an implied bound or smaller duals repair it")
  func repair() {
    var program = LinearProgram()
    let slowest = program.variable("slowest")
    let parts = program.variables("part", count: 10)
    for part in parts { program.constrain(1 * slowest - 0.7 * part >= 0.1) }
    program.constrain(parts.sum() == 10)
    program.minimise(slowest)
    // As numbers, ten times this add up to more than 1, so that 'slowest' has a cost below 0.
    let duals = parts.map { _ in 0.1.nextUp } + [0.07]
    let bound = program.safeBound(duals: duals)
    #expect(bound <= 0.8 && bound > 0.8 - 1e-9)
  }

  @Test("duals that ask for a side that a constraint does not have count as 0")
  func projection() {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 4))
    program.constrain(x <= 3)
    program.minimise(x)
    #expect(program.safeBound(duals: [5]) == 0)
    #expect(program.safeBound(duals: [.nan]) == 0)
    #expect(program.safeBound(duals: [-1]) == -3)
  }

  @Test("with more supply the optimum never rises")
  func monotone() throws {
    var program = LinearProgram()
    let flow = program.variables("flow", count: 2)
    let cheap = program.constrain("cheap", flow[0] <= 3)
    program.constrain("demand", flow.sum() >= 5)
    program.minimise(1 * flow[0] + 4 * flow[1])
    var last = Double.infinity
    for supply in [3.0, 4, 5, 6] {
      program.setBounds(.atMost(supply), of: cheap)
      let objective = try #require(try program.solve().objective)
      #expect(objective <= last)
      last = objective
    }
    #expect(last == 5)
  }
}
