import Foundation
import Testing

@Suite("plan calibrate RUNS")
struct CalibrateTests {
  /// What `validate` predicts of runs, in order.
  private func predicted(_ program: Program, _ arguments: [String] = []) throws -> [Double] {
    let outcome = try program.run(["validate", "runs.jsonl", "--json", "--rows"] + arguments)
    let json = try outcome.json()
    return try #require(json["rows"] as? [[String: Any]]).map {
      try #require($0["predictedStepSeconds"] as? Double)
    }
  }

  /// A folder with runs that all took 1.3 times as long as is predicted.
  private func measured() throws -> Program {
    let program = try Program(files: ["runs.jsonl": Samples.runs()])
    try program.write(
      Samples.runs(try predicted(program).map { 1.3 * $0 }), to: "runs.jsonl")
    return program
  }

  @Test("in a pipe, standard output is the calibration as one line of JSON")
  func pipe() throws {
    let program = try measured()
    let outcome = try program.run(["calibrate", "runs.jsonl", "--name", "a \"b\""])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.count { $0 == "\n" } == 1)
    let prefix = #"{"formatVersion":1,"kind":"calibration","name":"a \"b\"","coefficients":{""#
    #expect(outcome.output.hasPrefix(prefix))
    let json = try outcome.json()
    let coefficients = try #require(json["coefficients"] as? [String: Double])
    #expect(
      coefficients.keys.allSatisfy {
        $0.hasPrefix("generations.hopper.") || $0.hasPrefix("networks.infiniband-400")
          || $0.hasPrefix("stacks.megatron-core@0.16.") || $0.hasPrefix("accelerators.H100")
      })
    #expect(try program.files() == ["runs.jsonl"])
  }

  @Test("-o writes the calibration and tells the errors, under which the runs are predicted better")
  func output() throws {
    let program = try measured()
    try program.write("old", to: "calibration.json")
    let before = try program.validated()
    let outcome = try program.run(["calibrate", "runs.jsonl", "-o", "calibration.json"])
    #expect(outcome.status == 0)
    #expect(outcome.output == "")
    let report = try #require(
      outcome.errors.firstMatch(
        of: /^4 runs, mean error 23\.1 % before and ([0-9.]+) % after\n/))
    #expect(try #require(Double(report.1)) < 10)
    #expect(abs(before - 0.3 / 1.3) < 1e-6)
    #expect(try program.validated(["--calibration", "calibration.json"]) < before / 2)
    #expect(try program.read("calibration.json").hasPrefix(#"{"formatVersion":1,"#))
  }

  @Test("two fits of the same runs give the same bytes, from a file or from standard input")
  func deterministic() throws {
    let program = try measured()
    let first = try program.run(["calibrate", "runs.jsonl"]).output
    #expect(try program.run(["calibrate", "runs.jsonl"]).output == first)
    let text = try program.read("runs.jsonl")
    #expect(try program.run(["calibrate", "-"], input: text).output == first)
  }

  @Test("one run is enough, and is one run")
  func one() throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs([0.5])])
    let outcome = try program.run(["calibrate", "runs.jsonl", "-o", "calibration.json"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("1 run, mean error "))
  }

  @Test("runs without a step time leave nothing to fit, and no file is touched")
  func nothing() throws {
    let text = Samples.runs().replacing(
      #""stepSeconds":0.5"#, with: #""peaks":[{"gibibytes":9,"kind":"device"}]"#)
    let program = try Program(files: ["runs.jsonl": text])
    try program.write("old", to: "calibration.json")
    let outcome = try program.run(["calibrate", "runs.jsonl", "-o", "calibration.json"])
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(
      outcome.errors
        == "error: no run has a measured step time, so that there is nothing to fit\n")
    #expect(try program.read("calibration.json") == "old")
  }

  @Test("--show lists every coefficient with its unit, its meaning, its default and its origin")
  func show() throws {
    let outcome = try Program().run(["calibrate", "--show", "--json"])
    #expect(outcome.status == 0)
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    #expect(rows.count > 50)
    for row in rows {
      #expect(Set(row.keys) == ["name", "value", "unit", "meaning", "default", "origin"])
    }
    let text = try Program().run(["calibrate", "--show"]).output
    #expect(text.contains("\nstacks.megatron-core@0.16\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test("needs runs or --show, not both", arguments: [[], ["runs.jsonl", "--show"]])
  func usage(arguments: [String]) throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs()])
    let outcome = try program.run(["calibrate"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: Give a file of measured runs, or --show.\n"))
  }
}

extension Program {
  /// The mean error of the step time that `validate` tells of `runs.jsonl`.
  fileprivate func validated(_ arguments: [String] = []) throws -> Double {
    let json = try run(["validate", "runs.jsonl", "--json"] + arguments).json()
    let sources = try #require(json["sources"] as? [String: [String: Any]])
    return try #require(sources["ours"]?["stepTimeMAPE"] as? Double)
  }
}

extension Program.Outcome {
  /// Standard output as a JSON object.
  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}
