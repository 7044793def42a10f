import LinearProgramming
import Testing

@Suite("Why a program is infeasible")
struct InfeasibilityTests {
  /// 30 units of work on two machines with memory for 10 each, within a deadline.
  private struct Plant {
    let program: LinearProgram
    let work, memory, deadline, spare: ConstraintGroup

    init() {
      var program = LinearProgram("plant")
      let on = program.variables("on", count: 2)
      work = ConstraintGroup("work", [program.constrain("work", on.sum() >= 30)])
      memory = ConstraintGroup(
        "memory", on.map { program.constrain("memory of \($0.index)", $0 <= 10) })
      deadline = ConstraintGroup(
        "deadline", [program.constrain("deadline", Relation(2 * on[0], in: .between(0, 70)))])
      spare = ConstraintGroup(
        "spare", [program.constrain("spare", on[0] - on[1] <= 5)])
      self.program = program
    }

    var groups: [ConstraintGroup] { [spare, work, memory, deadline] }
  }

  private func subsystem(_ program: LinearProgram, _ groups: [ConstraintGroup]) throws
    -> InfeasibleSubsystem?
  {
    guard case .infeasible(let found) = try program.infeasibleSubsystem(of: groups) else {
      return nil
    }
    return found
  }

  @Test("work of 30 and memory of 2 × 10 clash; the deadline and the spare row have no part in it")
  func clash() throws {
    let plant = Plant()
    let found = try #require(try subsystem(plant.program, plant.groups))
    #expect(found.groups.map(\.name) == ["work", "memory"])
    #expect(found.isMinimal)
    let proof = try #require(found.certificate)
    #expect(proof.proves(plant.program))
    #expect(
      proof.constraints(of: plant.program).map(plant.program.name(of:)) == [
        "work", "memory of 0", "memory of 1",
      ])
  }

  @Test("memory must give way by 5 on each machine, or the work by 10")
  func nearest() throws {
    let plant = Plant()
    let memory = try #require(try plant.program.leastRelaxation(of: [plant.memory]))
    #expect(isClose(memory.amounts[0], 5))
    #expect(memory.isProven)
    let work = try #require(try plant.program.leastRelaxation(of: [plant.work]))
    #expect(isClose(work.amounts[0], 10))
    #expect(try plant.program.leastRelaxation(of: [plant.deadline, plant.spare]) == nil)
  }

  @Test("the weights decide which group gives way")
  func weights() throws {
    let plant = Plant()
    let dear = ConstraintGroup("memory", plant.memory.constraints, weight: 10)
    let relaxation = try #require(try plant.program.leastRelaxation(of: [dear, plant.work]))
    #expect(isClose(relaxation.amounts[0], 0))
    #expect(isClose(relaxation.amounts[1], 10))
  }

  @Test("a range gives way at either end")
  func ranges() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 10))
    let band = ConstraintGroup("band", [program.constrain(Relation(x, in: .between(12, 15)))])
    #expect(isClose(try program.leastRelaxation(of: [band])?.amounts[0], 2))
    program.setBounds(.between(-8, -3), of: band.constraints[0])
    #expect(isClose(try program.leastRelaxation(of: [band])?.amounts[0], 3))
  }

  @Test("of three groups that each clash with the rest one is named, and always the same")
  func alternatives() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1))
    let groups = ["a", "b", "c"].map { name in
      ConstraintGroup(name, [program.constrain(name, x >= 2)])
    }
    let found = try #require(try subsystem(program, groups))
    #expect(found.groups.count == 1)
    #expect(try subsystem(program, groups)?.groups == found.groups)
  }

  @Test("a clash of whole numbers only is found without a certificate")
  func wholeNumbers() throws {
    var program = LinearProgram()
    let n = program.variables("n", count: 2, in: .between(0, 9), .integer)
    let odd = ConstraintGroup("odd", [program.constrain(2 * n[0] + 2 * n[1] == 7)])
    let loose = ConstraintGroup("loose", [program.constrain(n.sum() <= 8)])
    let found = try #require(try subsystem(program, [loose, odd]))
    #expect(found.groups.map(\.name) == ["odd"])
    #expect(found.isMinimal)
    #expect(found.certificate == nil)
  }

  @Test("constraints in no group can clash by themselves, and then no group is named")
  func ungrouped() throws {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1))
    program.constrain(x >= 2)
    let other = ConstraintGroup("other", [program.constrain(x <= 0.5)])
    let found = try #require(try subsystem(program, [other]))
    #expect(found.groups.isEmpty)
  }

  @Test("a feasible program has no infeasible subsystem but a point")
  func feasible() throws {
    var program = LinearProgram()
    let x = program.variable("x")
    let low = ConstraintGroup("low", [program.constrain(x >= 2)])
    program.minimise(3 * x)
    guard case .feasible(let point) = try program.infeasibleSubsystem(of: [low]) else {
      Issue.record("infeasible")
      return
    }
    #expect(point[x] >= 2)
    #expect(isClose(point.objective, 3 * point[x]))
  }

  @Test("no group of the subsystems of 40 random infeasible programs and more can be left out")
  func minimality() throws {
    var seen = 0
    for seed in UInt64(1)...80 {
      let family: ProgramFamily = seed.isMultiple(of: 2) ? .randomLinear : .randomInteger
      let program = family.program(seed: 1000 + seed)
      let groups = program.constraints.map { ConstraintGroup(program.name(of: $0), [$0]) }
      guard let found = try subsystem(program, groups), found.isMinimal else { continue }
      seen += 1
      func isInfeasible(_ kept: [ConstraintGroup]) throws -> Bool {
        var reduced = program
        reduced.minimise(LinearExpression())
        for group in groups where !kept.contains(group) {
          reduced.setBounds(.free, of: group.constraints[0])
        }
        return try reduced.solve().feasibility == .infeasible
      }
      #expect(try isInfeasible(found.groups), "\(program)")
      for left in found.groups {
        #expect(try !isInfeasible(found.groups.filter { $0 != left }), "\(program)")
      }
    }
    #expect(seen >= 40)
  }

  @Test("every infeasible program without whole numbers comes with a proof that arithmetic accepts")
  func certificates() throws {
    var proofs = 0
    for family in [ProgramFamily.randomLinear, .transportation, .setPartition] {
      for seed in UInt64(2000)..<2060 {
        let program = family.program(seed: seed).relaxed
        let solution = try program.solve()
        guard solution.termination == .infeasible else { continue }
        proofs += 1
        let proof = try #require(solution.farkasCertificate)
        #expect(proof.proves(program))
        var loosened = program
        for constraint in proof.constraints(of: program) {
          loosened.setBounds(.free, of: constraint)
        }
        #expect(!proof.proves(loosened))
      }
    }
    #expect(proofs >= 40)
  }

  @Test("multipliers that prove nothing make no certificate")
  func nothingProven() {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 1))
    program.constrain(x >= 1)
    #expect(FarkasCertificate(multipliers: [1], for: program) == nil)
    #expect(FarkasCertificate(multipliers: [1, 1], for: program) == nil)
    #expect(FarkasCertificate(multipliers: [.nan], for: program) == nil)
  }
}
