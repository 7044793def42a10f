import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
  @Test(
    "is refused with its place and status, with nothing on standard output and no file touched",
    arguments: BadInput.clusters + BadInput.models + BadInput.usages)
  func refused(input: BadInput) throws {
    let program = try Program(files: Samples.files)
    try program.write("old", to: "plan.json")
    for (name, data) in input.files { if let data { try program.write(data, to: name) } }
    for (name, data) in input.files where data == nil {
      try FileManager.default.removeItem(at: program.folder.url.appendingPathComponent(name))
    }
    let before = try program.files()
    let outcome = try program.run(input.arguments + ["-o", "plan.json"])
    #expect(outcome.status == input.status)
    if input.status == 64 {
      #expect(outcome.errors.hasPrefix(input.errors))
    } else {
      #expect(outcome.errors == input.errors)
    }
    #expect(outcome.output == "")
    #expect(try program.read("plan.json") == "old")
    #expect(try program.files() == before)
  }
}
