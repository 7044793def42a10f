import Foundation
import Testing

/// A file of measured runs that cannot be read, and what the program must say.
struct BadRuns: Sendable, CustomTestStringConvertible {
  let title: String
  let bytes: [UInt8]
  var path = "runs.jsonl"
  var status: Int32 = 65
  let errors: String
  var testDescription: String { title }

  private init(
    _ title: String, _ bytes: [UInt8], path: String = "runs.jsonl", status: Int32 = 65,
    _ errors: String
  ) {
    self.title = title
    self.bytes = bytes
    self.path = path
    self.status = status
    self.errors = errors
  }

  /// The first of the sample's runs with one text in place of another.
  private static func run(
    _ title: String, _ old: String, _ new: String, _ errors: String
  ) -> BadRuns {
    BadRuns(title, Array(Samples.runs([0.5]).replacing(old, with: new).utf8), errors)
  }

  static let all: [BadRuns] = [
    BadRuns(
      "an empty file", [], "runs.jsonl: error: is empty, but must be a file of measured runs"),
    BadRuns(
      "a folder without files of runs", [], path: "/dev", status: 66,
      "/dev: error: is a directory, but must be a file"),
    BadRuns(
      "no such file", [], path: "other.jsonl", status: 66,
      "other.jsonl: error: cannot be opened: No such file or directory"),
    BadRuns(
      "not JSON", Array("step,seconds\n".utf8),
      "runs.jsonl:1:1: error: put \"step\" in double quotes, if it is meant as a string\n"
        + "runs.jsonl:1:5: error: found ',' behind the end of the document"),
    BadRuns(
      "a binary file", [0x7F, 0x45, 0x4C, 0x46, 0x02, 0xFF, 0x00, 0x0A],
      "runs.jsonl:1:1: error: expected a value, but found the character \\u007f"),
    BadRuns(
      "another document", Array("{\"name\":\"x\"}\n".utf8),
      "runs.jsonl:1:1: error: the document is no measured run: it has neither 'parallelism' and "
        + "'measured', nor 'hardware' and 'parallel', nor the 'rows' of SimuMax"),
    run(
      "an unknown key", #""citation""#, #""citatoin""#,
      "runs.jsonl:1:31: error: the document has no key 'citatoin'; did you mean 'citation'?"),
    run(
      "an unknown stack", "megatron-core@0.16", "megatron-core@0.17",
      "runs.jsonl:1:338: error: stack is \"megatron-core@0.17\", which names no stack; did you mean "
        + "\"megatron-core@0.16\"?"),
    run(
      "zero devices", #""nodes":2"#, #""nodes":0"#,
      "runs.jsonl:1:93: error: cluster.nodes is 0, but must be from 1 to 1048576"),
    run(
      "more devices than there are", #""data":16"#, #""data":32"#,
      "runs.jsonl:1:373: error: parallelism makes 32 devices (tensor 1 × context 1 × data 32 × "
        + "pipeline 1), but the cluster has 16"),
    run(
      "a wrong split", #""data":16"#, #""data":8,"pipeline":2,"chunkLayers":[4,5]"#,
      "runs.jsonl:1:421: error: parallelism.chunkLayers has 9 layers in 2 chunks, but must "
        + "have 8 in 2"),
    run(
      "a negative time", "0.5}", "-0.5}",
      "runs.jsonl:1:422: error: measured.stepSeconds is -0.5, but must be above 0 and at most "
        + "1000000000"),
    run(
      "a time that is NaN", "0.5}", "NaN}",
      "runs.jsonl:1:422: error: \"NaN\" is not a number; leave the key out, or write null, where "
        + "none is known"),
  ]
}

@Suite("Bad files of runs")
struct BadRunsTests {
  @Test(
    "are refused with their place and status by both commands, and no file is touched",
    arguments: BadRuns.all)
  func refused(input: BadRuns) throws {
    let program = try Program()
    try program.write(Data(input.bytes), to: "runs.jsonl")
    try program.write("old", to: "result")
    for command in [["calibrate", "-o"], ["validate", "--html"]] {
      let outcome = try program.run([command[0], input.path, command[1], "result"])
      #expect(outcome.status == input.status)
      #expect(outcome.errors == input.errors + "\n")
      #expect(outcome.output == "")
      #expect(try program.read("result") == "old")
      #expect(try program.files() == ["result", "runs.jsonl"])
    }
  }
}
