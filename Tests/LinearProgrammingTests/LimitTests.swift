import Testing

@testable import LinearProgramming

@Suite("Limits end a solve with the best point so far and a valid bound")
struct LimitTests {
  /// Twenty jobs on four unlike machines with a continuous load: thousands of nodes to prove.
  private static let hard: LinearProgram = {
    var random = SeededGenerator(seed: 5)
    var program = LinearProgram("makespan")
    let load = program.variable("load")
    let on = (0..<20).map { program.variables("on[\($0)]", count: 4, .binary) }
    for job in on { program.constrain(job.sum() == 1) }
    for machine in 0..<4 {
      let times = on.map { _ in random.double(10...99) }
      program.constrain(dot(times, on.map { $0[machine] }) <= load)
    }
    program.minimise(load)
    return program
  }()

  private func expectSound(_ solution: Solution, optimum: Double) {
    #expect(solution.objectiveBound <= optimum)
    if let objective = solution.objective {
      #expect(objective >= optimum)
      #expect(solution.feasibility == .feasible)
      #expect(solution.relativeGap <= 1)
    } else {
      #expect(solution.feasibility == .unknown)
      #expect(solution.relativeGap == .infinity)
    }
  }

  @Test("a node limit stops at that many subproblems, with a point and a bound on either side")
  func nodes() throws {
    let optimum = try #require(try Self.hard.solve().objective)
    var last = -Double.infinity
    for limit in [1, 3, 30, 300] {
      var options = SolveOptions()
      options.nodeLimit = limit
      let solution = try Self.hard.solve(options)
      #expect(solution.termination == .nodeLimit)
      #expect(solution.nodes <= limit && solution.nodes > limit - 2)
      expectSound(solution, optimum: optimum)
      #expect(solution.objectiveBound >= last)
      last = solution.objectiveBound
    }
  }

  @Test("a method that takes too many iterations gives way to the other, and the last to words")
  func endless() throws {
    var program = LinearProgram("two methods")
    let x = program.variable("x", cost: -1)
    let y = program.variable("y", cost: -1)
    program.constrain(x + y <= 15)
    program.constrain(x - y <= 3)
    program.constrain(y - x <= 3)
    var session = try Session(program)
    session.endlessIterations = 1
    let stalled = try session.solve()
    #expect(
      stalled.termination
        == .numericalFailure("GLPK's simplex method did not end in 1 iterations"))
    #expect(stalled.objectiveBound <= -15)
    session.endlessIterations = nil
    #expect(isClose(try session.solve().objective, -15))
  }

  @Test("two solves under a node limit agree in every digit")
  func deterministic() throws {
    var options = SolveOptions()
    options.nodeLimit = 200
    let first = try Self.hard.solve(options)
    let second = try Self.hard.solve(options)
    #expect(first.point == second.point)
    #expect(first.objectiveBound == second.objectiveBound)
    #expect(first.iterations == second.iterations)
  }

  @Test("with a gap of 5 % the search stops when the bound is that near, and not before")
  func gap() throws {
    let exact = try Self.hard.solve()
    var options = SolveOptions()
    options.relativeGap = 0.05
    let solution = try Self.hard.solve(options)
    #expect(solution.termination == .gapReached)
    #expect(solution.relativeGap <= 0.05)
    #expect(solution.nodes < exact.nodes)
    expectSound(solution, optimum: try #require(exact.objective))
  }

  @Test("an iteration limit stops the search, and the relaxation too")
  func iterations() throws {
    let optimum = try #require(try Self.hard.solve().objective)
    for (limit, within) in [(1, 10), (20, 40), (300, 400)] {
      var options = SolveOptions()
      options.iterationLimit = limit
      let solution = try Self.hard.solve(options)
      #expect(solution.termination == .iterationLimit)
      #expect(solution.iterations <= within)
      expectSound(solution, optimum: optimum)
    }
  }

  @Test("no time at all still gives a solution that claims nothing false")
  func time() throws {
    let optimum = try #require(try Self.hard.solve().objective)
    var options = SolveOptions()
    options.timeLimit = .zero
    let solution = try Self.hard.solve(options)
    #expect([.timeLimit, .optimal].contains(solution.termination))
    expectSound(solution, optimum: optimum)
  }

  @Test("a cancelled task stops the search as a limit does")
  func cancelled() async throws {
    let optimum = try #require(try Self.hard.solve().objective)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try Self.hard.solve()
    }
    let solution = try await task.value
    #expect(solution.termination == .cancelled)
    expectSound(solution, optimum: optimum)
  }

  @Test("an iteration limit on a program that is infeasible claims nothing about it")
  func infeasibleUnderLimit() throws {
    var program = LinearProgram()
    let x = program.variables("x", count: 12)
    for k in 0..<11 { program.constrain(x[k + 1] - 2 * x[k] >= 1) }
    program.constrain(x[11] <= 100)
    #expect(try program.solve().termination == .infeasible)
    var options = SolveOptions()
    options.iterationLimit = 1
    let solution = try program.solve(options)
    #expect(solution.termination == .iterationLimit)
    #expect(solution.feasibility == .unknown)
    #expect(solution.point == nil)
  }
}
