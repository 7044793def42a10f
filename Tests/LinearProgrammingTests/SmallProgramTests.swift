import LinearProgramming
import Testing

@Suite("Programs small enough to solve by hand")
struct SmallProgramTests {
  @Test("three kinds of wood: 2x + y ≤ 18, 2x + 3y ≤ 42, 3x + y ≤ 24 earn 33 at (3, 12)")
  func production() throws {
    var program = LinearProgram("production")
    let x = program.variable("x")
    let y = program.variable("y")
    let oak = program.constrain("oak", 2 * x + y <= 18)
    let ash = program.constrain("ash", 2 * x + 3 * y <= 42)
    let elm = program.constrain("elm", 3 * x + y <= 24)
    program.maximise(3 * x + 2 * y)

    let solution = try program.solve()
    #expect(solution.termination == .optimal)
    #expect(solution.feasibility == .feasible)
    #expect(isClose(solution.objective, 33))
    #expect(isClose(solution[x], 3))
    #expect(isClose(solution[y], 12))
    #expect(isClose(solution.objectiveBound, 33))
    #expect(solution.relativeGap < 1e-12)
    #expect(isClose(solution.dual(of: oak), 1.25))
    #expect(isClose(solution.dual(of: ash), 0.25))
    #expect(solution.dual(of: elm) == 0)
  }

  @Test("the knapsack of 16 with weights 3 4 5 9 14 and values 3 4 4 10 15 holds 14")
  func knapsack() throws {
    var program = LinearProgram("knapsack")
    let items = program.variables("take", count: 5, .binary)
    program.constrain("weight", dot([3, 4, 5, 9, 14], items) <= 16)
    program.maximise(dot([3, 4, 4, 10, 15], items))

    let solution = try program.solve()
    #expect(solution.termination == .optimal)
    #expect(solution.objective == 17)
    #expect(solution.objectiveBound == 17)
  }

  @Test("x ≤ 1 and x ≥ 2 is infeasible, and the constraint with multiplier 1 proves it")
  func infeasible() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1))
    program.constrain("demand", 1 * x >= 2)

    let solution = try program.solve()
    #expect(solution.termination == .infeasible)
    #expect(solution.feasibility == .infeasible)
    #expect(solution.point == nil)
    #expect(solution.farkasCertificate?.multipliers == [1])
  }

  @Test("max x with x ≥ y is unbounded along (1, 0) or (1, 1)")
  func unbounded() throws {
    var program = LinearProgram()
    let x = program.variable("x")
    let y = program.variable("y")
    program.constrain(x >= y)
    program.maximise(x)

    let solution = try program.solve()
    #expect(solution.termination == .unbounded)
    #expect(solution.objectiveBound == .infinity)
    #expect(solution.ray?[0] == 1)
  }
}
