import LinearProgramming
import Testing

@Suite("What is no program is refused before the solver sees it")
struct FaultTests {
  /// A program with one variable and one constraint, changed by `spoil`, and why it is refused.
  private func faults(_ spoil: (inout LinearProgram, Variable) -> Void) -> [String] {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1))
    program.constrain("fine", x <= 1)
    spoil(&program, x)
    do {
      _ = try program.solve()
      return []
    } catch {
      guard case .invalidProgram(let faults) = error else { return ["\(error)"] }
      return faults.map(\.description)
    }
  }

  @Test("a coefficient that is no number or infinite is named with its variable and constraint")
  func coefficients() {
    for (value, text) in [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
      #expect(
        faults { program, x in program.constrain("row", value * x <= 1) } == [
          "the coefficient of 'x' in constraint 'row' is \(text), but must be finite"
        ])
    }
  }

  @Test("coefficients that overflow when they are added up are refused")
  func overflow() {
    let largest = Double.greatestFiniteMagnitude
    #expect(
      faults { program, x in program.constrain("row", largest * x + largest * x <= 1) } == [
        "the coefficient of 'x' in constraint 'row' is inf, but must be finite"
      ])
  }

  @Test("a cost or a constant that is no number is refused")
  func objective() {
    #expect(
      faults { program, x in program.minimise(Double.nan * x + .infinity) } == [
        "the objective's constant is inf, but must be finite",
        "the cost of 'x' is nan, but must be finite",
      ])
  }

  @Test("crossed bounds are refused with both ends")
  func crossed() {
    #expect(
      faults { program, _ in program.variable("y", in: .between(3, 2)) } == [
        "variable 'y' has the lower bound 3.0 above its upper bound 2.0"
      ])
    #expect(
      faults { program, x in program.constrain("row", Relation(x, in: .between(1, 0))) } == [
        "constraint 'row' has the lower bound 1.0 above its upper bound 0.0"
      ])
  }

  @Test("a bound that is no number, or infinite on the wrong side, is refused")
  func impossible() {
    #expect(
      faults { program, x in program.constrain("row", x <= .nan) } == [
        "constraint 'row' lies between -inf and nan, where no number lies"
      ])
    #expect(
      faults { program, _ in program.variable("y", in: .atLeast(.infinity)) } == [
        "variable 'y' lies between inf and inf, where no number lies"
      ])
  }

  @Test("a variable of another program is refused wherever it stands")
  func foreign() {
    var other = LinearProgram()
    let foreign = other.variable("foreign")
    #expect(
      faults { program, x in
        program.constrain("row", x + foreign <= 1)
        program.minimise(foreign)
      } == [
        "constraint 'row' has a variable of another program",
        "the objective has a variable of another program",
      ])
  }

  @Test("a variable made in a copy is unknown to the original")
  func copies() {
    var original = LinearProgram()
    original.variable("x")
    var copy = original
    let new = copy.variable("new")
    original.constrain("row", new <= 1)
    #expect(original.faults == [.foreignVariable(in: "constraint 'row'")])
  }

  @Test("all faults come at once")
  func allAtOnce() {
    let found = faults { program, x in
      program.variable("y", in: .between(1, 0))
      program.constrain("row", Double.nan * x <= .nan)
    }
    #expect(found.count == 3)
  }

  @Test("a group with a constraint of another program is refused by name")
  func groups() throws {
    var other = LinearProgram()
    let foreign = other.constrain(other.variable() <= 1)
    let program = LinearProgram()
    let error = #expect(throws: SolverError.self) {
      try program.infeasibleSubsystem(of: [ConstraintGroup("deadline", [foreign])])
    }
    #expect(
      error?.description
        == "not a program: group 'deadline' has a constraint of another program")
  }
}
