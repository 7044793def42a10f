import ArgumentParser
import LaunchPlan
import Reports

/// `plan diff A B`: what two plans do not have in common.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what differs between two plans.",
    discussion: """
        plan diff monday.json friday.json
        plan diff monday.json friday.json --json
      """)

  @Argument(help: "The plan before; '-' reads standard input.", completion: .file())
  var before: String

  @Argument(help: "The plan after; '-' reads standard input.", completion: .file())
  var after: String

  @OptionGroup(title: "Output") var format: JSONOptions

  func validate() throws {
    if before == "-", after == "-" {
      throw ValidationError("Only one of the plans can be read from standard input ('-').")
    }
  }

  func run() throws {
    try reportingFaults {
      let difference = try PlanDifference(
        from: try LaunchPlan.read(path: before), to: try LaunchPlan.read(path: after))
      try StandardOutput.write(
        format.isAsked
          ? format.text(difference.json) : difference.text(style: StandardOutput.style))
    }
  }
}
