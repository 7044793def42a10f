import LinearProgramming
import Testing

@Suite("Units of any size")
struct UnitTests {
  /// The same program in other units: every row, every continuous column and the objective of it
  /// times a power of ten, the objective times `objectiveUnit`.
  private func restated(
    _ program: LinearProgram, seed: UInt64, objectiveUnit: Double
  ) -> LinearProgram {
    var random = SeededGenerator(seed: seed)
    var restated = LinearProgram(program.name)
    let matrix = program.matrix()
    var units: [Double] = []
    var objective = LinearExpression(constant: program.objectiveConstant * objectiveUnit)
    let variables = program.variables.map { variable in
      let isWhole = program.domain(of: variable) != .continuous
      let unit = isWhole ? 1 : tenTo(random.integer(-6...6))
      units.append(unit)
      let bounds = program.bounds(of: variable)
      let new = restated.variable(
        program.name(of: variable),
        in: .between(bounds.lower / unit, bounds.upper / unit), program.domain(of: variable))
      objective.add(program.cost(of: variable) * unit * objectiveUnit, new)
      return new
    }
    for constraint in program.constraints {
      let unit = tenTo(random.integer(-4...8))
      var sum = LinearExpression()
      for entry in matrix.range(ofRow: Int(constraint.index)) {
        let column = Int(matrix.columns[entry])
        sum.add(matrix.coefficients[entry] * units[column] * unit, variables[column])
      }
      let bounds = program.bounds(of: constraint)
      restated.constrain(
        program.name(of: constraint),
        Relation(sum, in: .between(bounds.lower * unit, bounds.upper * unit)))
    }
    if program.sense == .minimise {
      restated.minimise(objective)
    } else {
      restated.maximise(objective)
    }
    return restated
  }

  private func tenTo(_ power: Int) -> Double {
    (0..<abs(power)).reduce(1.0) { unit, _ in power > 0 ? unit * 10 : unit / 10 }
  }

  @Test("200 programs keep their optimum when bytes are counted in gigabytes and hours in seconds")
  func units() throws {
    for family in [ProgramFamily.transportation, .assignment, .intervals, .makespan, .knapsack] {
      for seed in UInt64(1)...40 {
        let program = family.program(seed: seed)
        let plain = try program.solve()
        let unit = tenTo(Int(seed % 19) - 9)
        let other = try restated(program, seed: seed, objectiveUnit: unit).solve()
        #expect(other.termination == plain.termination, "\(program.name)")
        if plain.termination == .optimal {
          #expect(isClose(other.objectiveBound / unit, plain.objective, tolerance: 1e-6))
          #expect(
            isClose(other.objective.map { $0 / unit }, plain.objective, tolerance: 1e-6),
            "\(program.name)")
        }
      }
    }
  }
}
