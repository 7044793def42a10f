import LinearProgramming
import Testing

@Suite("Whole-number programs against brute force")
struct BruteForceTests {
  @Test("300 random programs over a small box have the optimum that counting through it finds")
  func enumeration() throws {
    var infeasible = 0
    for seed in UInt64(1)...300 {
      var random = SeededGenerator(seed: seed)
      var program = LinearProgram("box \(seed)")
      let variables = (0..<random.integer(2...4)).map { index in
        let low = random.double(-3...1)
        return program.variable(
          "n\(index)", in: .between(low, low + random.double(0...4)), .integer)
      }
      for _ in 0..<random.integer(1...4) {
        let sum = dot(variables.map { _ in random.double(-6...6) }, variables)
        let right = random.double(-8...8)
        let bounds: [Bounds] = [
          .atMost(right), .atLeast(right), .between(right, right + 3), .exactly(right),
        ]
        program.constrain(Relation(sum, in: bounds[random.integer(0...3)]))
      }
      let objective = dot(variables.map { _ in random.double(-9...9) }, variables)
      if seed.isMultiple(of: 2) {
        program.minimise(objective)
      } else {
        program.maximise(objective)
      }

      let best = bestByCounting(program, variables)
      let solution = try program.solve()
      #expect(solution.objective == best, "\(program)")
      #expect(solution.termination == (best == nil ? .infeasible : .optimal), "\(program)")
      if let best { #expect(solution.objectiveBound == best) }
      infeasible += best == nil ? 1 : 0
    }
    // Both kinds occur.
    #expect((50...250).contains(infeasible))
  }

  /// The best objective over all whole points within the variables' bounds.
  private func bestByCounting(_ program: LinearProgram, _ variables: [Variable]) -> Double? {
    let ranges = variables.map { variable in
      let bounds = program.bounds(of: variable)
      return Array(stride(from: bounds.lower, through: bounds.upper, by: 1))
    }
    var best: Double?
    var values: [Double] = []
    func count(_ depth: Int) {
      if depth == ranges.count {
        guard let point = try? program.feasiblePoint(at: values) else { return }
        let better = { (one: Double, other: Double) in
          program.sense == .minimise ? one < other : one > other
        }
        if best.map({ better(point.objective, $0) }) ?? true { best = point.objective }
        return
      }
      for value in ranges[depth] {
        values.append(value)
        count(depth + 1)
        values.removeLast()
      }
    }
    count(0)
    return best
  }
}
