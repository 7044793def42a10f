import InputFiles
import Testing

@testable import CostModel

@Suite("A calibration file states coefficients on top of the shipped ones")
struct CalibrationFileTests {
  private func read(_ text: String) throws(InputFaults) -> CalibrationFile {
    try JSONDocument.parse(text, file: "calibration.json").read(CalibrationFile.shape)
  }

  private func file(_ coefficients: String) -> String {
    #"{"formatVersion":1,"kind":"calibration","name":"ours","coefficients":{\#(coefficients)}}"#
  }

  @Test("Its values stand in the calibration, and all others are the shipped ones")
  func values() throws {
    let file = try read(
      file(#""networks.infiniband-400":0.77,"stacks.megatron-core@0.16.tensorExposed":0.33"#))
    #expect(file.name == "ours")
    for coefficient in Coefficient.all {
      let expected: Double? =
        switch coefficient.name {
        case "networks.infiniband-400": 0.77
        case "stacks.megatron-core@0.16.tensorExposed": 0.33
        default: coefficient.value(in: .shipped)
        }
      #expect(coefficient.value(in: file.calibration) == expected, "\(coefficient.name)")
    }
  }

  @Test("Without a name, a version or a kind it is a calibration too")
  func least() throws {
    let file = try read(#"{"coefficients":{"accelerators.own card.slowness":1.5}}"#)
    #expect(file == CalibrationFile(coefficients: ["accelerators.own card.slowness": 1.5]))
    #expect(file.calibration.slownesses["own card"] == 1.5)
  }

  @Test("Written, its coefficients are sorted, and it reads back as itself")
  func roundTrip() throws {
    let file = CalibrationFile(
      name: "b \"c\"",
      coefficients: ["networks.roce": 0.5, "generations.hopper.odd": 2.25, "networks.efa": 0.1])
    let text = JSONText.compact(file.json)
    #expect(
      text == #"{"formatVersion":1,"kind":"calibration","name":"b \"c\"","coefficients":"#
        + #"{"generations.hopper.odd":2.25,"networks.efa":0.1,"networks.roce":0.5}}"#)
    #expect(try read(text) == file)
  }

  @Test("Made from a calibration, it states what differs from the shipped one alone")
  func differences() throws {
    var calibration = Calibration.shipped
    #expect(
      CalibrationFile(name: "same", calibration, coefficients: Coefficient.all).coefficients == [:])
    try #require(Coefficient.named("networks.roce")).set(0.123, in: &calibration)
    let file = CalibrationFile(name: "other", calibration, coefficients: Coefficient.all)
    #expect(file.coefficients == ["networks.roce": 0.123])
  }

  @Test(
    "What is wrong in it is told with its place",
    arguments: [
      ("[]", "1:1: error: the document is an array, but must be an object"),
      (
        "{}",
        "1:1: error: the document needs the key 'coefficients'"
      ),
      (
        #"{"coefficients":{},"colour":1}"#,
        "1:20: error: the document has no key 'colour'; it may have 'formatVersion', 'kind', "
          + "'name' and 'coefficients'"
      ),
      (
        #"{"coefficients":[]}"#,
        "1:17: error: coefficients is an array, but must be an object of coefficients"
      ),
      (
        #"{"formatVersion":2,"coefficients":{}}"#,
        "1:18: error: formatVersion is 2, but must be 1"
      ),
      (
        #"{"kind":"plan","coefficients":{}}"#,
        "1:9: error: kind is \"plan\", but must be \"calibration\""
      ),
      (
        #"{"coefficients":{"networks.infiniband-40":0.5}}"#,
        "1:18: error: coefficients has no coefficient \"networks.infiniband-40\"; did you mean "
          + "\"networks.infiniband-400\"?"
      ),
      (
        #"{"coefficients":{"colour":0.5}}"#,
        "1:18: error: coefficients has no coefficient \"colour\""
      ),
      (
        #"{"coefficients":{"networks.roce":0}}"#,
        "1:34: error: coefficients[\"networks.roce\"] is 0, but must be from 1e-07 to 10000"
      ),
      (
        #"{"coefficients":{"networks.roce":-0.5}}"#,
        "1:34: error: coefficients[\"networks.roce\"] is -0.5, but must be from 1e-07 to 10000"
      ),
      (
        #"{"coefficients":{"networks.roce":1e5}}"#,
        "1:34: error: coefficients[\"networks.roce\"] is 1e5, but must be from 1e-07 to 10000"
      ),
      (
        #"{"coefficients":{"networks.roce":"fast"}}"#,
        "1:34: error: coefficients[\"networks.roce\"] is \"fast\", but must be a number from 1e-07 "
          + "to 10000"
      ),
    ])
  func faults(text: String, message: String) throws {
    let faults = try #require(throws: InputFaults.self) { try read(text) }
    #expect(faults.description == "calibration.json:" + message)
  }

  @Test("All that is wrong in it is told at once")
  func several() throws {
    let faults = try #require(throws: InputFaults.self) {
      try read(file(#""networks.roce":0,"networks.rose":1,"colour":2"#))
    }
    #expect(faults.faults.count == 3)
  }
}
