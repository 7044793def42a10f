import ArgumentParser
import InputFiles

/// Whether a result is written as JSON, and how.
struct JSONOptions: ParsableArguments {
  @Flag(help: "Write JSON, on a terminal too.")
  var json = false

  @Flag(help: "Write JSON on several lines, indented.")
  var pretty = false

  var isAsked: Bool { json || pretty }

  /// The value as it goes to a file or to standard output.
  func text(_ value: JSONValue) -> String {
    pretty ? JSONText.pretty(value) : JSONText.compact(value) + "\n"
  }
}

/// Where a file goes, if there is to be one.
struct FileOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write to this file too, replacing it as a whole or leaving it.", valueName: "file"))
  var path: String?

  func validate() throws {
    if path == "-" {
      throw ValidationError("The result goes to standard output anyway; -o takes a file.")
    }
  }
}
