import LinearProgramming
import Testing

@Suite("A program's description is its algebra")
struct DescriptionTests {
  @Test("objective, named constraints, ranges, and each variable's domain are printed")
  func everything() {
    var program = LinearProgram("two products")
    let x = program.variable("x")
    let y = program.variable("y", in: .between(0, 4), .integer)
    let open = program.variable("open", .binary)
    let z = program.variable("z", in: .free)
    program.constrain("steel", 2 * x + y <= 9)
    program.constrain("band", Relation(x - y + 1, in: .between(-3, 2.5)))
    program.constrain(-1 * z == 0.5 * open)
    program.maximise(3 * x + 2 * y - z - 10)

    #expect(
      program.description == """
        two products
        maximise 3 x + 2 y − z − 10
        subject to
          steel: 2 x + y ≤ 9
          band: −4 ≤ x − y ≤ 1.5
          −z − 0.5 open = 0
        where
          x ≥ 0
          y ∈ {0, …, 4}
          open ∈ {0, 1}
          z free
        """)
  }

  @Test("variables declared alike share a line, and more than three are abbreviated")
  func runs() {
    var program = LinearProgram()
    let take = program.variables("take", count: 5, .binary)
    program.variable("a", in: .atMost(3))
    program.variable("b", in: .atMost(3))
    program.variable("n", in: .atLeast(2), .integer)
    program.variable("six", in: .exactly(6), .integer)
    program.minimise(take.sum())

    #expect(
      program.description == """
        minimise take[0] + take[1] + take[2] + take[3] + take[4]
        where
          take[0], …, take[4] ∈ {0, 1}
          a, b ≤ 3
          n ≥ 2, whole
          six = 6
        """)
  }

  @Test("a variable that occurs twice is printed once, and one that cancels not at all")
  func duplicates() {
    var program = LinearProgram()
    let x = program.variable("x", in: .between(0, 9))
    let y = program.variable("y", in: .between(0, 9))
    program.constrain("sum", x + x + y - y <= 10)
    program.minimise(x - x)

    #expect(
      program.description == """
        minimise 0
        subject to
          sum: 2 x ≤ 10
        where
          0 ≤ x, y ≤ 9
        """)
  }

  @Test("what has no name is called by its index")
  func unnamed() {
    var program = LinearProgram()
    let x = program.variable()
    let constraint = program.constrain(x >= 1)
    #expect(program.name(of: x) == "x0")
    #expect(program.name(of: constraint) == "c0")
    #expect(program.description == "minimise 0\nsubject to\n  x0 ≥ 1\nwhere\n  x0 ≥ 0")
  }
}
