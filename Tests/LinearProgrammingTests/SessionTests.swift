import LinearProgramming
import Testing

@Suite("Live sessions")
struct SessionTests {
  /// Rolls of width 100 cut into pieces; patterns are priced in by a knapsack of their own.
  @Test("cutting stock by column generation ends at the optimum of all patterns")
  func columnGeneration() throws {
    let widths = [45.0, 36, 31, 14]
    let demands = [97.0, 610, 395, 211]
    var master = LinearProgram("rolls")
    let constraints = widths.indices.map { piece in
      let pattern = master.variable("only \(piece)", cost: 1)
      let each = (100 / widths[piece]).rounded(.down)
      return master.constrain("demand \(piece)", each * pattern >= demands[piece])
    }

    var session = try Session(master)
    var solution = try session.solve()
    var rounds = 0
    while rounds < 50 {
      var pricing = LinearProgram("pattern")
      let counts = pricing.variables("count", count: widths.count, .integer)
      pricing.constrain(dot(widths, counts) <= 100)
      pricing.maximise(dot(solution.duals, counts))
      let best = try #require(try pricing.solve().point)
      if best.objective <= 1 + 1e-9 { break }
      let pattern = session.program.variable("pattern \(rounds)", cost: 1)
      for (constraint, count) in zip(constraints, counts) where best[count] > 0 {
        session.program.add(best[count], pattern, to: constraint)
      }
      solution = try session.solve()
      rounds += 1
    }
    // Gilmore and Gomory's example, Chvátal 1983, "Linear Programming", chapter 13: 452¼ rolls.
    #expect(isClose(solution.objective, 452.25))
    #expect(rounds >= 1)
    #expect(isClose(try session.program.solve().objective, solution.objective))
  }

  @Test("rows, columns, bounds and costs that change in a session give what a fresh solve gives")
  func anyChange() throws {
    for seed in UInt64(1)...30 {
      var random = SeededGenerator(seed: seed)
      let family: ProgramFamily = seed.isMultiple(of: 3) ? .knapsack : .randomLinear
      var session = try Session(family.program(seed: seed))
      for step in 0..<8 {
        let variables = session.program.variables
        let constraints = session.program.constraints
        let variable = variables[random.integer(0...(variables.count - 1))]
        switch random.integer(0...5) {
        case 0:
          let low = random.double(-4...4)
          if session.program.domain(of: variable) != .binary {
            session.program.setBounds(.between(low, low + 5), of: variable)
          }
        case 1:
          session.program.setCost(random.double(-9...9), of: variable)
        case 2:
          session.program.constrain(
            dot(variables.map { _ in random.double(-2...2) }, variables) <= random.double(0...20))
        case 3:
          let new = session.program.variable(in: .between(0, 3), cost: random.double(-9...9))
          session.program.add(random.double(1...4), new, to: constraints[0])
        case 4:
          session.program.setBounds(.atMost(random.double(-3...30)), of: constraints[0])
        default:
          // A coefficient of what was there already.
          session.program.add(1, variable, to: constraints[0])
        }
        let live = try session.solve()
        let fresh = try session.program.solve()
        #expect(live.termination == fresh.termination, "\(seed), \(step): \(session.program)")
        if live.termination != .optimal { continue }
        #expect(
          isClose(live.objective, fresh.objective, tolerance: 1e-7),
          "\(seed), \(step): \(session.program)")
      }
    }
  }

  @Test("a re-solve after one bound changed takes fewer iterations than a fresh solve")
  func warm() throws {
    var program = LinearProgram()
    var random = SeededGenerator(seed: 1)
    let cells = (0..<30).map { program.variables("x[\($0)]", count: 30) }
    for k in 0..<30 {
      program.constrain(cells[k].sum() == 1)
      program.constrain(cells.map { $0[k] }.sum() == 1)
    }
    let all = cells.flatMap { $0 }
    program.minimise(dot(all.map { _ in random.double(0...999) }, all))
    var session = try Session(program)
    let first = try session.solve()
    let used = try #require(all.first { first[$0] == 1 })
    session.program.setBounds(.exactly(0), of: used)
    let second = try session.solve()
    #expect(second.termination == .optimal)
    #expect(second.iterations * 3 < first.iterations)
    #expect(isClose(second.objective, try session.program.solve().objective))
  }

  @Test("a session whose program is replaced by another one solves that one")
  func replaced() throws {
    var session = try Session(ProgramFamily.knapsack.program(seed: 1))
    _ = try session.solve()
    session.program = ProgramFamily.assignment.program(seed: 2)
    #expect(
      try session.solve().objective == ProgramFamily.assignment.program(seed: 2).solve().objective)
  }

  @Test("a fault that appears in a session is thrown, and gone once it is mended")
  func mended() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 4))
    program.maximise(x)
    var session = try Session(program)
    session.program.setBounds(.between(2, 1), of: x)
    do {
      _ = try session.solve()
      Issue.record("crossed bounds were accepted")
    } catch {
      #expect(error.description.contains("variable 'x' has the lower bound 2.0"))
    }
    session.program.setBounds(.between(1, 2), of: x)
    #expect(try session.solve().objective == 2)
  }

  @Test("programs without variables, without constraints, or with empty constraints are solved")
  func degenerate() throws {
    #expect(try LinearProgram().solve().objective == 0)

    var noRows = LinearProgram()
    let x = noRows.variable("x", in: .between(-2, 3), .integer)
    noRows.minimise(2 * x + 1)
    #expect(try noRows.solve().objective == -3)
    noRows.setBounds(.free, of: x)
    #expect(try noRows.solve().termination == .unbounded)

    var empty = LinearProgram()
    empty.constrain("true", LinearExpression() <= 1)
    #expect(try empty.solve().termination == .optimal)
    empty.constrain("false", LinearExpression() >= 1)
    let solution = try empty.solve()
    #expect(solution.termination == .infeasible)
    #expect(solution.farkasCertificate?.multipliers == [0, 1])
  }
}
