import Foundation
import Testing

@Suite("plan CLUSTER MODEL --calibration FILE")
struct CalibratedPlanTests {
  private static let coefficients =
    #""generations.hopper.bf16":1.9,"networks.infiniband-400":0.5"#

  /// A folder with a plan under a calibration.
  private func planned() throws -> Program {
    let program = try Program(files: Samples.files)
    try program.write(
      "{\"name\":\"ours\",\"coefficients\":{\(Self.coefficients)}}", to: "calibration.json")
    let outcome = try program.run([
      "cluster.json", "model.json", "--calibration", "calibration.json", "-o", "plan.json",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return program
  }

  private func step(_ plan: String) throws -> Double {
    let json = try JSONSerialization.jsonObject(with: Data(plan.utf8)) as? [String: Any]
    return try #require((json?["prediction"] as? [String: Any])?["stepSeconds"] as? Double)
  }

  @Test("holds the coefficients by value, and is slower with slower products")
  func values() throws {
    let program = try planned()
    let plan = try program.read("plan.json")
    #expect(
      plan.contains(
        #""calibration":{"name":"ours","file":"calibration.json","content":{"formatVersion":1,"#
          + #""kind":"calibration","name":"ours","coefficients":{\#(Self.coefficients)}}}"#))
    let shipped = try program.run(["cluster.json", "model.json"])
    #expect(!shipped.output.contains(#""calibration":"#))
    #expect(try step(plan) > 1.2 * step(shipped.output))
  }

  @Test("passes its check, without the calibration's file")
  func check() throws {
    let program = try planned()
    try FileManager.default.removeItem(
      at: program.folder.url.appendingPathComponent("calibration.json"))
    let outcome = try program.run(["check", "plan.json"])
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test(
    "fails its check (5) once a stated coefficient is edited, removed or misspelt",
    arguments: [
      (#""generations.hopper.bf16":1.9"#, #""generations.hopper.bf16":1.8"#),
      (#""generations.hopper.bf16":1.9,"#, ""),
      (#""generations.hopper.bf16""#, #""generations.hopper.bf61""#),
    ])
  func edited(old: String, new: String) throws {
    let program = try planned()
    let plan = try program.read("plan.json")
    try program.write(plan.replacing(old, with: new), to: "edited.json")
    let outcome = try program.run(["check", "edited.json"])
    #expect(outcome.status == 5, "\(outcome.output)\(outcome.errors)")
  }

  @Test("comes from standard input too, of which there is one")
  func standardInput() throws {
    let program = try planned()
    let calibration = try program.read("calibration.json")
    let outcome = try program.run(
      ["cluster.json", "model.json", "--calibration", "-"], input: calibration)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#""file":"<stdin>""#))
    let twice = try program.run(["-", "model.json", "--calibration", "-"])
    #expect(twice.status == 64)
  }

  @Test(
    "is refused where a coefficient is unknown or out of range, and no file is touched",
    arguments: [
      (
        "networks.infiniband-40", "0.5",
        "calibration.json:1:32: error: coefficients has no coefficient \"networks.infiniband-40\"; "
          + "did you mean \"networks.infiniband-400\"?\n"
      ),
      (
        "networks.infiniband-400", "0",
        "calibration.json:1:58: error: coefficients[\"networks.infiniband-400\"] is 0, but must be "
          + "from 1e-07 to 10000\n"
      ),
    ])
  func refused(name: String, value: String, errors: String) throws {
    let program = try Program(files: Samples.files)
    try program.write("old", to: "plan.json")
    try program.write(
      "{\"name\":\"ours\",\"coefficients\":{\"\(name)\":\(value)}}", to: "calibration.json")
    let outcome = try program.run([
      "cluster.json", "model.json", "--calibration", "calibration.json", "-o", "plan.json",
    ])
    #expect(outcome.status == 65)
    #expect(outcome.errors == errors)
    #expect(outcome.output == "")
    #expect(try program.read("plan.json") == "old")
  }
}
