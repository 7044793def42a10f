import Foundation
import LinearProgramming
import Testing

/// The folder into which the programs and our answers go, for an independent solver to check.
private let oracleDirectory = ProcessInfo.processInfo.environment["PLAN_ORACLE_DIRECTORY"]

@Suite("Programs for an independent solver")
struct OracleTests {
  @Test("600 generated programs are solved without a numerical failure", .timeLimit(.minutes(5)))
  func generated() throws {
    var lines: [String] = []
    for family in ProgramFamily.allCases {
      for seed in UInt64(1)...60 {
        let program = family.program(seed: seed)
        let solution = try program.solve()
        #expect(
          [.optimal, .infeasible, .unbounded].contains(solution.termination),
          "\(program.name): \(solution.termination)")
        lines.append(try OracleRecord(program, solution).line())
      }
    }
    #expect(lines.count == 600)
    try write(lines, to: "generated.jsonl")
  }

  @Test(
    "the small examples that come with GLPK are solved without a numerical failure",
    .enabled(if: ExampleFile.areInstalled, "Debian's glpk-utils is not installed"),
    .timeLimit(.minutes(5)), arguments: ExampleFile.all)
  func published(file: ExampleFile) throws {
    let program = try LinearProgram(reading: file.path, as: file.format)
    var options = SolveOptions()
    options.nodeLimit = 3000
    let solution = try program.solve(options)
    #expect(
      [.optimal, .unbounded, .nodeLimit].contains(solution.termination),
      "\(file): \(solution.termination)")
    if let optimum = file.optimum {
      #expect(isClose(solution.objective, optimum, tolerance: 1e-8))
    }
    try write([OracleRecord(program, solution).line()], to: "example-\(file.name).jsonl")
  }

  private func write(_ lines: [String], to name: String) throws {
    guard let oracleDirectory else { return }
    let file = URL(fileURLWithPath: oracleDirectory).appending(path: name)
    try Data(lines.joined(separator: "\n").appending("\n").utf8).write(to: file)
  }
}

/// A program and our answer to it, as `.ci/oracle/check_programs.py` reads them; nil stands for an
/// infinite number.
private struct OracleRecord: Encodable {
  struct Row: Encodable {
    let lower, upper: Double?
    let columns: [Int]
    let coefficients: [Double]
  }

  let name: String
  let maximise: Bool
  let constant: Double
  let cost: [Double]
  let lower, upper: [Double?]
  let whole: [Bool]
  let rows: [Row]
  let termination, feasibility: String
  let objective, bound: Double?
  let values, duals: [Double]

  init(_ program: LinearProgram, _ solution: Solution) {
    func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }
    let variables = program.variables
    let matrix = program.matrix()
    name = program.name
    maximise = program.sense == .maximise
    constant = program.objectiveConstant
    cost = variables.map(program.cost(of:))
    lower = variables.map { finite(program.bounds(of: $0).lower) }
    upper = variables.map { finite(program.bounds(of: $0).upper) }
    whole = variables.map { program.domain(of: $0) != .continuous }
    rows = program.constraints.map { constraint in
      let range = matrix.range(ofRow: Int(constraint.index))
      let bounds = program.bounds(of: constraint)
      return Row(
        lower: finite(bounds.lower), upper: finite(bounds.upper),
        columns: matrix.columns[range].map(Int.init),
        coefficients: Array(matrix.coefficients[range]))
    }
    termination = "\(solution.termination)"
    feasibility = "\(solution.feasibility)"
    objective = solution.objective
    bound = finite(solution.objectiveBound)
    values = solution.point?.values ?? []
    duals = solution.duals
  }

  func line() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }
}
