import Foundation
import LinearProgramming
import Testing

@Suite("GLPK never ends the process, and never crosses threads")
struct RobustnessTests {
  private func optimum(_ seed: UInt64) throws -> Double? {
    try ProgramFamily.makespan.program(seed: seed).solve().objective
  }

  @Test("200 concurrent solves give what the same solves give one after another")
  func concurrent() async throws {
    let expected = try (0..<20).map { try optimum(UInt64($0)) }
    let found = try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
      for k in 0..<200 {
        group.addTask { (k, try optimum(UInt64(k % 20))) }
      }
      var found = [Double?](repeating: nil, count: 200)
      for try await (k, objective) in group { found[k] = objective }
      return found
    }
    for k in 0..<200 { #expect(found[k] == expected[k % 20]) }
  }

  @Test("100 failures in a row, of three kinds, are errors with GLPK's words, and solves go on")
  func aborts() throws {
    for k in 0..<100 {
      do {
        try provokeSolverFailure(kind: k % 3)
        Issue.record("no failure")
      } catch {
        let words = ["row number out of range", "Assertion failed", "memory"][k % 3]
        #expect(error.description.hasPrefix("GLPK gave up: "))
        #expect(error.description.contains(words), "\(error)")
      }
      #expect(try optimum(UInt64(k % 5)) != nil)
    }
  }

  @Test("a session outlives a failure on its thread: it starts afresh from its last basis")
  func sessionAfterFailure() throws {
    var session = try Session(ProgramFamily.assignment.program(seed: 9))
    let first = try session.solve()
    #expect(throws: SolverError.self) { try provokeSolverFailure(kind: 0) }
    let second = try session.solve()
    #expect(second.objective == first.objective)
    #expect(second.iterations == 0)
  }

  @Test("threads that come and go leave nothing behind")
  func shortLivedThreads() throws {
    let expected = try optimum(1)
    for _ in 0..<50 {
      let done = DispatchSemaphore(value: 0)
      let box = Box()
      Thread.detachNewThread {
        box.objective = try? optimum(1)
        done.signal()
      }
      done.wait()
      #expect(box.objective == expected)
    }
  }

  /// Carries one number out of a thread that has ended.
  private final class Box: @unchecked Sendable {
    var objective: Double?
  }

  @Test("a failure that no arithmetic confirms is told, not an optimum")
  func unconfirmed() throws {
    // The exact optimum needs x = 1e16 · y, beyond what any tolerance of GLPK resolves.
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1e16))
    let y = program.variable("y", in: .between(0, 1))
    program.constrain(x - 1e16 * y == 0)
    program.constrain(x + 1e-9 * y >= 3)
    program.minimise(x)
    let solution = try program.solve()
    if case .optimal = solution.termination {
      #expect(isClose(solution.objective, 3, tolerance: 1e-6))
    }
    #expect(solution.termination != .infeasible)
    #expect(solution.objectiveBound <= 3)
  }
}
