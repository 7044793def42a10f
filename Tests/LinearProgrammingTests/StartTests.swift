import LinearProgramming
import Testing

@Suite("Warm starts and points known beforehand")
struct StartTests {
  @Test("from its own last basis a program needs no iteration")
  func basis() throws {
    for family in [ProgramFamily.assignment, .transportation] {
      let program = family.program(seed: 3)
      let first = try program.solve()
      var options = SolveOptions()
      options.basis = first.basis
      let second = try program.solve(options)
      #expect(first.iterations > 0)
      #expect(second.iterations == 0)
      #expect(second.point == first.point)
    }
  }

  @Test("a basis fits the program after it has grown")
  func grownBasis() throws {
    var program = ProgramFamily.assignment.program(seed: 3)
    var options = SolveOptions()
    options.basis = try program.solve().basis
    let x = program.variable("extra", in: .between(0, 5), cost: -1)
    program.constrain(x <= 4)
    #expect(try program.solve(options).termination == .optimal)
  }

  @Test("a basis of another program is refused with both sizes")
  func foreignBasis() throws {
    var program = LinearProgram()
    let x = program.variables("x", count: 3)
    program.constrain(x.sum() <= 2)
    program.maximise(x.sum())
    var smaller = LinearProgram()
    smaller.variable("y")
    var options = SolveOptions()
    options.basis = try program.solve().basis
    let error = #expect(throws: SolverError.self) { try smaller.solve(options) }
    #expect(
      error?.description == "cannot start from this basis: "
        + "it has 1 constraints and 3 variables, the program 0 and 1")
  }

  @Test("the optimum given as the start is returned as the optimum")
  func optimalStart() throws {
    for seed in UInt64(1)...20 {
      let program = ProgramFamily.makespan.program(seed: seed)
      let known = try program.solve()
      var options = SolveOptions()
      options.start = known.point
      let again = try program.solve(options)
      #expect(again.termination == .optimal)
      #expect(again.objective == known.objective)
      #expect(again.nodes <= known.nodes)
    }
  }

  @Test("under a limit that finds nothing, the point given comes back with the bound")
  func startUnderLimit() throws {
    let program = ProgramFamily.makespan.program(seed: 4)
    let optimum = try #require(try program.solve().objective)
    let machines = (program.constraints.filter { program.name(of: $0).hasPrefix("machine") }).count
    var values = program.variables.map { _ in 0.0 }
    values[0] = 1000
    for job in stride(from: 1, to: values.count, by: machines) { values[job] = 1 }
    var options = SolveOptions()
    options.start = try program.feasiblePoint(at: values)
    options.iterationLimit = 1
    let solution = try program.solve(options)
    #expect(solution.termination == .iterationLimit)
    #expect(solution.objective == 1000)
    #expect(solution.objectiveBound <= optimum)
  }

  @Test("a start that is no point of the program is refused with what it violates")
  func badStart() throws {
    var loose = LinearProgram()
    loose.variable("x", in: .between(0, 9))
    var tight = LinearProgram()
    tight.variable("x", in: .between(0, 3), .integer)
    var options = SolveOptions()
    options.start = try loose.feasiblePoint(at: [4])
    let error = #expect(throws: SolverError.self) { try tight.solve(options) }
    #expect(
      error?.description
        == "cannot start from this point: variable 'x' is 4.0, outside 0.0...3.0")
  }

  @Test("a claimed point is checked: bounds, whole numbers, constraints, and numbers at all")
  func checkedPoints() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 9))
    let n = program.variable("n", in: .between(0, 9), .integer)
    program.constrain("sum", x + n <= 10)
    program.maximise(2 * x + n)

    func violations(_ values: [Double]) -> [String] {
      do {
        _ = try program.feasiblePoint(at: values)
        return []
      } catch {
        return error.violations.map(\.description)
      }
    }
    #expect(violations([1, 2]) == [])
    #expect(violations([1]) == ["1 values for 2 variables"])
    #expect(violations([10, 0]) == ["variable 'x' is 10.0, outside 0.0...9.0"])
    #expect(violations([1, 0.5]) == ["variable 'n' is 0.5, not a whole number"])
    #expect(violations([9, 2]) == ["constraint 'sum' has the value 11.0, outside -inf...10.0"])
    #expect(violations([.nan, 2]).first == "variable 'x' is nan, outside 0.0...9.0")

    let point = try program.feasiblePoint(at: [1, 1.999_999_9])
    #expect(point[n] == 2)
    #expect(point.objective == 4)
    #expect(point[3 * x + n] == 5)
  }

  @Test("exact arithmetic confirms the optima of 60 programs")
  func exact() throws {
    var options = SolveOptions()
    options.exact = true
    for family in [ProgramFamily.assignment, .transportation, .knapsack] {
      for seed in UInt64(1)...20 {
        let program = family.program(seed: seed)
        let plain = try program.solve()
        let exact = try program.solve(options)
        #expect(exact.termination == plain.termination)
        #expect(exact.objective == plain.objective || isClose(exact.objective, plain.objective))
      }
    }
  }

  @Test("cuts and the other ways to branch reach the same optima")
  func branching() throws {
    var settings = [Branching()]
    var cutting = Branching()
    cutting.cuts = .all
    cutting.variable = .pseudocost
    settings.append(cutting)
    var deep = Branching()
    deep.node = .depthFirst
    deep.variable = .mostFractional
    settings.append(deep)
    for seed in UInt64(1)...15 {
      for family in [ProgramFamily.layerStages, .knapsack, .binPacking] {
        let program = family.program(seed: seed)
        let optima = try settings.map { setting in
          var options = SolveOptions()
          options.branching = setting
          return try program.solve(options).objective
        }
        #expect(optima.allSatisfy { isClose($0, optima[0], tolerance: 1e-7) })
      }
    }
  }
}
